// faultline fallocate: space of files.

using System;
using System.CommandLine;
using Faultline.Abi;
using Faultline.Cli.Editing;
using Faultline.Files;

namespace Faultline.Cli.Commands;

/// <summary>faultline fallocate [--punch-hole|...] -o OFFSET -l LENGTH IMAGE:/path</summary>
internal static class FallocateCommand
{
    internal static void AddTo(AddCommand add, Session session)
    {
        Argument<string[]> paths = new("path")
        {
            Arity = ArgumentArity.OneOrMore,
            Description = "IMAGE:/path, with *, ? and [...]",
        };
        Option<string> offset = new("-o", "--offset")
        {
            Description = "First byte, with a unit if you like",
            DefaultValueFactory = _ => "0",
        };
        Option<string> length = new("-l", "--length") { Description = "Bytes, with a unit if you like", Required = true };
        Option<bool> keep = new("-n", "--keep-size") { Description = "The file keeps its size" };
        Option<bool> punch = new("-p", "--punch-hole") { Description = "Make the range a hole" };
        Option<bool> zero = new("-z", "--zero-range") { Description = "Make the range zeros that have their space" };
        Option<bool> collapse = new("-c", "--collapse-range") { Description = "Take the range out" };
        Option<bool> insert = new("-i", "--insert-range") { Description = "Insert a hole" };
        Command command = new("fallocate", "Allocate, punch, zero, collapse or insert a range of a file")
        {
            paths, offset, length, keep, punch, zero, collapse, insert,
        };
        add(command, parsed =>
        {
            FallocateFlags mode = One(
                (parsed.GetValue(punch), FallocateFlags.PunchHole | FallocateFlags.KeepSize),
                (parsed.GetValue(zero), FallocateFlags.ZeroRange),
                (parsed.GetValue(collapse), FallocateFlags.CollapseRange),
                (parsed.GetValue(insert), FallocateFlags.InsertRange));
            mode |= parsed.GetValue(keep) ? FallocateFlags.KeepSize : FallocateFlags.None;
            long first = SizeText.Parse(parsed.GetRequiredValue(offset));
            long count = SizeText.Parse(parsed.GetRequiredValue(length));
            EditTargets.ForEach(session, parsed.GetRequiredValue(paths), target =>
            {
                // As fallocate(1): allocating makes the file, everything else needs it.
                bool makes = (mode & ~FallocateFlags.KeepSize) == 0;
                using FileHandle file = makes
                    ? target.Volume.CreateFile(target.Path)
                    : target.Volume.OpenFile(target.Path, OpenFlags.O_RDWR);
                file.Fallocate(mode, first, count);
            });
            return session.Code();
        });
    }

    private static FallocateFlags One(params ReadOnlySpan<(bool IsSet, FallocateFlags Mode)> modes)
    {
        FallocateFlags chosen = FallocateFlags.None;
        foreach ((bool isSet, FallocateFlags mode) in modes)
        {
            if (isSet && chosen != FallocateFlags.None)
            {
                throw new UsageException("one of --punch-hole, --zero-range, --collapse-range, --insert-range");
            }

            chosen = isSet ? mode : chosen;
        }

        return chosen;
    }
}
