// A volume under the model.

using System;
using Faultline.Base;
using Faultline.Vfs.Inodes;

namespace Faultline.Reference;

/// <summary>A volume under the model.</summary>
internal interface IModelTarget : IDisposable
{
    string Name { get; }

    int BlockSizeBytes { get; }

    /// <summary>Ranges are collapsed and inserted in multiples of this.</summary>
    int ShiftUnitBytes { get; }

    /// <summary>Share of the space that is used, 0 to 1.</summary>
    double Fullness { get; }

    /// <summary>Whether direct I/O and shifting mean anything here.</summary>
    bool HasDevice { get; }

    /// <summary>Whether files can share and exchange blocks.</summary>
    bool CanShare { get; }

    Inode Create(string name);

    Result Remove(string name, Inode file);

    Result Sync();

    Result Fsync(Inode file);

    /// <summary>What is wrong with its structures.</summary>
    string? Check();
}
