// One end of a pipe.

using System.Threading;
using Faultline.Vfs.Pipes;

namespace Faultline.Conformance.Vfs;

internal sealed class PipeEnd(Pipe pipe, bool isReader) : Handle
{
    private int _isClosed; // interlocked

    internal Pipe Pipe { get; } = pipe;

    internal void Close()
    {
        if (Interlocked.Exchange(ref _isClosed, 1) != 0)
        {
            return;
        }

        if (isReader)
        {
            Pipe.CloseReader();
        }
        else
        {
            Pipe.CloseWriter();
        }
    }
}
