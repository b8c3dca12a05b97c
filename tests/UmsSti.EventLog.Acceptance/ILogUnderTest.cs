using UmsSti.Kernel;

namespace UmsSti.EventLog.Acceptance;

/// <summary>What may differ between logs: how one is opened, and whether it links its events.</summary>
public interface ILogUnderTest : IAsyncDisposable
{
    IEventLog Log { get; }

    ICommandMemory Commands { get; }

    ISnapshotStore Snapshots { get; }
}
