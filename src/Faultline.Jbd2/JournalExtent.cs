// Where a run of journal blocks lies on its device.

namespace Faultline.Jbd2;

/// <summary>A run of journal blocks that is contiguous on the device.</summary>
/// <param name="FirstBlock">Block of the journal.</param>
/// <param name="DeviceBlock">Block of the device, in journal blocks.</param>
/// <param name="BlockCount">Blocks, more than 0.</param>
public readonly record struct JournalExtent(uint FirstBlock, ulong DeviceBlock, uint BlockCount);
