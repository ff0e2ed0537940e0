// Goal: mode bits and POSIX ACLs decide as acl(5) says.

using System;
using System.Buffers.Binary;
using Faultline.Abi;
using Faultline.Base;
using Faultline.Vfs.Inodes;
using Faultline.Vfs.Permissions;

namespace Faultline.Vfs.Tests;

public sealed class PermissionTests : IDisposable
{
    private readonly FakeVolume _volume = new();
    private ulong _lastNumber = 50;

    public void Dispose() => _volume.Dispose();

    [Theory]
    [InlineData(0x180U, 100U, 1U, AccessMask.Read, true)] // owner rw-
    [InlineData(0x180U, 100U, 1U, AccessMask.Execute, false)]
    [InlineData(0x020U, 5U, 200U, AccessMask.Read, true)] // group r--
    [InlineData(0x004U, 5U, 200U, AccessMask.Read, false)] // the group's bits decide, not other's
    [InlineData(0x004U, 5U, 6U, AccessMask.Read, true)]
    [InlineData(0x024U, 100U, 200U, AccessMask.Read, false)] // the owner's bits decide
    public void ModeBits_Decide(uint mode, uint uid, uint gid, AccessMask wanted, bool isAllowed) =>
        Assert.Equal(isAllowed, Check(mode, null, new Credentials(uid, gid, [], false), wanted));

    [Fact]
    public void Root_ReadsEverything_ButExecutesOnlyWhatSomebodyMay()
    {
        Assert.True(Check(0, null, Credentials.Root, AccessMask.Read | AccessMask.Write));
        Assert.False(Check(0x180, null, Credentials.Root, AccessMask.Execute));
        Assert.True(Check(0x001, null, Credentials.Root, AccessMask.Execute));
    }

    [Theory]
    [InlineData(300U, 1U, AccessMask.Read, true)] // named user r--
    [InlineData(300U, 1U, AccessMask.Write, false)]
    [InlineData(301U, 1U, AccessMask.Write, false)] // named user rw-, masked to r--
    [InlineData(9U, 400U, AccessMask.Read, true)] // named group r--
    [InlineData(9U, 200U, AccessMask.Read, false)] // owning group ---
    [InlineData(9U, 9U, AccessMask.Read, true)] // other r--
    [InlineData(9U, 9U, AccessMask.Write, false)]
    public void Acl_Decides(uint uid, uint gid, AccessMask wanted, bool isAllowed)
    {
        byte[] acl = Acl(
            (1, 6, 0), (2, 4, 300), (2, 6, 301), (4, 0, 0), (8, 4, 400), (16, 4, 0), (32, 4, 0));
        Assert.Equal(isAllowed, Check(0x1A4, acl, new Credentials(uid, gid, [], false), wanted));
    }

    [Fact]
    public void CutAcl_GrantsNothing()
    {
        byte[] acl = Acl((1, 6, 0), (4, 4, 0));
        Assert.False(Check(0x1A4, acl[..9], new Credentials(9, 9, [], false), AccessMask.Read));
    }

    internal static byte[] Acl(params (ushort Tag, ushort Permissions, uint Id)[] entries)
    {
        byte[] value = new byte[4 + (entries.Length * 8)];
        value[0] = 2;
        for (int index = 0; index < entries.Length; index++)
        {
            Span<byte> entry = value.AsSpan(4 + (index * 8), 8);
            BinaryPrimitives.WriteUInt16LittleEndian(entry, entries[index].Tag);
            BinaryPrimitives.WriteUInt16LittleEndian(entry.Slice(2), entries[index].Permissions);
            BinaryPrimitives.WriteUInt32LittleEndian(entry.Slice(4), entries[index].Id);
        }

        return value;
    }

    private bool Check(uint mode, byte[]? acl, Credentials credentials, AccessMask wanted)
    {
        _lastNumber++;
        _volume.Add(_lastNumber, ModeBits.S_IFREG | mode, uid: 100, gid: 200).Acl = acl;
        Inode inode = _volume.Inodes.Get(new InodeNumber(_lastNumber)).Value;
        Result result = Permission.Check(inode, wanted, credentials);
        inode.Put();
        Assert.True(result.IsOk || result.Error.Errno == Errno.EACCES);
        return result.IsOk;
    }
}
