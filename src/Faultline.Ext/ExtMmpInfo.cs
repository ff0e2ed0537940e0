// What multiple mount protection says.

using Faultline.Base;

namespace Faultline.Ext;

/// <summary>What multiple mount protection says.</summary>
/// <param name="State">Clean, being checked, or in use.</param>
/// <param name="Sequence">Sequence number.</param>
/// <param name="Time">Last update.</param>
/// <param name="NodeName">Host that has, or had, it open.</param>
/// <param name="DeviceName">Its name for the device.</param>
/// <param name="CheckIntervalSeconds">Seconds between updates.</param>
public sealed record ExtMmpInfo(
    string State,
    uint Sequence,
    UnixTime Time,
    string NodeName,
    string DeviceName,
    int CheckIntervalSeconds);
