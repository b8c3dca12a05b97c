using UmsSti.Kernel;

namespace UmsSti.EventLog.Acceptance;

/// <summary>The contract on the log in memory.</summary>
public sealed class MemoryTests : EventLogContract
{
    protected override ILogUnderTest Open() => new MemoryLogUnderTest();

    private sealed class MemoryLogUnderTest : ILogUnderTest
    {
        private readonly VolatileStore _store = new();

        public IEventLog Log => _store;

        public ICommandMemory Commands => _store;

        public ISnapshotStore Snapshots => _store;

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
