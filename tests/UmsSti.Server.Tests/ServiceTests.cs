using System.Text.Json;
using Microsoft.FSharp.Reflection;
using UmsSti.Domain.User;
using UmsSti.Server.Http;
using UmsSti.Server.Tests.Support;

namespace UmsSti.Server.Tests;

/// <summary>What operators see and set: health, metrics, headers, limits, consistency, projections.</summary>
public sealed class ServiceTests(SharedServer server)
{
    [Fact]
    public async Task Health_and_metrics_answer_without_a_token()
    {
        // In a process of its own: instruments belong to the process, and the end of any other server in it takes them away.
        using var folder = new TempFolder();
        await using var own = await ServerProcess.Start(folder.Path, ServerProcess.FreePort());
        var nobody = new ApiClient(own.Http, await ContractCheck.Load(own.Http));
        Assert.Equal("live", (await nobody.SendRaw(HttpMethod.Get, "/health/live", null, null)).Is(200)["status"]);
        Assert.Equal("ready", (await nobody.SendRaw(HttpMethod.Get, "/health/ready", null, null)).Is(200)["status"]);
        (await nobody.SendRaw(HttpMethod.Head, "/health/ready", null, null)).Is(200);
        await nobody.As(await nobody.SignIn(TestOptions.RootEmail, TestOptions.RootPassword)).NewUser("metrics@example.org");
        var metrics = (await nobody.SendRaw(HttpMethod.Get, "/metrics", null, null)).Is(200).Text;
        foreach (var name in new[]
        {
            "http_server_request_duration_seconds", "http_server_active_requests", "eventstore_append_duration_seconds", "eventstore_append_batch_size",
            "eventstore_events_appended", "eventstore_position", "eventstore_fsync_duration_seconds", "projection_lag", "projection_missing",
            "projection_dead_letters", "command_duration_seconds", "password_hash_duration_seconds", "session_sign_ins",
        })
        {
            Assert.Contains("# TYPE " + name, metrics, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Addresses_for_operators_only_answer_reads()
    {
        foreach (var path in new[] { "/metrics", "/openapi/v1.json" })
        {
            (await server.Nobody.SendRaw(HttpMethod.Head, path, null, null)).Is(200);
            (await server.Nobody.SendRaw(HttpMethod.Post, path, null, null)).IsProblem(405, "method-not-allowed");
        }
    }

    [Fact]
    public async Task Reads_of_the_log_know_where_it_ends()
    {
        var id = await server.Root.NewUser(server.NewEmail());
        var head = (await server.Root.Get("/users/" + id)).Position;
        foreach (var path in new[] { "/me", "/sessions", "/events?limit=1", $"/users/{id}/events", $"/users/{id}?atPosition={head}", "/projections" })
        {
            (await server.Root.Get(path, ("X-Min-Position", $"{head}"))).Is(200);
            (await server.Root.Get(path, ("X-Min-Position", $"{head + 1_000_000}"))).IsProblem(503, "consistency-timeout");
            (await server.Root.Get(path, ("X-Consistency-Level", "sometimes"))).IsProblem(400, "invalid-header");
        }
    }

    [Fact]
    public async Task Every_answer_carries_the_security_headers()
    {
        foreach (var reply in new[] { await server.Root.Get("/me"), await server.Nobody.Get("/me"), await server.Nobody.SendRaw(HttpMethod.Get, "/nothing", null, null) })
        {
            Assert.Equal("nosniff", reply.Header("X-Content-Type-Options"));
            Assert.Equal("no-referrer", reply.Header("Referrer-Policy"));
            Assert.Contains("frame-ancestors 'none'", reply.Header("Content-Security-Policy"), StringComparison.Ordinal);
            Assert.Equal("no-store", reply.Header("Cache-Control"));
            Assert.Null(reply.Header("Server"));
        }
    }

    [Fact]
    public async Task A_trace_id_comes_through()
    {
        const string Trace = "4bf92f3577b34da6a3ce929d0e0e4736";
        Assert.Equal(Trace, (await server.Nobody.Get("/me", ("traceparent", $"00-{Trace}-00f067aa0ba902b7-01"))).Is(401)["traceId"]);
        Assert.Equal(32, (await server.Nobody.Get("/me", ("traceparent", "nonsense"))).Is(401)["traceId"].Length);
    }

    [Fact]
    public async Task A_head_request_answers_like_a_get_without_a_body()
    {
        var head = (await server.Root.Send(HttpMethod.Head, "/me", null, [])).Is(200);
        Assert.Empty(head.Bytes);
        Assert.Equal((await server.Root.Get("/me")).Header("Content-Length"), head.Header("Content-Length"));
    }

    [Fact]
    public async Task A_position_that_does_not_come_is_waited_for_and_then_told()
    {
        var head = (await server.Root.Get("/users?limit=1")).Is(200).Position;
        (await server.Root.Get("/users?limit=1", ("X-Min-Position", head.ToString(System.Globalization.CultureInfo.InvariantCulture)), ("X-Consistency-Level", "eventual"))).Is(200);
        var late = (await server.Root.Get("/users?limit=1", ("X-Min-Position", (head + 1_000_000).ToString(System.Globalization.CultureInfo.InvariantCulture)))).IsProblem(503, "consistency-timeout");
        Assert.NotNull(late.Header("Retry-After"));
    }

    [Fact]
    public async Task What_was_written_is_read_at_once()
    {
        var id = await server.Root.NewUser(server.NewEmail());
        for (var n = 0; n < 50; n++)
        {
            var written = (await server.Root.Patch("/users/" + id, $$"""{"name":"Name {{n}}"}""")).Is(200);
            var read = (await server.Root.Get("/users/" + id)).Is(200);
            Assert.Equal("Name " + n, read["name"]);
            Assert.True(read.Position >= written.Position);
        }
    }

    [Fact]
    public async Task A_read_model_is_rebuilt_beside_itself()
    {
        var started = (await server.Root.Post("/projections/user-directory/rebuild", null, ("Idempotency-Key", "rebuild-" + Guid.NewGuid()))).Is(202);
        Assert.Equal("/api/v1/operations/" + started["operationId"], started.Header("Location"));
        (await server.Root.Get("/users?limit=1")).Is(200);
        Reply operation;
        do
        {
            operation = (await server.Root.Get("/operations/" + started["operationId"])).Is(200);
        }
        while (operation["state"] == "running");
        Assert.Equal(("succeeded", "users"), (operation["state"], operation["model"]));
        (await server.Root.Post("/projections/shoes/rebuild")).IsProblem(404, "not-found");
        (await server.Root.Post("/projections/user-directory/rebuild?dryRun=true")).Is(200);
        var (_, _, stranger) = await server.NewCaller();
        (await stranger.Post("/projections/user-directory/rebuild")).IsProblem(403, "forbidden");
        (await stranger.Get("/projections")).IsProblem(403, "forbidden");
    }

    [Fact]
    public async Task A_rebuild_with_one_key_is_one_rebuild()
    {
        var key = Guid.NewGuid().ToString();
        var replies = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => server.Root.Post("/projections/all/rebuild", null, ("Idempotency-Key", key))));
        Assert.Single(replies.Select(reply => reply.Is(202)["operationId"]).Distinct());
        (await server.Root.Post("/projections/user-directory/rebuild", null, ("Idempotency-Key", key))).IsProblem(422, "idempotency-key-reused");
    }

    [Fact]
    public async Task Projections_and_parked_streams_are_shown()
    {
        var all = (await server.Root.Get("/projections")).Is(200).Json.GetProperty("items").EnumerateArray().ToList();
        Assert.Contains("user-directory", all.Select(one => one.GetProperty("name").GetString()));
        Assert.Equal(0, (await server.Root.Get("/projections/user-directory/parked")).Is(200).Json.GetProperty("total").GetInt64());
        (await server.Root.Post("/projections/user-directory/parked/User-x/retry")).IsProblem(404, "not-found");
        (await server.Root.Get("/projections/shoes/parked")).IsProblem(404, "not-found");
    }

    [Fact]
    public async Task The_log_reads_in_order_by_type_and_stream()
    {
        var id = await server.Root.NewUser(server.NewEmail());
        var all = (await server.Root.Get("/events?after=0&limit=200")).Is(200).Json;
        var positions = all.GetProperty("items").EnumerateArray().Select(one => one.GetProperty("position").GetInt64()).ToList();
        Assert.Equal(Enumerable.Range(1, positions.Count).Select(n => (long)n), positions);
        var ofStream = (await server.Root.Get($"/events?stream=User-{id}&type=UserActivated")).Is(200).Json;
        Assert.Equal(1, ofStream.GetProperty("total").GetInt64());
        var seen = 0;
        string? cursor = null;
        do
        {
            var page = (await server.Root.Get($"/events?type=UserActivated&limit=2{(cursor is null ? "" : "&cursor=" + cursor)}")).Is(200).Json;
            Assert.Equal(JsonValueKind.Null, page.GetProperty("total").ValueKind);
            Assert.All(page.GetProperty("items").EnumerateArray(), one => Assert.Equal("UserActivated", one.GetProperty("type").GetString()));
            seen += page.GetProperty("items").GetArrayLength();
            cursor = page.GetProperty("nextCursor").GetString();
        }
        while (cursor is not null && seen < 20);
        Assert.True(seen > 0);
        Assert.Equal(0, (await server.Root.Get("/events?stream=User-nobody")).Is(200).Json.GetProperty("total").GetInt64());
    }

    [Fact]
    public async Task Requests_are_limited_by_the_minute_when_asked_for()
    {
        await using var own = await RunningServer.Start(options => options with { RateLimit = new RequestLimits(PerUser: 5, PerSystemUser: 50) });
        var id = await own.Root.NewUser("limited@example.org");
        var self = own.Nobody.As(await own.Nobody.SignIn("limited@example.org", TestOptions.UserPassword));
        var replies = new List<Reply>();
        for (var n = 0; n < 8; n++)
        {
            replies.Add(await self.Get("/users/" + id));
        }

        var refused = replies.Where(reply => reply.Code == 429).ToList();
        Assert.InRange(refused.Count, 1, 3);
        Assert.All(refused, reply => Assert.InRange(int.Parse(reply.IsProblem(429, "too-many-requests").Header("Retry-After")!, System.Globalization.CultureInfo.InvariantCulture), 1, 60));
        (await own.Root.Get("/users/" + id)).Is(200);
    }

    [Fact]
    public void Problem_codes_are_fixed_and_the_domain_has_no_other()
    {
        string[] codes =
        [
            "account-not-active", "already-created", "already-member", "already-registered", "bad-request", "body-too-large", "busy",
            "child-policy-required", "children-present", "concurrency-conflict", "consistency-timeout", "cross-organization-move",
            "depth-limit-not-tighter", "detail-not-of-type", "email-not-verified", "email-taken", "end-before-start", "expiry-not-in-future",
            "forbidden", "grace-period-not-over", "grant-above-rank", "grant-expired", "guests-cannot-be-members", "headers-too-large",
            "hierarchy-cycle", "hierarchy-too-deep", "id-kind-mismatch", "idempotency-key-reused", "internal-error", "invalid-credentials",
            "invalid-cursor", "invalid-header", "invalid-idempotency-key", "invalid-token", "invalid-transition", "invitation-expired",
            "invitation-not-expired", "last-executive", "malformed-json", "method-not-allowed", "not-a-member", "not-found", "not-ready",
            "outbox-item-settled", "owner-not-active", "owner-required", "parent-not-found", "parent-not-open", "parent-type-not-allowed",
            "permission-already-granted", "permission-not-held", "permission-scope-mismatch", "reassign-target-below", "recently-active", "registration-already-completed",
            "request-expired", "request-not-expired", "request-timeout", "role-already-assigned", "role-name-taken", "role-reserved", "role-retired", "role-scope-mismatch",
            "role-step-not-allowed", "rule-refused", "same-person-review", "self-approval-not-allowed", "self-grant-not-allowed",
            "self-registration-disabled", "slug-taken", "store-unavailable", "subject-not-active", "suspension-not-over", "system-role-reserved",
            "system-user-protected", "system-users-cannot-be-members", "target-above-rank", "team-already-placed", "team-name-taken",
            "team-not-closed", "team-not-found", "team-not-open", "too-many-preferences", "too-many-requests", "too-many-settings", "unauthenticated",
            "unknown-permission", "unsupported-media-type", "until-not-in-future", "validation-failed", "verification-expired",
            "verification-for-other-address", "verification-not-expired", "version-mismatch",
        ];
        Assert.Equal(codes, ProblemKinds.All.Select(kind => kind.Code).Order(StringComparer.Ordinal));
        foreach (var rejection in FSharpType.GetUnionCases(typeof(Decisions.Rejected), null))
        {
            var values = rejection.GetFields().Select(field => field.PropertyType == typeof(int) ? (object)1 : "x").ToArray();
            var code = Decisions.code((Decisions.Rejected)FSharpValue.MakeUnion(rejection, values, null));
            Assert.NotNull(ProblemKinds.Find(code));
        }
    }
}
