namespace UmsSti.Server.Http;

/// <summary>The parameters <c>from</c> (included) and <c>to</c> (not included) of a query.</summary>
internal static class Period
{
    public static (DateTimeOffset? From, DateTimeOffset? To) Of(Query query)
    {
        var (from, to) = (query.Time("from"), query.Time("to"));
        return to <= from ? throw new ProblemException(Problem.Field("to", "must lie after from")) : (from, to);
    }
}
