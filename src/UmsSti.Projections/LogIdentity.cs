using UmsSti.ReadModels;

namespace UmsSti.Projections;

/// <summary>Tells rows that were built from another log than the one that is there: a restored backup, a replaced file.</summary>
internal static class LogIdentity
{
    /// <summary>Whether the log lacks the event the checkpoint stands on. A log whose beginning was pruned by age is the same log.</summary>
    public static async Task<bool> IsOfAnotherLog(ReadModelDatabase database, ProjectionRunner runner, CancellationToken ct)
    {
        var projector = runner.Projector;
        var checkpoint = await database.WriteAsync(
            session => session.FindCheckpoint(projector.Name, database.Generations.Active(projector.Model.Name)), ct).ConfigureAwait(false);
        if (checkpoint is not { Position: > 0 } stored)
            return false;
        if (stored.Position > runner.Log.Head)
            return true;
        var there = await runner.Log.ReadAll(stored.Position - 1, 1, ct).ConfigureAwait(false);
        return there.Length > 0 && there[0].Position == stored.Position && there[0].EventId != stored.EventId;
    }
}
