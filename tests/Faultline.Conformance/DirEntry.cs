// One entry as getdents64(2) shows it.

namespace Faultline.Conformance;

/// <summary>One entry of a directory.</summary>
/// <param name="Name">Name, as text.</param>
/// <param name="Inode">Inode number.</param>
/// <param name="Cookie">Where the next one starts: d_off.</param>
/// <param name="Type">DT_ value.</param>
public sealed record DirEntry(string Name, ulong Inode, long Cookie, byte Type);
