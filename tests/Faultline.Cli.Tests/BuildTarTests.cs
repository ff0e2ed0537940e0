// Goal: archives of every flavour become what their maker meant, and hostile ones become nothing. Method: GNU tar and
// python make archives of a tree, and the kernel's walk of the image is compared with what GNU tar itself unpacks;
// damaged and lying archives are made byte by byte.

using System;
using System.IO;
using System.Text;
using System.Threading;
using Faultline.Tests;

namespace Faultline.Cli.Tests;

public sealed class BuildTarTests : IDisposable
{
    private static int s_count;

    private readonly string _folder = Path.Combine(
        Path.GetTempPath(), $"faultline-tests-{Environment.ProcessId}-tar-{Interlocked.Increment(ref s_count)}");

    public BuildTarTests()
    {
        Directory.CreateDirectory(At("src"));
        Directory.CreateDirectory(At("out"));
        Directory.CreateDirectory(At("mnt"));
        File.WriteAllText(At("owner.pid"), $"{Environment.ProcessId}");
    }

    private string Image => At("a.img");

    [Theory]
    [InlineData("--format=pax --xattrs --xattrs-include=* --acls --sparse", "holes")]
    [InlineData("--format=pax --sparse --sparse-version=0.0", "holes")]
    [InlineData("--format=pax --sparse --sparse-version=0.1", "holes")]
    [InlineData("--format=gnu --sparse", "holes")]
    [InlineData("--format=gnu", "")]
    [InlineData("--format=oldgnu --sparse", "holes")]
    [InlineData("--format=ustar --exclude=n* --exclude=d/f --exclude=d/g --exclude=b", "")]
    [InlineData("--format=v7 --exclude=n* --exclude=d/f --exclude=d/g --exclude=b --exclude=c --exclude=p", "")]
    public void WhatGnuTarWrites_IsWhatItUnpacks(string options, string flags)
    {
        MakeTree();
        SampleImage.Shell($"""
            cd {At("src")}; set -f; tar {options} -cf {At("a.tar")} .; cd {At("out")}
            tar --xattrs --xattrs-include=* --acls --numeric-owner -xpf {At("a.tar")}; gzip -k {At("a.tar")}
            """);
        Judge($"--from {At("a.tar")}", flags);
        Judge($"--from {At("a.tar.gz")} --minimal -F", flags);
        string program = Path.Combine(AppContext.BaseDirectory, "Faultline.Cli.dll");
        SampleImage.Shell($"dotnet {program} build {Image} -F --from - < {At("a.tar")}");
        JudgeImage(flags);
    }

    // A round trip: our own archive of an image makes the same image again.
    [Fact]
    public void WhatWeWrite_ComesBack()
    {
        MakeTree();
        SampleImage.Shell($"setfattr -n 'user.a=b%c' -v odd {At("src")}/d; cp -a {At("src")}/. {At("out")}");
        Assert.Equal(ExitCode.Done, Run("build", Image, "--from", At("src")).Code);
        string program = Path.Combine(AppContext.BaseDirectory, "Faultline.Cli.dll");
        SampleImage.Shell($"dotnet {program} tar {Image}:/ > {At("a.tar")}");
        Judge($"--from {At("a.tar")} -F", "holes");
    }

    [Fact]
    public void OdditiesOfPython_AreRead()
    {
        File.WriteAllText(At("make.py"), """
            import io, sys, tarfile
            def entry(tar, name, data=b"", **fields):
                info = tarfile.TarInfo(name)
                info.size = len(data)
                for key, value in fields.items():
                    setattr(info, key, value)
                tar.addfile(info, io.BytesIO(data) if data else None)
            with tarfile.open(sys.argv[1], "w", format=tarfile.PAX_FORMAT, encoding="utf-8", errors="surrogateescape",
                              pax_headers={"comment": "for all", "mtime": "1000000000.5"}) as tar:
                entry(tar, "/absolute/file", b"one", uid=2**31 + 5, gid=2**32 - 2, mode=0o4711)
                entry(tar, "./implied/" + "deep/" * 60 + "name" * 40, b"long", mode=0o600)
                entry(tar, "twice", b"first")
                entry(tar, "twice", b"second", pax_headers={"atime": "12.25", "ctime": "-3.5"})
                entry(tar, "dir", type=tarfile.DIRTYPE, mode=0o700)
                entry(tar, "dir/in", b"x", pax_headers={
                    "SCHILY.xattr.user.a%3Db": "v1", "LIBARCHIVE.xattr.user.c%20d": "dmFsdWU"})
                entry(tar, "dir", type=tarfile.DIRTYPE, mode=0o751, uid=12)
                entry(tar, "contiguous", b"seven", type=tarfile.CONTTYPE)
                entry(tar, "acl", b"a", mode=0o640, uname="somebody", uid=77,
                      pax_headers={"SCHILY.acl.access": "user::rw-,user:somebody:r-x,user:star:rwx:88,group::r--,"
                                   "mask::rwx,other::---"})
                entry(tar, "null", type=tarfile.CHRTYPE, devmajor=1, devminor=3, mode=0o666)
                entry(tar, "hard", type=tarfile.LNKTYPE, linkname="/absolute/file")
                entry(tar, "soft", type=tarfile.SYMTYPE, linkname="../../etc/passwd")
                entry(tar, "n\udcff", b"bytes")
                entry(tar, "late", b"z", mtime=-5)
            """);
        SampleImage.Shell($"python3 {At("make.py")} {At("a.tar")}");
        (ExitCode code, string output) = Run("build", Image, "--from", At("a.tar"));
        Assert.True(code == ExitCode.Done, output);
        Assert.Contains("leading /", output, StringComparison.Ordinal);
        string seen = SampleImage.Shell($"""
            e2fsck -fn {Image} > /dev/null 2>&1; mount -o loop,ro {Image} {At("mnt")}
            trap "cd /; umount {At("mnt")}" EXIT; cd {At("mnt")}; stat -c '%n %a %u %g %h %s' absolute/file hard dir dir/in contiguous twice acl null late
            cat twice; find implied -type f -printf '%d %s\n'; stat -c %X.%x twice | cut -c1-2; readlink soft
            getfattr --absolute-names -d dir/in | sort; getfacl -nc acl | tr '\n' ' '; ls | LC_ALL=C grep -c $'n\xff'
            """);
        Assert.Equal(
            """
            absolute/file 4711 2147483653 4294967294 2 3
            hard 4711 2147483653 4294967294 2 3
            dir 751 12 0 2 1024
            dir/in 644 0 0 1 1
            contiguous 644 0 0 1 5
            twice 644 0 0 1 6
            acl 670 77 0 1 1
            null 666 0 0 1 0
            late 644 0 0 1 1
            second61 4
            12
            ../../etc/passwd

            # file: dir/in
            user.a\075b="v1"
            user.c d="value"
            user::rw- user:77:r-x user:88:rwx group::r-- mask::rwx other::---  1

            """.ReplaceLineEndings("\n"),
            seen);
    }

    public static TheoryData<string, string, int> Hostile() => new()
    {
        { "dotdot", "\"..\"", (int)ExitCode.NotFound },
        { "below-link", "no directory", (int)ExitCode.NotFound },
        { "hard-outside", "\"..\"", (int)ExitCode.NotFound },
        { "hard-missing", "hard link", (int)ExitCode.NotFound },
        { "hard-directory", "hard link", (int)ExitCode.NotFound },
        { "size-lies", "ends early", (int)ExitCode.Corrupt },
        { "size-huge", "ends early", (int)ExitCode.Corrupt },
        { "size-negative", "size", (int)ExitCode.Corrupt },
        { "checksum", "checksum", (int)ExitCode.Corrupt },
        { "short-header", "ends in a header", (int)ExitCode.Corrupt },
        { "pax-malformed", "malformed", (int)ExitCode.Corrupt },
        { "pax-huge", "impossible size", (int)ExitCode.Corrupt },
        { "sparse-overlap", "sparse", (int)ExitCode.Corrupt },
        { "sparse-outside", "sparse", (int)ExitCode.Corrupt },
        { "uid-huge", "owner", (int)ExitCode.Corrupt },
        { "type-unknown", "type", (int)ExitCode.Unsupported },
        { "empty-name", "without a name", (int)ExitCode.Corrupt },
        { "long-name", "255", (int)ExitCode.NotFound },
        { "no-target", "symbolic link", (int)ExitCode.NotFound },
        { "acl-unknown", "ACL", (int)ExitCode.NotFound },
        { "gzip", "gzip", (int)ExitCode.Corrupt },
        { "xz", "xz", (int)ExitCode.Unsupported },
        { "noise", "checksum", (int)ExitCode.Corrupt },
    };

    [Theory]
    [MemberData(nameof(Hostile))]
    public void HostileArchives_AreRefusedByNameAndMakeNothing(string kind, string text, int expected)
    {
        File.WriteAllBytes(At("a.tar"), HostileArchive.Make(kind));
        (ExitCode code, string output) = Run("build", Image, "--from", At("a.tar"));
        Assert.True((int)code == expected && output.Contains(text, StringComparison.Ordinal), $"{code}: {output}");
        Assert.False(File.Exists(Image));
    }

    // Half of an archive, at every block: an error or a whole image, and no crash.
    [Fact]
    public void ArchivesCutAnywhere_EndInAnError()
    {
        MakeTree();
        SampleImage.Shell($"cd {At("src")}; rm n*; tar --format=pax --xattrs --sparse -cf {At("a.tar")} .");
        byte[] whole = File.ReadAllBytes(At("a.tar"));
        for (int length = 0; length < whole.Length; length += 509)
        {
            File.WriteAllBytes(At("b.tar"), whole.AsSpan(0, length).ToArray());
            (ExitCode code, string output) = Run("build", Image, "-F", "--minimal", "--from", At("b.tar"));
            Assert.True(code is ExitCode.Done or ExitCode.Corrupt or ExitCode.NotFound, $"{length}: {code} {output}");
        }
    }

    public void Dispose() => SampleImage.Shell($"rm -rf {_folder}");

    private string At(string name) => Path.Combine(_folder, name);

    private void MakeTree() => SampleImage.Shell($"""
        cd {At("src")}; mkdir -p d/deep; printf hello > d/f; ln d/f d/g; ln -s "$(printf 'x%.0s' $(seq 1 99))" long
        mkfifo p; mknod c c 5 1; mknod b b 300 70000; : > empty; truncate -s 3M allhole; chmod 4711 empty
        truncate -s 9M sparse; for n in 1 3 4 7 9 20 22 24 26 28 $(seq 40 2 74); do
        printf $n | dd of=sparse bs=65536 seek=$n conv=notrunc status=none; done
        chown 100000:3000000 d/f; setfattr -n user.a -v 0x310a3d007a d/f; setfacl -m u:1234:rx d/f
        setfacl -d -m u:7:rwx d
        head -c 5000 /dev/urandom > "$(printf 'n%.0s' $(seq 1 200))"; printf x > "$(printf 'n-\xff')"
        find . -print0 | xargs -0 touch -h -d '2011-11-11 11:11:11.123456789'
        """);

    private void Judge(string options, string flags)
    {
        (ExitCode code, string output) = Run(["build", Image, .. options.Split(' ')]);
        Assert.True(code == ExitCode.Done, output);
        JudgeImage(flags);
    }

    private void JudgeImage(string flags) => SampleImage.Shell($"""
        e2fsck -fn {Image} >{At("fsck")} 2>&1 || (cat {At("fsck")}; exit 1)
        mount -o loop,ro {Image} {At("mnt")}; trap "cd /; umount {At("mnt")}" EXIT
        python3 {Repository("tests/Golden/compare-trees.py")} {At("out")} {At("mnt")} {flags} >&2
        """);

    private static string Repository(string path)
    {
        string? folder = AppContext.BaseDirectory;
        while (folder is not null && !File.Exists(Path.Combine(folder, "Faultline.slnx")))
        {
            folder = Path.GetDirectoryName(folder);
        }

        return Path.Combine(folder!, path);
    }

    private static (ExitCode Code, string Output) Run(params string[] arguments)
    {
        using MemoryStream output = new();
        using StringWriter error = new();
        ExitCode code = CommandLine.Run(arguments, output, error, isTerminal: false, CancellationToken.None);
        return (code, Encoding.UTF8.GetString(output.ToArray()) + error);
    }
}
