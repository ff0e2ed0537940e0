// Random names on real images: what a model says of the tree is what the volume has after it was unmounted and mounted
// again, and e2fsck finds nothing wrong.

using System;
using Faultline.Base;
using Faultline.Block.Devices;
using Faultline.PageCache;
using Faultline.Vfs;
using Faultline.Vfs.Calls;
using Faultline.Vfs.Mounts;
using Faultline.Vfs.Permissions;

namespace Faultline.Ext.Tests.Writing;

public sealed class NamesTests
{
    public static TheoryData<string> FeatureSets { get; } =
    [
        "-t ext4 -O ^has_journal",
        "-t ext4 -b 1024 -O ^has_journal",
        "-t ext4 -b 1024 -O ^has_journal,^metadata_csum,uninit_bg",
        "-t ext4 -b 4096 -O ^has_journal,^metadata_csum,^uninit_bg,^64bit",
        "-t ext4 -b 2048 -O ^has_journal,bigalloc",
        "-t ext4",
        "-t ext3",
        "-t ext4 -b 1024 -O large_dir,ea_inode,orphan_file,fast_commit",
        "-t ext4 -b 1024 -O casefold,metadata_csum_seed,project -J size=4",
        "-t ext4 -b 4096 -I 128 -O ^has_journal,^dir_index,^extra_isize",
        "-t ext4 -b 1024 -O ^has_journal,inline_data",
        "-t ext2 -b 1024",
        "-t ext2 -b 4096 -O ^filetype,^dir_index",
    ];

    [Theory]
    [MemberData(nameof(FeatureSets))]
    public void RandomNames_AreWhatTheModelSays(string features)
    {
        ArgumentNullException.ThrowIfNull(features);
        using ExtImage image = new(96L << 20, features.Split(' '));
        const ulong Seed = 20261120;
        NamesModel model = new(Seed);
        using FolioPool pool = new(64L << 20);
        for (int round = 0; round < 3; round++)
        {
            using (FileDevice device = FileDevice.Open(image.Path, System.IO.FileAccess.ReadWrite))
            using (SuperBlock volume = Mount(device, pool, "rw"))
            {
                model.Run(new Mount(volume, Credentials.Root), 1500);
                volume.Sync().ThrowIfError();
            }

            Tool.Run("e2fsck", "-fn", image.Path);
            using FileDevice again = FileDevice.Open(image.Path);
            using SuperBlock readBack = Mount(again, pool, "ro");
            model.Compare(new Mount(readBack, Credentials.Root));
        }
    }

    private static SuperBlock Mount(FileDevice device, FolioPool pool, string options)
    {
        MountContext context = new(
            device, pool, MountOptions.Parse(options).OrThrow(), SystemClock.Instance);
        return new ExtFileSystemType().Mount(context).OrThrow();
    }
}
