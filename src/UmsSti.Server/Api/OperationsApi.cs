using UmsSti.Projections;
using UmsSti.Server.Http;

namespace UmsSti.Server.Api;

/// <summary>Work that goes on after its request was answered. Kept by the process that runs it; after a restart an id is not found.</summary>
internal sealed class OperationsApi(ProjectionHost projections, Reading reading, Heads heads)
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
        var operation = projections.Rebuilds.Find(id) ?? throw new ProblemException(ProblemKinds.NotFound, "There is no such operation.");
        RequestHeaders.SetPosition(call.Http.Response, heads.Domain);
        await JsonAnswer.Write(call.Http, StatusCodes.Status200OK, operation, OperationJson.Write);
    }
}
