using UmsSti.Projections;
using UmsSti.Projections.Schedules;
using UmsSti.Server.Http;

namespace UmsSti.Server.Api;

/// <summary>Work that goes on after its request was answered. Kept by the process that runs it; after a restart an id is not found.</summary>
internal sealed class OperationsApi(ProjectionHost projections, ScheduleHost schedules, Reading reading, Heads heads)
{
    public static readonly ApiOperation GetOperation = new("getOperation", HttpMethods.Get, "/operations/{id}", "Operations", "How far an operation is")
    {
        RouteParameters = new Dictionary<string, string> { ["id"] = "The id that was answered when it began." },
        Answers = [new ApiAnswer(200, "Where it stands.", OperationShapes.Operation)],
    };

    public async Task Get(ApiCall call)
    {
        var id = call.Route("id");
        await reading.Demand(call, Application.Query.SeeProjections);
        RequestHeaders.SetPosition(call.Http.Response, heads.Domain);
        if (projections.Rebuilds.Find(id) is { } rebuild)
        {
            await JsonAnswer.Write(call.Http, StatusCodes.Status200OK, rebuild, OperationJson.Write);
            return;
        }

        var run = schedules.Find(id) ?? throw new ProblemException(ProblemKinds.NotFound, "There is no such operation.");
        await JsonAnswer.Write(call.Http, StatusCodes.Status200OK, run, ScheduleJson.Write);
    }
}
