// One end of a pipe.

using Faultline.Vfs.Pipes;

namespace Faultline.Conformance.Vfs;

internal sealed class PipeEnd(Pipe pipe, bool isReader) : Handle
{
    internal Pipe Pipe { get; } = pipe;

    internal void Close()
    {
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
