// Keeps a host file open while transfers are in flight. A descriptor that is closed under a transfer may be given to
// another file of the process at once, and the transfer would then reach that file.
//
// _users: 1 for being open and 1 for each transfer; whoever takes the last one closes. Interlocked; no lock.

using System;
using System.Threading;
using Faultline.Base;

namespace Faultline.Block.Host;

/// <summary>A host file that closes only when nobody uses it.</summary>
/// <param name="file">The file; owned.</param>
/// <param name="name">For messages.</param>
internal sealed class SharedHostFile(IHostFile file, string name) : IDisposable
{
    private int _users = 1;
    private int _isDisposed;

    /// <summary>What the host says of the file; needs no open file.</summary>
    internal IHostFile Facts => file;

    /// <summary>Takes the file for one transfer.</summary>
    /// <returns>The scope of the transfer; ESTALE (FsException) when the device was closed.</returns>
    internal Use Begin()
    {
        int seen = Volatile.Read(ref _users);
        while (seen > 0)
        {
            int found = Interlocked.CompareExchange(ref _users, seen + 1, seen);
            if (found == seen)
            {
                return new Use(this);
            }

            seen = found;
        }

        throw new FsException(BlockReasons.Closed.With(name));
    }

    /// <summary>Closes the file once the transfers in flight are done.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) == 0)
        {
            End();
        }
    }

    private void End()
    {
        if (Interlocked.Decrement(ref _users) == 0)
        {
            file.Dispose();
        }
    }

    /// <summary>One transfer.</summary>
    internal readonly ref struct Use(SharedHostFile owner)
    {
        /// <summary>The open file.</summary>
        internal IHostFile File => owner.Facts;

        /// <summary>Ends the transfer.</summary>
        public void Dispose() => owner.End();
    }
}
