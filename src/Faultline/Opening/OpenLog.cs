// The messages of opening a volume.

using Microsoft.Extensions.Logging;

namespace Faultline.Opening;

/// <summary>Messages of opening a volume; event ids 100..199.</summary>
internal static partial class OpenLog
{
    [LoggerMessage(EventId = 100, Level = LogLevel.Information, Message = "Opened {Device}: {Type}, read-only")]
    internal static partial void Opened(ILogger logger, string device, string type);
}
