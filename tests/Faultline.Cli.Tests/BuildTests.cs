// Goal: images that build makes are what their sources say. Method: e2fsck judges them, and the kernel's mount is
// walked beside the source.

using System;
using System.IO;
using System.Threading;
using Faultline.Tests;
using static Faultline.Cli.Tests.CommandRun;

namespace Faultline.Cli.Tests;

public sealed class BuildTests : IDisposable
{
    private const string Special = """
        mkdir -p d/deep; printf hello > d/f; ln d/f d/g; ln -s "$(printf 'x%.0s' $(seq 1 100))" long; ln -s short s
        mkfifo p; mknod c c 5 1; mknod b b 300 70000; : > empty; truncate -s 1M allhole
        truncate -s 1086087502 sparse; printf end | dd of=sparse bs=1 seek=1073741824 conv=notrunc status=none
        head -c 15000 /dev/urandom | dd of=sparse bs=1M seek=5 oflag=seek_bytes conv=notrunc status=none
        head -c 300000 /dev/urandom > "$(printf 'n%.0s' $(seq 1 255))"; printf bad > "$(printf 'bad-\xff\xfe name')"
        chown 100000:3000000000 d/f; chmod 6751 empty; chmod 1777 d/deep; chown -h 5:6 s
        touch -d '1930-11-18 00:29:29.012345678' d/f; touch -h -d '2001-09-09 01:46:40.9' s
        setfattr -n user.a -v 0x310a3d007a d/f; setfattr -n trusted.t -v t empty
        setfattr -n user.large -v "$(printf 'q%.0s' $(seq 1 700))" d
        setfacl -m u:1234:rx,g:55:w d/f; setfacl -d -m u:7:rwx d
        setfattr -n security.capability -v 0x0100000200200000000000000000000000000000 d/f
        """;

    private static int s_count;

    private readonly string _folder = Path.Combine(
        Path.GetTempPath(), $"faultline-tests-{Environment.ProcessId}-build-{Interlocked.Increment(ref s_count)}");

    public BuildTests()
    {
        Directory.CreateDirectory(At("src"));
        Directory.CreateDirectory(At("mnt"));
        File.WriteAllText(At("owner.pid"), $"{Environment.ProcessId}");
    }

    private string Image => At("a.img");

    [Theory]
    [InlineData("")]
    [InlineData("--minimal")]
    [InlineData("--minimal -b 1024")]
    [InlineData("-t ext2 --minimal")]
    [InlineData("-t ext3 --size 40M")]
    [InlineData("-O bigalloc")]
    [InlineData("-O inline_data,ea_inode,orphan_file -b 1024 --minimal")]
    [InlineData("-O ea_inode -b 1024 --free 3M")]
    [InlineData("-O ^extents,^64bit,^flex_bg")]
    [InlineData("-O meta_bg,^resize_inode --size 300M")]
    [InlineData("-O ^metadata_csum,uninit_bg -g 2048 -b 1024 --size 40M")]
    [InlineData("-O ^metadata_csum -E lazy_itable_init=0")]
    [InlineData("-O sparse_super2,large_dir,project,metadata_csum_seed -I 1024")]
    [InlineData("-t ext2 -O ^dir_index,^filetype,^sparse_super,^resize_inode --size 30M")]
    public void ATreeWithEverything_IsTheSameInTheImage(string options)
    {
        SampleImage.Shell($"cd {At("src")}; {Special}; for n in $(seq 1 900); do : > d/deep/name-$n; done");
        Build($"--from {At("src")} {options}");
        JudgeByMount("holes");
    }

    [Fact]
    public void InodesOf128Bytes_KeepSeconds()
    {
        SampleImage.Shell($"cd {At("src")}; mkdir d; echo a > d/a; setfattr -n user.a -v b d/a; ln -s x y");
        Build($"--from {At("src")} -t ext3 -I 128");
        JudgeByMount("holes seconds");
    }

    // No kernel of this machine mounts these: our own reader, which has other judges, walks it.
    [Theory]
    [InlineData("-b 65536")]
    [InlineData("-O casefold,encrypt,verity")]
    [InlineData("-b 32768 -O ^extents,^64bit")]
    public void VolumesThatThisKernelDoesNotMount_AreCleanAndRead(string options)
    {
        SampleImage.Shell($"cd {At("src")}; {Special}");
        Build($"--from {At("src")} {options}");
        Tool.Run("e2fsck", "-fn", Image);
        (ExitCode code, string output) = Run("diff", $"{Image}:/", At("src"));
        Assert.True(code is ExitCode.Done or ExitCode.Findings, output);
        Assert.True(output.Trim().Split('\n') is [var only] && only.Contains("lost+found"), output);
    }

    // 50,000 files; a directory whose tree of hashes has two levels; names that every look-up goes through.
    [Fact]
    public void ALargeTree_IsCleanAndEqual()
    {
        File.WriteAllText(At("make.py"), """
            import os, random, sys
            random.seed(5)
            os.chdir(sys.argv[1])
            os.mkdir("flat")
            for n in range(20000):
                open(f"flat/some-rather-long-name-{n:06d}", "w").write("x" * (n % 50))
            for d in range(300):
                path = f"d{d // 20:02d}/e{d % 20:02d}"
                os.makedirs(path)
                for n in range(100):
                    with open(f"{path}/file{n:03d}", "wb") as f:
                        f.write(random.randbytes(int(random.expovariate(1 / 6000.0))))
            """);
        Tool.Run("python3", At("make.py"), At("src"));
        Build($"--from {At("src")} -b 1024");
        JudgeByMount("holes");
        Build($"--from {At("src")} --minimal -F");
        JudgeByMount("holes");
    }

    // Time zone, umask, user, locale, order of directories and number of threads differ.
    [Fact]
    public void ReproducibleImages_AreTheSameBytes()
    {
        string program = Path.Combine(AppContext.BaseDirectory, "Faultline.Cli.dll");
        SampleImage.Shell($"""
            cd {At("src")}; mkdir a b; for n in $(seq 1 400); do printf "$n" > a/name-$n; done; ln a/name-7 b/link
            head -c 3000000 /dev/urandom > b/large; truncate -s 9M b/sparse; ln -s a/name-1 to
            touch -d 2020-01-02 a/name-3; chmod -R u=rwX,go=rX . ; mkdir {At("two")}; chmod 755 {_folder} {At("two")}
            find . -mindepth 1 | sort -R > {At("order")}; tar --no-recursion -cST {At("order")} | tar -xpC {At("two")}
            chown -R 65534:65534 {At("two")}
            touch -r . {At("two")}; touch -r a {At("two")}/a; touch -r b {At("two")}/b; chmod 777 {_folder}
            for n in {At("src")} {At("two")}; do touch -d 2020-01-02 $n/a/* $n/b/*; touch -hd 2020-01-02 $n/to; done
            export SOURCE_DATE_EPOCH=1700000000
            TZ=Asia/Tokyo LC_ALL=C.UTF-8 bash -c \
                "umask 077; dotnet {program} build {At("1.img")} --from {At("src")} --owner 0:0 --threads 1"
            cd /; TZ=America/Lima LC_ALL=C setpriv --reuid=65534 --regid=65534 --clear-groups env HOME=/tmp \
                bash -c "umask 022; dotnet {program} build {At("2.img")} --from {At("two")} --owner 0:0 --threads 4"
            cmp {At("1.img")} {At("2.img")}; e2fsck -fn {At("1.img")}
            """);
    }

    [Fact]
    public void AnOrdinaryUser_MakesDevicesAndOwnersByAManifest()
    {
        string program = Path.Combine(AppContext.BaseDirectory, "Faultline.Cli.dll");
        File.WriteAllText(At("table"), """
            # what an ordinary user may not make
            /set uid=0 gid=0
            ./dev                type=dir mode=0755
            ./dev/console        type=char mode=0600 device=native,5,1
            ./dev/disk           type=block mode=0660 gid=6 device=8,300
            ./run/pipe           type=fifo mode=622
            ./etc/motd           type=file contents=motd.txt time=1700000000.25 mode=0644
            ./etc/two\040words   type=link link=motd
            ./etc/again          type=hardlink link=./etc/motd
            ./home/**            uid=1000 gid=1000
            ./home/user/*.sh     mode=4755 xattr.user.kind=0x0001ff \
                                 xattr.user.text=a\040b
            ./home/user/secret   remove
            ./not/there          mode=0700 optional
            /dev/tty c 666 0 5 4 64 0 1 3
            /home/user r - 1001 1001 - - - - -
            """);
        File.WriteAllText(At("motd.txt"), "welcome\n");
        SampleImage.Shell($"""
            cd {At("src")}; mkdir -p home/user etc; echo hi > home/user/run.sh; echo no > home/user/secret
            chmod 755 {_folder}; chown -R 65534:65534 {_folder}; cd /
            setpriv --reuid=65534 --regid=65534 --clear-groups env HOME=/tmp \
                dotnet {program} build {Image} --from {At("src")} --owner 0 --group 0 --manifest {At("table")} --minimal
            e2fsck -fn {Image}; mount -o loop,ro {Image} {At("mnt")}
            trap "cd /; umount {At("mnt")}" EXIT; cd {At("mnt")}
            stat -c '%n %F %a %u %g %t,%T %h' dev dev/* run run/* etc etc/* home home/* home/user/* > {At("list")}
            cat etc/again >> {At("list")}; readlink 'etc/two words' >> {At("list")}
            getfattr --only-values -n user.text home/user/run.sh >> {At("list")}
            """);
        Assert.Equal(
            """
            dev directory 755 0 0 0,0 2
            dev/console character special file 600 0 0 5,1 1
            dev/disk block special file 660 0 6 8,12c 1
            dev/tty0 character special file 666 0 5 4,40 1
            dev/tty1 character special file 666 0 5 4,41 1
            dev/tty2 character special file 666 0 5 4,42 1
            run directory 755 0 0 0,0 2
            run/pipe fifo 622 0 0 0,0 1
            etc directory 755 0 0 0,0 2
            etc/again regular file 644 0 0 0,0 2
            etc/motd regular file 644 0 0 0,0 2
            etc/two words symbolic link 777 0 0 0,0 1
            home directory 755 0 0 0,0 3
            home/user directory 755 1001 1001 0,0 2
            home/user/run.sh regular file 4755 1001 1001 0,0 1
            welcome
            motd
            a b
            """.ReplaceLineEndings("\n"),
            File.ReadAllText(At("list")).TrimEnd());
    }

    [Fact]
    public void WhatDoesNotFit_IsRefusedByNameAndLeavesNoImage()
    {
        SampleImage.Shell($"cd {At("src")}; head -c 9000000 /dev/zero | tr '\\0' x > large; mkdir a; echo > a/b");
        foreach ((string options, string text, ExitCode expected) in ((string, string, ExitCode)[])[
            ("--size 8M", "too small for its contents", ExitCode.NoSpace),
            ("--size 40M -N 16 --manifest /dev/null -g 8192 -b 1024 -O ^has_journal --owner 1", "", ExitCode.Done),
            ("--manifest /none", "manifest", ExitCode.NotFound),
            ("--size 40M --minimal", "--size leaves nothing", ExitCode.Usage),
            ("-O quota", "quota", ExitCode.Unsupported),
            ("--owner somebody", "numbers", ExitCode.Usage),
            ($"--from {At("none")}", "none", ExitCode.NotFound)])
        {
            (ExitCode code, string output) = Run([
                "build", Image, "--from", At("src"), .. options.Split(' ', StringSplitOptions.RemoveEmptyEntries)]);
            Assert.True(code == expected, $"{options}: {code} {output}");
            Assert.Contains(text, output, StringComparison.Ordinal);
            Assert.Equal(expected == ExitCode.Done, File.Exists(Image));
            File.Delete(Image);
        }

        Assert.Empty(Directory.GetFiles(_folder, ".*unfinished"));
    }

    [Fact]
    public void Cancelled_ItLeavesTheOldImageAsItWas()
    {
        SampleImage.Shell($"cd {At("src")}; echo > a");
        File.WriteAllText(Image, "old");
        using CancellationTokenSource source = new();
        source.Cancel();
        (ExitCode code, string output) = RunWith(source.Token, "build", Image, "--from", At("src"));
        Assert.True(code == ExitCode.Cancelled, output);
        Assert.Equal("old", File.ReadAllText(Image));
        Assert.Empty(Directory.GetFiles(_folder, ".*unfinished"));
    }

    [Fact]
    public void AVolumeThatIsThere_IsReplacedWhenAsked()
    {
        SampleImage.Shell($"cd {At("src")}; echo > a");
        Build($"--from {At("src")}");
        (ExitCode code, string output) = Run("build", Image, "--from", At("src"));
        Assert.True(code == ExitCode.NotFound, output);
        Build($"--from {At("src")} -F");
    }

    // By rm: .NET cannot name a file whose name is not UTF-8.
    public void Dispose() => SampleImage.Shell($"rm -rf {_folder}");

    private string At(string name) => Path.Combine(_folder, name);

    private void Build(string options)
    {
        (ExitCode code, string output) =
            Run(["build", Image, .. options.Split(' ', StringSplitOptions.RemoveEmptyEntries)]);
        Assert.True(code == ExitCode.Done, output);
    }

    private void JudgeByMount(string flags) => SampleImage.Shell($"""
        e2fsck -fn {Image} >{At("fsck")} 2>&1 || (cat {At("fsck")}; exit 1)
        mount -o loop,ro {Image} {At("mnt")}; trap "cd /; umount {At("mnt")}" EXIT
        python3 {Repository("tests/Golden/compare-trees.py")} {At("src")} {At("mnt")} {flags} >&2
        """);
}
