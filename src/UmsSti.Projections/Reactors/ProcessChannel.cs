using System.Globalization;
using UmsSti.Application;
using UmsSti.Domain;
using UmsSti.Kernel;
using UmsSti.Projections.Outbox;

namespace UmsSti.Projections.Reactors;

/// <summary>
/// Carries out what reactions ask of processes, through <see cref="ProcessDesk"/>. The state of a process is in its stream: a row is done
/// as soon as the process has moved as far as it can now, whatever comes later. A process that stands is shown by the process, not by a row.
/// </summary>
/// <param name="desk">Begins and advances.</param>
/// <param name="log">The domain log.</param>
/// <param name="time">The clock.</param>
public sealed class ProcessChannel(ProcessDesk desk, IEventLog log, TimeProvider time) : IChannel
{
    /// <inheritdoc/>
    public string Name => Channels.Processes;

    /// <summary>Commands of the program must not crowd out those of people.</summary>
    public int MaxConcurrent => 2;

    /// <inheritdoc/>
    public async Task<DeliveryOutcome> Deliver(OutboxItem item, CancellationToken ct)
    {
        if (await CauseOf(item, ct).ConfigureAwait(false) is not { } cause)
            return new DeliveryOutcome.Cancelled("its event is not in the log any more");
        try
        {
            return OutcomeOf(await desk.Take(new ProcessRequest(item.Kind, item.Recipient, cause, time.GetUtcNow()), ct).ConfigureAwait(false));
        }
        catch (LogUnavailableException)
        {
            return new DeliveryOutcome.PeerDown("the log takes no writes");
        }
        catch (ReadModelBehindException behind)
        {
            return new DeliveryOutcome.PeerDown(behind.Message);
        }
    }

    private static DeliveryOutcome OutcomeOf(ProcessAnswer answer)
    {
        if (answer.IsUnknownKind)
            return new DeliveryOutcome.Refused("this program knows no such kind of process");
        return answer is ProcessAnswer.Stands { Item: var standing } ? OutcomeOf(standing) : new DeliveryOutcome.Skipped("nothing to do");
    }

    private static DeliveryOutcome OutcomeOf(ProcessStanding standing) => standing switch
    {
        ProcessStanding.Waiting waiting => new DeliveryOutcome.Delivered($"waits until {waiting.nextAt.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture)}"),
        ProcessStanding.Standing still => new DeliveryOutcome.Delivered($"the process stands: {still.code}"),
        ProcessStanding.Ended ended => new DeliveryOutcome.Delivered(WordOf(ended.outcome)),
        _ when standing.IsUnderway => new DeliveryOutcome.Again("there is more to do"),
        _ => new DeliveryOutcome.Skipped("nobody began such a process"),
    };

    private static string WordOf(Process.Outcome outcome) => outcome switch
    {
        Process.Outcome.Superseded superseded => $"superseded: {superseded.code}",
        Process.Outcome.Failed failed => $"failed, and taken back: {failed.code}",
        _ => "completed",
    };

    private async Task<RecordedEvent?> CauseOf(OutboxItem item, CancellationToken ct)
    {
        var there = await log.ReadAll(item.Position - 1, 1, ct).ConfigureAwait(false);
        return there.Length > 0 && there[0].EventId == item.EventId ? there[0] : null;
    }
}
