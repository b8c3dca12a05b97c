using Microsoft.FSharp.Core;
using UmsSti.Application;
using UmsSti.Domain;
using UmsSti.Server.Http;

namespace UmsSti.Server.Api;

/// <summary>What the routes about teams and rights share.</summary>
internal static class TeamRoutes
{
    public static readonly IReadOnlyDictionary<string, string> Id = new Dictionary<string, string> { ["id"] = "The team's id." };

    public static readonly IReadOnlyDictionary<string, string> Member =
        new Dictionary<string, string> { ["id"] = "The team's id.", ["userId"] = "The member's user id." };

    public static readonly QueryParameter Team = new("team", "The team it is about; without it the installation as a whole.");

    /// <summary>The id of the route; what is no team id names no team.</summary>
    public static TeamId IdOf(ApiCall call) => TeamId.TryParse(call.Route("id"), out var id) ? id : throw NotFound("team");

    /// <summary>The team of the query, or none.</summary>
    public static FSharpValueOption<TeamId> TeamOf(ApiCall call) => TeamOf(call.Query.Text(Team.Name));

    /// <summary>A team named by a text, or none.</summary>
    public static FSharpValueOption<TeamId> TeamOf(string? text)
    {
        if (text is null)
        {
            return FSharpValueOption<TeamId>.ValueNone;
        }

        return TeamId.TryParse(text, out var id) ? FSharpValueOption<TeamId>.NewValueSome(id) : throw NotFound("team");
    }

    /// <summary>A user named by a text.</summary>
    public static UserId UserOf(string text) => UserId.TryParse(text, out var id) ? id : throw NotFound("user");

    public static ProblemException NotFound(string what) => new(ProblemKinds.NotFound, $"There is no such {what}.");

    /// <summary>The moment a read asks for. Throws <see cref="ProblemException"/> for two at once and for a position nobody has reached.</summary>
    public static Moment MomentOf(ApiCall call, long head)
    {
        var atPosition = call.Query.Number(QueryParameter.AtPosition.Name);
        var asOf = call.Query.Time(QueryParameter.AsOf.Name);
        if (atPosition is not null && asOf is not null)
        {
            throw new ProblemException(Problem.Field("asOf", "cannot go together with atPosition"));
        }

        Freshness.DemandOfLog(call.Http, head);
        if (atPosition > head)
        {
            throw new ProblemException(Problem.Field("atPosition", $"lies beyond the head of the log, {head}"));
        }

        if (atPosition is { } position)
        {
            return Moment.NewAtPosition(position);
        }

        return asOf is { } time ? Moment.NewAsOf(time) : Moment.Now;
    }

    /// <summary>The position a read of a moment speaks of.</summary>
    public static long PositionOf(ApiCall call, long head) => call.Query.Number(QueryParameter.AtPosition.Name) ?? head;

    /// <summary>The command about teams, for the door.</summary>
    public static Application.Command Command(TeamCommand command) => Application.Command.NewOfTeams(command);

    /// <summary>The value, or the problem of the refusal.</summary>
    public static T Granted<T>(FSharpResult<T, Refusal> answer) =>
        answer.IsOk ? answer.ResultValue : throw new ProblemException(RefusalProblems.ToProblem(answer.ErrorValue));

    /// <summary>An operation that changes something about teams or rights.</summary>
    public static ApiOperation Change(string id, string method, string path, string tag, string summary) => new(id, method, path, tag, summary)
    {
        IsCommand = true,
        TakesIfMatch = true,
        Query = [QueryParameter.DryRun],
        Problems = TeamProblems.OfCommands,
    };

    /// <summary>The answers of a command that leaves nothing to be shown.</summary>
    public static IReadOnlyList<ApiAnswer> Gone { get; } = [new(204, "It is done."), new(200, "The plan of a dry run.")];
}
