namespace UmsSti.Store.Sqlite;

/// <summary>
/// Something the writer does in the next commit. It is its own task: one allocation an append. Continuations never run on the
/// writer's thread.
/// </summary>
internal abstract class WorkItem<TSession, TResult>(CancellationToken ct)
    : TaskCompletionSource<TResult>(TaskCreationOptions.RunContinuationsAsynchronously), IWorkItem<TSession>
{
    private TResult? _staged;
    private Exception? _refusal;

    public IWorkItem<TSession>? Next { get; set; }

    public virtual int Rows => 1;

    public virtual int Bytes => 0;

    public bool DropIfCancelled() => ct.IsCancellationRequested && TrySetCanceled(ct);

    public void Stage(TSession session) => _staged = Apply(session);

    public void Refuse(Exception reason) => _refusal = reason;

    public virtual void Complete()
    {
        if (_refusal is null)
            TrySetResult(_staged!);
        else
            TrySetException(_refusal);
    }

    public void Fail(Exception reason) => TrySetException(reason);

    /// <summary>Does the work inside the open transaction. May run again, from the start, after a roll-back.</summary>
    protected abstract TResult Apply(TSession session);
}

/// <summary>What the queue and the writer see of a <see cref="WorkItem{TSession, TResult}"/>.</summary>
internal interface IWorkItem<TSession>
{
    /// <summary>The neighbour in the queue.</summary>
    IWorkItem<TSession>? Next { get; set; }

    /// <summary>Rows it brings, for the limit of a batch.</summary>
    int Rows { get; }

    /// <summary>Bytes it brings, for the limit of a batch.</summary>
    int Bytes { get; }

    /// <summary>Whether the caller gave up before the writer took it; it is cancelled then.</summary>
    bool DropIfCancelled();

    /// <summary>Does the work inside the open transaction; the outcome is told after the commit.</summary>
    void Stage(TSession session);

    /// <summary>Only this item goes wrong, the batch goes on; told after the commit.</summary>
    void Refuse(Exception reason);

    /// <summary>Tells the caller the staged outcome, after the commit.</summary>
    void Complete();

    /// <summary>Tells the caller that nothing of it was stored.</summary>
    void Fail(Exception reason);
}

/// <summary>Something small done in the next commit, put as a function.</summary>
internal sealed class FunctionItem<TSession, TResult>(Func<TSession, TResult> action, CancellationToken ct)
    : WorkItem<TSession, TResult>(ct)
{
    protected override TResult Apply(TSession session) => action(session);
}
