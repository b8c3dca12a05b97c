namespace UmsSti.ReadModels;

/// <summary>What is to be cleared away beside the projectors. Asked for in a row transaction, it is not forgotten by a crash.</summary>
public sealed class Housekeeping
{
    private TaskCompletionSource _asked = New();

    internal Housekeeping()
    {
    }

    /// <summary>Completes when something is asked for after this was read.</summary>
    public Task Asked => Volatile.Read(ref _asked).Task;

    /// <summary>Wakes whoever clears away.</summary>
    public void Ask() => Interlocked.Exchange(ref _asked, New()).TrySetResult();

    /// <summary>Notes a kind of work in a transaction; wakes whoever does it once it is committed.</summary>
    internal void Ask(WriteSession session, string kind)
    {
        session.Connection.Get("Catalogue/housekeeping_ask").Bind(1, kind).Run();
        session.OnCommitted(Ask);
    }

    internal static bool IsAsked(WriteSession session, string kind) =>
        session.Connection.Get("Catalogue/housekeeping_asked").Bind(1, kind).Scalar() != 0;

    internal static void Done(WriteSession session, string kind) =>
        session.Connection.Get("Catalogue/housekeeping_done").Bind(1, kind).Run();

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
