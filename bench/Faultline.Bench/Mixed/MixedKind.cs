// Who is there besides the readers.

namespace Faultline.Bench.Mixed;

internal enum MixedKind
{
    ReadsAlone,
    WithWriter,
    WithPuncher,
}
