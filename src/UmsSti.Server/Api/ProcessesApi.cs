using System.Text.Json;
using UmsSti.Application;
using UmsSti.ReadModels.Dues;
using UmsSti.Server.Http;

namespace UmsSti.Server.Api;

/// <summary>The processes that are not done, and the operator's hand on those that stand (FS-82).</summary>
internal sealed class ProcessesApi(Processes processes, DueDates dues, Reading reading, RememberedRequests remembered, Freshness freshness, Heads heads)
{
    private static readonly JsonEncodedText At = JsonEncodedText.Encode("at");
    private static readonly string[] States = ["standing", "waiting"];

    private static readonly AnswerShape Shape = new(
        "Process",
        new AnswerField("id", AnswerKind.Text, "Kind, subject and run, with '_' between them."),
        new AnswerField("state", AnswerKind.Text, "Where it stands.") { OneOf = States },
        new AnswerField("at", AnswerKind.Time, "Since when it stands, or when its next action may be taken; UTC."));

    private static readonly AnswerShape Resumed = new("ResumedProcess", new AnswerField("id", AnswerKind.Text, "As asked."));

    public static readonly ApiOperation ListOperation = new("listProcesses", HttpMethods.Get, "/processes", "Operations", "Processes that stand or wait, the longest due first")
    {
        Description = "At most 1000 of each state.",
        Query = [new QueryParameter("state", "Only processes in this state.") { OneOf = States }],
        IsFresh = true,
        Answers = [new ApiAnswer(200, "All of them.", AnswerShape.ListOf(Shape))],
    };

    public static readonly ApiOperation ResumeOperation = new("resumeProcess", HttpMethods.Post, "/processes/{id}/resume", "Operations", "Let a process that stands try again")
    {
        RouteParameters = new Dictionary<string, string> { ["id"] = "Id of a process, as GET /processes shows it." },
        IsCommand = true,
        Query = [QueryParameter.DryRun],
        Answers = [new ApiAnswer(200, "It goes on; with dryRun the plan.", Resumed)],
    };

    public async Task List(ApiCall call)
    {
        var asked = call.Query.Word("state", States);
        await reading.Demand(call, Application.Query.SeeProjections);
        var position = await freshness.Reach(call);
        var all = new List<(Due Due, string State)>();
        foreach (var state in States.Where(state => asked is null || asked == state))
        {
            var kind = state == "standing" ? DueKind.Standing : DueKind.Process;
            all.AddRange((await dues.PageAsync(kind, DateTimeOffset.MaxValue, null, DueDates.MaxLimit, call.Ct)).Select(due => (due, state)));
        }

        RequestHeaders.SetPosition(call.Http.Response, position);
        await Lists.Answer(call.Http, all, null, all.Count, Write);
    }

    public async Task Resume(ApiCall call)
    {
        var text = call.Route("id");
        await call.ExpectNoBody();
        await reading.Demand(call, Application.Query.OperateProjections);
        if (call.IsDryRun)
        {
            await OperationJson.AnswerPlan(call, heads.Domain);
            return;
        }

        // Its own event tells the reactor of processes to advance it.
        var (answer, replayed) = await remembered.Run(call, async (_, _) =>
            ProcessId.TryParse(text) is { IsValueSome: true } id && await processes.Resume(id.Value, call.EnvelopeWith(null, []), call.Ct)
                ? JsonAnswer.ToBytes(text, static (json, it) =>
                {
                    json.WriteStartObject();
                    json.WriteString("id", it);
                    json.WriteEndObject();
                })
                : throw new ProblemException(ProblemKinds.NotFound, "No such process stands."));
        RequestHeaders.SetPosition(call.Http.Response, heads.Domain);
        if (replayed)
        {
            call.Http.Response.Headers[RequestHeaders.IdempotencyReplayed] = "true";
        }

        await JsonAnswer.Write(call.Http, StatusCodes.Status200OK, answer, static (json, bytes) => json.WriteRawValue(bytes, skipInputValidation: true));
    }

    private static void Write(Utf8JsonWriter json, (Due Due, string State) process)
    {
        json.WriteStartObject();
        json.WriteString("id", process.Due.Id);
        json.WriteString("state", process.State);
        Times.Write(json, At, process.Due.At);
        json.WriteEndObject();
    }
}
