using UmsSti.ReadModels.Sqlite;

namespace UmsSti.ReadModels;

/// <summary>One transaction on the writing connection. Valid only inside the call it was handed to.</summary>
public sealed class WriteSession
{
    private readonly List<Action> _committed = [];

    internal WriteSession(Connection connection) => Connection = connection;

    internal Connection Connection { get; }

    /// <summary>Runs an action once the transaction is committed; never when it is rolled back.</summary>
    internal void OnCommitted(Action action) => _committed.Add(action);

    internal void Committed()
    {
        foreach (var action in _committed)
            action();
        _committed.Clear();
    }

    internal void RolledBack() => _committed.Clear();

    /// <summary>The checkpoint of a projector in a generation; null before its first.</summary>
    public Checkpoint? FindCheckpoint(string projector, int generation)
    {
        var statement = Connection.Get("Catalogue/checkpoint_get").Bind(1, projector).Bind(2, generation);
        Checkpoint? found = statement.Step()
            ? new(statement.Int64(0), statement.Int64(1), statement.Int64(2), statement.Int64(3), statement.Int64(4))
            : null;
        statement.Reset();
        return found;
    }

    /// <summary>Moves a projector's checkpoint, together with the rows of this transaction.</summary>
    public void SaveCheckpoint(string projector, int generation, in Checkpoint checkpoint) =>
        Connection.Get("Catalogue/checkpoint_save").Bind(1, projector).Bind(2, generation)
            .Bind(3, checkpoint.Position).Bind(4, checkpoint.EventId).Bind(5, checkpoint.Seen)
            .Bind(6, checkpoint.Applied).Bind(7, checkpoint.Checksum).Run();

    /// <summary>The streams a projector holds back, by name.</summary>
    public IReadOnlyList<ParkedStream> Parked(string projector, int generation) => ParkedStreams.List(Connection, projector, generation);

    /// <summary>Records a parked stream, or what became of another try.</summary>
    public void Park(string projector, int generation, ParkedStream parked) =>
        Connection.Get("Catalogue/parked_save").Bind(1, projector).Bind(2, generation).Bind(3, parked.Stream)
            .Bind(4, parked.FromIndex).Bind(5, parked.FromPosition).Bind(6, parked.Error).Bind(7, parked.Tries)
            .Bind(8, parked.At.ToUnixTimeMilliseconds()).Bind(9, parked.Held).Run();

    /// <summary>The events a projector was told to go on without, in log order.</summary>
    public IReadOnlyList<SkippedPlace> Skipped(string projector) => SkippedEvents.List(Connection, projector);

    /// <summary>Records that a projector goes on without an event.</summary>
    public void Skip(string projector, SkippedPlace skipped) => SkippedEvents.Insert(Connection, projector, skipped);

    /// <summary>Lets a stream flow again.</summary>
    public void Release(string projector, int generation, string stream) =>
        Connection.Get("Catalogue/parked_delete").Bind(1, projector).Bind(2, generation).Bind(3, stream).Run();

    /// <summary>Forgets everything about a projector's work on a generation.</summary>
    internal void ForgetProjector(string projector, int generation)
    {
        Connection.Get("Catalogue/checkpoint_delete").Bind(1, projector).Bind(2, generation).Run();
        Connection.Get("Catalogue/parked_delete_all").Bind(1, projector).Bind(2, generation).Run();
    }
}
