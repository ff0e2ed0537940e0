// Files whose blocks can be shared and exchanged with those of other files.

using Faultline.Base;

namespace Faultline.Iomap;

/// <summary>Maps whose blocks can be shared and exchanged. Implemented beside <see cref="IIomapWriter"/>.</summary>
public interface IIomapRemapper
{
    /// <summary>Makes a range of another file refer to this file's blocks; what it held before goes.</summary>
    /// <param name="start">First byte here, a multiple of the block size.</param>
    /// <param name="length">Bytes, a multiple of the block size.</param>
    /// <param name="target">The other file's maps, of the same volume; may be these.</param>
    /// <param name="targetStart">First byte there, a multiple of the block size.</param>
    /// <returns>Success.</returns>
    /// <errors>EOPNOTSUPP; ENOSPC metadata.</errors>
    /// <locks>Caller: both inode locks, the target's exclusive; Freeze or Invalidate over the source, Invalidate
    /// over the
    /// target; nothing of the source is dirty, nothing of the target cached. Takes: block maps, in order.</locks>
    Result ShareRange(long start, long length, IIomapWriter target, long targetStart);

    /// <summary>Exchanges the blocks of two ranges, of two files or of one.</summary>
    /// <param name="start">First byte here, a multiple of the block size.</param>
    /// <param name="length">Bytes, a multiple of the block size.</param>
    /// <param name="other">The other file's maps, of the same volume.</param>
    /// <param name="otherStart">First byte there, a multiple of the block size.</param>
    /// <returns>Success.</returns>
    /// <errors>EOPNOTSUPP.</errors>
    /// <locks>Caller: both inode locks exclusive; Invalidate over both; nothing of either is cached. Takes:
    /// block maps, in
    /// order.</locks>
    Result ExchangeRange(long start, long length, IIomapWriter other, long otherStart);
}
