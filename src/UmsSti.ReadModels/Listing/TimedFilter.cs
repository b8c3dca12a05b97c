namespace UmsSti.ReadModels.Listing;

/// <summary>A condition a list can be narrowed by: the embedded file <c>within_{Name}</c>, and the number of its parameter.</summary>
internal sealed record TimedFilter(string Name, int Parameter)
{
    /// <summary>The value is bound as a number.</summary>
    public bool IsNumber { get; init; }

    /// <summary>There is an index for it, so that it can lead.</summary>
    public bool HasIndex { get; init; } = true;
}

/// <summary>What a page of a list ordered by time is to hold. Values stand in the order of the list's filters; null: not asked for.</summary>
internal sealed record TimedQuery(IReadOnlyList<string?> Values, DateTimeOffset? From, DateTimeOffset? To, bool NewestFirst);
