namespace UmsSti.Server.Api;

/// <summary>Keeps what an operator does to the outbox and to webhooks, before it is done: what cannot be recorded is not done.</summary>
internal interface IOperatorAudit
{
    /// <summary>A row of the outbox is to be tried again.</summary>
    Task OutboxItemRetried(Application.Envelope envelope, string itemId, CancellationToken ct);

    /// <summary>A row of the outbox is given up.</summary>
    Task OutboxItemSkipped(Application.Envelope envelope, string itemId, string reason, CancellationToken ct);

    /// <summary>An endpoint gets events again, from a position on.</summary>
    Task WebhookReplayed(Application.Envelope envelope, string endpoint, long fromPosition, CancellationToken ct);
}

/// <summary>Keeps it in the program's log.</summary>
internal sealed partial class LoggedOperatorAudit(ILogger<LoggedOperatorAudit> log) : IOperatorAudit
{
    public Task OutboxItemRetried(Application.Envelope envelope, string itemId, CancellationToken ct)
    {
        Retried(log, envelope.Actor, itemId);
        return Task.CompletedTask;
    }

    // The reason may name people: it stands with the row, not in a log that is never erased.
    public Task OutboxItemSkipped(Application.Envelope envelope, string itemId, string reason, CancellationToken ct)
    {
        Skipped(log, envelope.Actor, itemId);
        return Task.CompletedTask;
    }

    public Task WebhookReplayed(Application.Envelope envelope, string endpoint, long fromPosition, CancellationToken ct)
    {
        Replayed(log, envelope.Actor, endpoint, fromPosition);
        return Task.CompletedTask;
    }

    [LoggerMessage(1, LogLevel.Warning, "Operator {Actor} tries outbox row {Item} again.")]
    private static partial void Retried(ILogger logger, string actor, string item);

    [LoggerMessage(2, LogLevel.Warning, "Operator {Actor} gives outbox row {Item} up.")]
    private static partial void Skipped(ILogger logger, string actor, string item);

    [LoggerMessage(3, LogLevel.Warning, "Operator {Actor} replays webhook {Endpoint} from event {Position}.")]
    private static partial void Replayed(ILogger logger, string actor, string endpoint, long position);
}
