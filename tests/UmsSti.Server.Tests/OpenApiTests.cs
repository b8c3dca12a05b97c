using System.Text.Json;
using Microsoft.AspNetCore.Routing;
using UmsSti.Server.Http;
using UmsSti.Server.Tests.Support;

namespace UmsSti.Server.Tests;

/// <summary>The API description: every route and only those, in a form that programs can use. That answers keep to it is checked with every answer of every test.</summary>
public sealed class OpenApiTests(SharedServer server)
{
    private JsonElement Document => server.Running.Contract.Document;

    [Fact]
    public void It_is_OpenAPI_3_1_with_a_bearer_scheme()
    {
        Assert.StartsWith("3.1", Document.GetProperty("openapi").GetString(), StringComparison.Ordinal);
        Assert.Equal("bearer", Document.GetProperty("components").GetProperty("securitySchemes").GetProperty("bearer").GetProperty("scheme").GetString());
        Assert.Equal(ApiRoutes.Base, Document.GetProperty("servers")[0].GetProperty("url").GetString());
    }

    [Fact]
    public void Every_mapped_route_and_no_other_is_described()
    {
        var mapped = server.Running.Server.Endpoints.OfType<RouteEndpoint>()
            .Where(endpoint => endpoint.RoutePattern.RawText!.StartsWith(ApiRoutes.Base, StringComparison.Ordinal))
            .SelectMany(endpoint => endpoint.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods.Where(method => method != "HEAD")
                .Select(method => $"{method} {endpoint.RoutePattern.RawText![ApiRoutes.Base.Length..]}"));
        var described = Operations().Select(operation => $"{operation.Method.ToUpperInvariant()} {operation.Path}");
        Assert.Equal(mapped.Order(StringComparer.Ordinal), described.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Operation_ids_are_fixed()
    {
        string[] fixedIds =
        [
            "acceptInvitation", "activateTeam", "activateUser", "addMember", "approveMembershipRequest", "approvePermissionRequest", "approveRole",
            "archiveTeam", "archiveUser", "assignRole", "bulkMembers", "bulkRights", "bulkUsers", "cancelTeam", "changeEmail", "changeMemberRole",
            "changePermissionLevel", "changeRole", "checkPermission", "checkPermissions", "clearTeamSetting", "closeTeamMembership", "createTeam",
            "deactivateMember", "deactivateRole", "deactivateTeam", "deactivateUser", "declineInvitation", "defineRole", "denyPermissionRequest",
            "endSession", "endTeamMaintenance", "endUserSessions", "explainPermission", "getDailyMetric", "getHierarchyStatistics",
            "getIsolationReport", "getMe", "getMember", "getMembershipHistory", "getOperation", "getPermissionHistory", "getPermissionMatrix",
            "getRole", "getTeam", "getTeamActivity", "getTeamPath", "getTeamStateHistory", "getTeamTree", "getUser", "getUserEngagement",
            "getUserPermissions", "getUserStateHistory", "getUserTimeline",
            "grantPermission", "inviteMember", "leaveTeam", "listAncestors", "listAudit", "listChildren", "listDescendants", "listEvents",
            "listFailedReactions", "listMembers", "listOutbox", "listParkedStreams", "listPermissions", "listProcesses", "listProjections", "listReactors", "listRoles", "listSchedules",
            "listSecurityEvents", "listSessions", "listSettings", "listTeams", "listTeamsOfUser", "listUserEvents", "listUsers", "listWebhooks",
            "logIn", "logOut", "moveTeam", "openTeamMembership", "purgeTeam", "reactivateMember", "reactivateRole", "rebuildProjection",
            "registerUser", "rejectMembershipRequest", "rejectRole", "removeMember", "replayWebhook", "requestMembership", "requestPermission",
            "resendVerification", "resolveSecurityEvent", "resumeProcess", "retireRole", "retryFailedReaction", "retryOutboxItem", "retryParkedStream", "revokeInvitation", "revokePermission", "runSchedule",
            "setActiveTeam", "setSetting", "setTeamSetting", "skipOutboxItem", "skipParkedStream", "startTeamMaintenance", "suspendMember",
            "suspendPermission", "suspendRole", "suspendTeam", "suspendUser", "unsuspendPermission", "unsuspendRole", "unsuspendTeam",
            "unsuspendUser", "updateTeam", "updateUser", "verifyEmail", "withdrawMembershipRequest", "withdrawRole",
        ];
        Assert.Equal(fixedIds, Operations().Select(operation => operation.Value.GetProperty("operationId").GetString()!).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Every_operation_says_what_it_takes_and_answers()
    {
        foreach (var (path, method, operation) in Operations())
        {
            var id = operation.GetProperty("operationId").GetString();
            Assert.False(string.IsNullOrEmpty(operation.GetProperty("summary").GetString()), id);
            var parameters = operation.TryGetProperty("parameters", out var given) ? given.EnumerateArray().Select(one => one.GetProperty("name").GetString()!).ToList() : [];
            Assert.All(path.Split('/').Where(part => part.StartsWith('{')), part => Assert.Contains(part.Trim('{', '}'), parameters));
            if (method != "get")
            {
                Assert.Contains("Idempotency-Key", parameters);
                Assert.Contains("dryRun", parameters);
            }

            var statuses = operation.GetProperty("responses").EnumerateObject().Select(answer => answer.Name).ToList();
            Assert.Contains(statuses, status => status.StartsWith('2'));
            Assert.Contains("500", statuses);
            Assert.Contains("422", statuses);
        }
    }

    [Fact]
    public void Every_reference_leads_somewhere()
    {
        var schemas = Document.GetProperty("components").GetProperty("schemas");
        foreach (var name in References(Document))
        {
            Assert.True(schemas.TryGetProperty(name.Split('/')[^1], out _), name);
        }
    }

    [Fact]
    public async Task The_page_loads_nothing_from_elsewhere()
    {
        var page = await server.Running.Http.GetStringAsync("/docs/", TestContext.Current.CancellationToken);
        Assert.DoesNotContain("http://", page, StringComparison.Ordinal);
        Assert.DoesNotContain("https://", page, StringComparison.Ordinal);
        Assert.Contains("openapi/v1.json", page, StringComparison.Ordinal);
        Assert.Contains("\"showDeveloperTools\":\"never\"", page, StringComparison.Ordinal);
        Assert.Contains("\"hideClientButton\":true", page, StringComparison.Ordinal);
        var script = await server.Running.Http.GetAsync("/docs/scalar.js", TestContext.Current.CancellationToken);
        Assert.True(script.IsSuccessStatusCode);
        Assert.Contains("default-src 'self'", script.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
    }

    private IEnumerable<(string Path, string Method, JsonElement Value)> Operations() =>
        from path in Document.GetProperty("paths").EnumerateObject()
        from operation in path.Value.EnumerateObject()
        select (path.Name, operation.Name, operation.Value);

    private static IEnumerable<string> References(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => element.EnumerateObject().SelectMany(field => field.Name == "$ref" ? [field.Value.GetString()!] : References(field.Value)),
        JsonValueKind.Array => element.EnumerateArray().SelectMany(References),
        _ => [],
    };
}
