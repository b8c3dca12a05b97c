using UmsSti.ReadModels;

namespace UmsSti.Projections;

/// <summary>What became of another try of a parked stream; <paramref name="Error"/> when it failed again.</summary>
public sealed record ParkedRetry(ParkedRetryOutcome Outcome, string? Error);

/// <summary>See <see cref="ParkedRetry"/>.</summary>
public enum ParkedRetryOutcome
{
    /// <summary>Everything held is applied or skipped; the stream flows again.</summary>
    Released,

    /// <summary>It failed again and stays parked, at the event that fails.</summary>
    StillFailing,

    /// <summary>The stream is not parked.</summary>
    NotParked,
}

/// <summary>How much of a parked stream is passed by.</summary>
public enum SkipExtent
{
    /// <summary>The event it fails at; what is held behind it is tried.</summary>
    FailingEvent,

    /// <summary>Everything it holds now; later events are applied again.</summary>
    AllHeld,
}

/// <summary>What a skip passed by, for the audit, and what became of the stream; <paramref name="Error"/> when it stays parked.</summary>
public sealed record ParkedSkip(ParkedRetryOutcome Outcome, IReadOnlyList<SkippedPlace> Skipped, string? Error);
