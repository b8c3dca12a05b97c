using System.Globalization;
using Microsoft.Extensions.Primitives;

namespace UmsSti.Server.Http;

/// <summary>A parameter of the query string that an operation takes.</summary>
/// <param name="Name">As it stands in the address.</param>
/// <param name="Description">For the API description.</param>
public sealed record QueryParameter(string Name, string Description)
{
    public bool IsNumber { get; init; }

    public bool IsFlag { get; init; }

    public bool IsTime { get; init; }

    /// <summary>A day of the calendar, without time.</summary>
    public bool IsDay { get; init; }

    /// <summary>The only values accepted; empty when any is.</summary>
    public IReadOnlyList<string> OneOf { get; init; } = [];

    public static readonly QueryParameter DryRun = new("dryRun", "true: answer what the command would do, and store nothing.") { IsFlag = true };
    public static readonly QueryParameter Limit = new("limit", "Items on a page, 1 to 200; 50 when not given.") { IsNumber = true };
    public static readonly QueryParameter Cursor = new("cursor", "Where the page starts: nextCursor of the page before.");
    public static readonly QueryParameter AsOf = new("asOf", "Show it as it was at this time (RFC 3339).") { IsTime = true };
    public static readonly QueryParameter AtPosition = new("atPosition", "Show it as it was at this position of the log.") { IsNumber = true };
}

/// <summary>Reads the query string of a request: every name must be known, no name twice.</summary>
public readonly struct Query
{
    public const int DefaultLimit = 50;
    public const int MaxLimit = 200;

    private readonly IQueryCollection values;

    private Query(IQueryCollection values) => this.values = values;

    /// <summary>The query of a request. Throws <see cref="ProblemException"/> for names the operation does not take.</summary>
    public static Query Of(HttpContext http, IReadOnlyList<QueryParameter> known)
    {
        if (!http.Request.QueryString.HasValue)
        {
            return new Query(QueryCollection.Empty);
        }

        var query = new Query(http.Request.Query);

        var errors = new FieldErrors();
        foreach (var (name, value) in query.values)
        {
            if (!known.Any(parameter => parameter.Name == name))
            {
                errors.Add(name.Length is > 0 and <= 64 && !name.Any(char.IsControl) ? name : "(unprintable)", "is not a parameter of this request");
            }
            else if (value.Count != 1)
            {
                errors.Add(name, "is given more than once");
            }
        }

        errors.ThrowIfAny();
        return query;
    }

    /// <summary>The text of a parameter, or null when it was not given. Empty text and control characters are refused.</summary>
    public string? Text(string name)
    {
        if (!values.TryGetValue(name, out StringValues found))
        {
            return null;
        }

        var text = found.ToString();
        if (text.Length == 0 || text.Any(c => char.IsControl(c) || c == '\uFFFD'))
        {
            throw new ProblemException(Problem.Field(name, "must be text, not empty and without control characters"));
        }

        return text;
    }

    /// <summary>One of the words a parameter takes, or null when it was not given.</summary>
    public string? Word(string name, IReadOnlyList<string> words)
    {
        var text = Text(name);
        return text is null || words.Contains(text)
            ? text
            : throw new ProblemException(Problem.Field(name, "must be one of " + string.Join(", ", words)));
    }

    /// <summary>true or false; false when not given.</summary>
    public bool Flag(string name) => Text(name) switch
    {
        null or "false" => false,
        "true" => true,
        _ => throw new ProblemException(Problem.Field(name, "must be true or false")),
    };

    /// <summary>A number of at least 0, or null when not given.</summary>
    public long? Number(string name)
    {
        var text = Text(name);
        if (text is null)
        {
            return null;
        }

        return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw new ProblemException(Problem.Field(name, "must be a whole number of at least 0"));
    }

    /// <summary>A time, or null when not given.</summary>
    public DateTimeOffset? Time(string name)
    {
        var text = Text(name);
        if (text is null)
        {
            return null;
        }

        // A '+' of an offset that was not escaped arrives as a blank.
        return Times.TryParse(text.Replace(' ', '+'), out var time)
            ? time
            : throw new ProblemException(Problem.Field(name, "must be a time as in 2026-01-31T08:00:00Z"));
    }

    /// <summary>A day, or null when not given; of a time its day in UTC.</summary>
    public DateOnly? Day(string name)
    {
        var text = Text(name);
        if (text is null)
        {
            return null;
        }

        if (DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day))
        {
            return day;
        }

        return Times.TryParse(text.Replace(' ', '+'), out var time)
            ? DateOnly.FromDateTime(time.UtcDateTime)
            : throw new ProblemException(Problem.Field(name, "must be a day as in 2026-01-31"));
    }

    /// <summary>Items on a page.</summary>
    public int Limit()
    {
        var limit = Number(QueryParameter.Limit.Name) ?? DefaultLimit;
        return limit is >= 1 and <= MaxLimit
            ? (int)limit
            : throw new ProblemException(Problem.Field(QueryParameter.Limit.Name, $"must be between 1 and {MaxLimit}"));
    }
}
