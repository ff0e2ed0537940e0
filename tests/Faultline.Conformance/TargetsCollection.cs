// One set of mounts for all tests, one test at a time: umask, freezing and space are shared things.

namespace Faultline.Conformance;

[CollectionDefinition("targets")]
public sealed class TargetsCollection : ICollectionFixture<Targets>;
