// A tree on its way into a volume of one size: every number decided, features chosen anew, because a volume that is too
// small for a journal has others.

using Faultline.Base;
using Faultline.Ext.Format;
using Faultline.Ext.Making;

namespace Faultline.Ext.Building;

/// <summary>A tree on its way into a volume of one size.</summary>
internal sealed class BuildTrial
{
    private BuildTrial(FormatPlan plan, GroupPlaces places, ContentPlacer contents)
    {
        Plan = plan;
        Places = places;
        Contents = contents;
    }

    internal FormatPlan Plan { get; }

    internal GroupPlaces Places { get; }

    internal ContentPlacer Contents { get; }

    /// <summary>Inodes that are in use.</summary>
    internal uint InodesUsed => Contents.FirstFree - 1;

    /// <summary>Decides on a volume.</summary>
    /// <param name="options">How it is made, with its size.</param>
    /// <returns>The plan.</returns>
    /// <errors>As <see cref="ExtFormatter.Format"/>, of the options.</errors>
    internal static Result<FormatPlan> PlanOf(FormatOptions options)
    {
        Result<FeatureSelection> selected = FeatureSelection.Of(options);
        if (!selected.TryGet(out FeatureSelection? features, out FsError error))
        {
            return error;
        }

        return features.Has(FeatureIncompat.JournalDevice)
            ? ExtBuildReasons.JournalDevice
            : ExtFormatter.PlanOf(options, features, options.SizeBytes ?? 0);
    }

    /// <summary>Numbers a tree for a volume.</summary>
    /// <param name="tree">The tree.</param>
    /// <param name="options">How the volume is made, with its size.</param>
    /// <returns>The trial; nothing has a place yet.</returns>
    /// <errors>As <see cref="ExtFormatter.Format"/>; ENOSPC too few inodes, or attributes without room;
    /// EMLINK.</errors>
    internal static Result<BuildTrial> Of(NumberedTree tree, FormatOptions options)
    {
        Result<FormatPlan> planned = PlanOf(options);
        if (!planned.TryGet(out FormatPlan? plan, out FsError error))
        {
            return error;
        }

        ContentPlacer contents = new(tree, plan, VolumeWriter.FirstFreeInode(plan.Super));
        Result sound = contents.PlaceXattrs();
        sound = sound.IsOk ? contents.CheckLinks() : sound;
        if (!sound.IsOk)
        {
            return sound.Error;
        }

        if (contents.FirstFree - 1 > plan.Super.InodeCount)
        {
            return ExtBuildReasons.NoInodes.With($"{contents.FirstFree - 1} needed, {plan.Super.InodeCount} there");
        }

        Result<GroupPlaces> placed = GroupPlaces.Of(plan);
        return placed.TryGet(out GroupPlaces? places, out error)
            ? new BuildTrial(plan, places, contents)
            : error;
    }

    /// <summary>Finds out whether everything has room.</summary>
    /// <returns>Clusters that remain free.</returns>
    /// <errors>ENOSPC it has not; EFBIG, ENAMETOOLONG: what does not fit, and its path.</errors>
    internal Result<ulong> Place()
    {
        using NullDevice device = new((long)Plan.Super.BlockCount * Plan.Super.BlockSize);
        VolumeWriter writer = new(Plan, Places, device, isBlank: true, Contents);
        Result begun = writer.Begin();
        return begun.IsOk ? writer.CountFree() : begun.Error;
    }
}
