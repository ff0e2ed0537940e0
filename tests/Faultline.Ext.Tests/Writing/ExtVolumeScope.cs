// The volume as somebody else opens it, from the device alone.

using System;
using Faultline.Ext.Inodes;

namespace Faultline.Ext.Tests.Writing;

internal sealed class ExtVolumeScope(SpaceVolume space) : IDisposable
{
    internal ExtVolume Volume { get; } = ExtImage.Open(space.Device);

    internal InodeRecord File(string name) => ExtImage.Walk(Volume, name);

    public void Dispose() => Assert.NotNull(Volume);
}
