// Extended attributes.

using System;

namespace Faultline.Conformance.Kernel;

internal sealed unsafe partial class KernelCalls
{
    public Outcome<long> SetXattr(FsPath path, FsPath name, ReadOnlySpan<byte> value, int flags = 0)
    {
        fixed (byte* text = Text(path), key = Raw(name), bytes = value)
        {
            using Scope scope = Enter();
            return Answer(Libc.setxattr(text, key, bytes, (nuint)value.Length, flags));
        }
    }

    public Outcome<long> LSetXattr(FsPath path, FsPath name, ReadOnlySpan<byte> value, int flags = 0)
    {
        fixed (byte* text = Text(path), key = Raw(name), bytes = value)
        {
            using Scope scope = Enter();
            return Answer(Libc.lsetxattr(text, key, bytes, (nuint)value.Length, flags));
        }
    }

    public Outcome<long> FSetXattr(Handle file, FsPath name, ReadOnlySpan<byte> value, int flags = 0)
    {
        fixed (byte* key = Raw(name), bytes = value)
        {
            using Scope scope = Enter();
            return Answer(Libc.fsetxattr(Fd(file), key, bytes, (nuint)value.Length, flags));
        }
    }

    public Outcome<long> GetXattr(FsPath path, FsPath name, Span<byte> value)
    {
        fixed (byte* text = Text(path), key = Raw(name), bytes = value)
        {
            using Scope scope = Enter();
            return Answer(Libc.getxattr(text, key, bytes, (nuint)value.Length));
        }
    }

    public Outcome<long> LGetXattr(FsPath path, FsPath name, Span<byte> value)
    {
        fixed (byte* text = Text(path), key = Raw(name), bytes = value)
        {
            using Scope scope = Enter();
            return Answer(Libc.lgetxattr(text, key, bytes, (nuint)value.Length));
        }
    }

    public Outcome<long> ListXattr(FsPath path, Span<byte> names)
    {
        fixed (byte* text = Text(path), bytes = names)
        {
            using Scope scope = Enter();
            return Answer(Libc.listxattr(text, bytes, (nuint)names.Length));
        }
    }

    public Outcome<long> RemoveXattr(FsPath path, FsPath name) =>
        On(Text(path), Raw(name), static (text, key) => Libc.removexattr(text, key));
}
