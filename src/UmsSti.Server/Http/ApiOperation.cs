namespace UmsSti.Server.Http;

/// <summary>Who may call an operation at all; the door and the gate decide about the rest.</summary>
public enum CallerNeed
{
    /// <summary>Anybody, and a token is not even looked at: an old one must not keep its owner from signing in anew.</summary>
    Nobody,

    /// <summary>Anybody; a token is looked at when there is one.</summary>
    Anybody,

    /// <summary>A valid bearer token is needed.</summary>
    SignedIn,
}

/// <summary>One way an operation answers when it does not refuse.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Description">When it answers so.</param>
/// <param name="Body">The body; null when there is none.</param>
public sealed record ApiAnswer(int Status, string Description, AnswerShape? Body = null)
{
    /// <summary>It can be had as CSV as well.</summary>
    public bool IsAlsoCsv { get; init; }
}

/// <summary>
/// All that is fixed about one operation of the API. Routing, reading, and the API description work from this one record.
/// </summary>
/// <param name="Id">Stable operation id.</param>
/// <param name="Method">HTTP method; GET answers HEAD as well.</param>
/// <param name="Path">Route below the base, as in <c>/users/{id}</c>.</param>
/// <param name="Tag">Group in the API description.</param>
/// <param name="Summary">One line.</param>
public sealed record ApiOperation(string Id, string Method, string Path, string Tag, string Summary)
{
    public string? Description { get; init; }

    public CallerNeed Caller { get; init; } = CallerNeed.SignedIn;

    /// <summary>The body it takes; null when it takes none.</summary>
    public BodyShape? Body { get; init; }

    /// <summary>Changes something: takes an idempotency key, and is refused in a dry run unless <see cref="Query"/> lists dryRun.</summary>
    public bool IsCommand { get; init; }

    /// <summary>Takes <c>If-Match</c>.</summary>
    public bool TakesIfMatch { get; init; }

    /// <summary>Answers with an entity tag and takes <c>If-None-Match</c>.</summary>
    public bool IsTagged { get; init; }

    /// <summary>Takes the consistency headers.</summary>
    public bool IsFresh { get; init; }

    /// <summary>Says in <c>X-Position</c> which position it shows.</summary>
    public bool HasPosition { get; init; } = true;

    public IReadOnlyList<QueryParameter> Query { get; init; } = [];

    /// <summary>Names and meanings of the route's parameters.</summary>
    public IReadOnlyDictionary<string, string> RouteParameters { get; init; } = new Dictionary<string, string>();

    public IReadOnlyList<ApiAnswer> Answers { get; init; } = [];

    /// <summary>What it may refuse with, besides what every operation may.</summary>
    public IReadOnlyList<ProblemKind> Problems { get; init; } = [];
}
