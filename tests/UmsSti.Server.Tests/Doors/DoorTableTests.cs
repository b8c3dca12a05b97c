using Microsoft.AspNetCore.Routing;
using UmsSti.Server.Http;
using UmsSti.Server.Tests.Support;

namespace UmsSti.Server.Tests.Doors;

/// <summary>
/// Every route of the API for every kind of caller, out of one table: who passes the door, who is refused, and for whom the team is not
/// there. Commands are tried as dry runs, so each caller meets the same state. A route that is not in the table fails.
/// </summary>
public sealed class DoorTableTests : IAsyncLifetime
{
    /// <summary>Callers that knock at the same time.</summary>
    private const int AtOnce = 12;

    private DoorStage stage = null!;

    public async ValueTask InitializeAsync() => stage = await DoorStage.Open();

    public ValueTask DisposeAsync() => stage.DisposeAsync();

    [Fact]
    public async Task Every_route_lets_every_kind_of_caller_through_or_not_as_the_table_says()
    {
        var table = DoorTable.Of(stage);
        var operations = stage.Server.Server.Endpoints.OfType<RouteEndpoint>().Select(endpoint => endpoint.Metadata.GetMetadata<ApiOperation>())
            .OfType<ApiOperation>().DistinctBy(operation => operation.Id).ToDictionary(operation => operation.Id);
        Assert.Equal(operations.Keys.Order(StringComparer.Ordinal), table.Select(door => door.Operation).Distinct().Order(StringComparer.Ordinal));
        var head = await stage.Server.Head();
        var wrong = new List<string>();
        foreach (var door in table)
        {
            var operation = operations[door.Operation];
            var path = operation.IsCommand ? door.Path + (door.Path.Contains('?', StringComparison.Ordinal) ? "&" : "?") + "dryRun=true" : door.Path;
            var replies = new List<Reply>();
            foreach (var some in stage.Callers.Chunk(AtOnce))
            {
                replies.AddRange(await Task.WhenAll(some.Select(caller => caller.Api.Send(HttpMethod.Parse(operation.Method), path, door.Body, []))));
            }

            wrong.AddRange(
                from pair in stage.Callers.Zip(replies)
                let expected = door.Rule.Answer(pair.First)
                where expected != Found(pair.Second, door.Rule)
                select $"{operation.Id} {door.Path} by {pair.First.Name}: {expected} expected, {pair.Second.Code} found: {pair.Second.Text}");
        }

        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
        Assert.Equal(head, await stage.Server.Head());
    }

    /// <summary>0 is passing the door, whatever the rules behind it then say. Only where a team hides from outsiders is 404 a refusal.</summary>
    private static int Found(Reply reply, DoorRule rule) => reply.Code switch
    {
        401 or 403 => reply.Code,
        404 when rule is DoorRule.Inside or DoorRule.Administered or DoorRule.InsideOrOwn or DoorRule.OutsideAndInside or DoorRule.OfMembers && reply.Problem == "not-found" => 404,
        >= 500 => reply.Code,
        _ => 0,
    };
}
