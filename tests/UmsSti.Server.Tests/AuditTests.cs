using System.Globalization;
using System.Text.Json;
using UmsSti.Server.Tests.Support;

namespace UmsSti.Server.Tests;

/// <summary>Who did what: over HTTP, as pages and as files.</summary>
public sealed class AuditTests(SharedServer server)
{
    [Fact]
    public async Task Every_command_denial_bypass_and_sign_in_is_there_at_once()
    {
        var (id, email, self) = await server.NewCaller();
        (await self.Patch("/users/" + id, """{"name":"Other"}""", ("User-Agent", "seven-league/1.0"))).Is(200);
        (await self.Get("/users")).IsProblem(403, "forbidden");
        (await server.Nobody.Post("/sessions", $$"""{"email":"{{email}}","password":"Wrong-Password-1!"}""")).IsProblem(401, "invalid-credentials");
        (await server.Root.Post($"/users/{id}/suspend", """{"reason":"=odd orders"}""")).Is(200);

        var about = await Items($"/audit?subject={id}&sort=at&limit=200");
        Assert.Equal(
            ["Claimed", "FailedLoginAttempt", "SystemBypass", "UserActivated", "UserLoggedIn", "UserProfileUpdated", "UserRegistrationInitiated", "UserSuspended"],
            about.Select(one => Text(one, "type")).Order(StringComparer.Ordinal));
        Assert.Equal(about.Select(one => Text(one, "at")).Order(StringComparer.Ordinal), about.Select(one => Text(one, "at")));
        var updated = about.Single(one => Text(one, "type") == "UserProfileUpdated");
        Assert.Equal((id, "update", "success", "user", "domain", "seven-league/1.0", "127.0.0.1"), (Text(updated, "actorId"), Text(updated, "action"), Text(updated, "outcome"), Text(updated, "resourceType"), Text(updated, "log"), Text(updated, "userAgent"), Text(updated, "ip")));
        Assert.Equal("name", updated.GetProperty("detail").GetProperty("fields")[0].GetString());
        var denied = Assert.Single(await Items($"/audit?actor={id}&outcome=denied"));
        Assert.Equal(("AccessDenied", "authorize", "users.view", "activity"), (Text(denied, "type"), Text(denied, "action"), denied.GetProperty("detail").GetProperty("permission").GetString(), Text(denied, "log")));
        Assert.Equal(id, Text(about.Single(one => Text(one, "type") == "UserLoggedIn"), "actorId"));
        Assert.Equal("invalid_credentials", Text(Assert.Single(await Items($"/audit?subject={id}&outcome=failed")), "reason"));
        Assert.Equal("=odd orders", Text(about.Single(one => Text(one, "type") == "UserSuspended"), "reason"));
        var trace = Text(updated, "correlationId");
        Assert.Equal(["UserProfileUpdated"], (await Items("/audit?correlation=" + trace)).Select(one => Text(one, "type")));
    }

    [Fact]
    public async Task Pages_go_on_where_the_one_before_ended_in_either_order()
    {
        var (id, _, self) = await server.NewCaller();
        for (var n = 0; n < 6; n++)
        {
            (await self.Patch("/users/" + id, $$"""{"name":"Name {{n}}"}""")).Is(200);
        }

        foreach (var sort in new[] { "at", "-at" })
        {
            var whole = (await Items($"/audit?actor={id}&sort={sort}&limit=200")).Select(Key).ToList();
            var (walked, cursor) = (new List<string>(), (string?)null);
            do
            {
                var page = (await server.Root.Get($"/audit?actor={id}&sort={sort}&limit=3{(cursor is null ? "" : "&cursor=" + cursor)}")).Is(200).Json;
                Assert.Equal(whole.Count, page.GetProperty("total").GetInt64());
                walked.AddRange(page.GetProperty("items").EnumerateArray().Select(Key));
                cursor = page.GetProperty("nextCursor").GetString();
            }
            while (cursor is not null);
            Assert.Equal(whole, walked);
            Assert.True(whole.Count > 6);
        }
    }

    [Fact]
    public async Task All_of_it_can_be_taken_away_as_CSV_and_as_JSON_and_that_is_on_record()
    {
        var (id, _, self) = await server.NewCaller();
        (await self.Patch("/users/" + id, """{"name":"Exported"}""", ("User-Agent", "=HYPERLINK(\"x\"),\"y\""))).Is(200);
        (await server.Root.Post($"/users/{id}/suspend", """{"reason":"line one\nline \"two\""}""")).Is(200);
        var listed = await Items($"/audit?subject={id}&sort=at&limit=200");

        var csv = (await server.Root.Get($"/audit?subject={id}&sort=at&format=csv")).Is(200);
        Assert.Equal(("text/csv; charset=utf-8", "attachment; filename=\"audit.csv\""), (csv.Header("Content-Type"), csv.Header("Content-Disposition")));
        var rows = ParseCsv(csv.Text);
        Assert.Equal("at,log,position,type", string.Join(',', rows[0][..4]));
        Assert.Equal(listed.Select(one => (Text(one, "at"), Text(one, "type"))), rows[1..].Select(row => (row[0], row[3])));
        Assert.Contains(rows, row => row[13] == "'=HYPERLINK(\"x\"),\"y\"");
        Assert.Contains(rows, row => row[11] == "line one\nline \"two\"");
        Assert.Equal(csv.Text, (await server.Root.Get($"/audit?subject={id}&sort=at", ("Accept", "text/csv, application/json;q=0.5"))).Is(200).Text);
        Assert.Equal("application/json", (await server.Root.Get($"/audit?subject={id}", ("Accept", "application/json, text/csv;q=0.5"))).Is(200).Header("Content-Type"));

        var json = (await server.Root.Get($"/audit?subject={id}&sort=at&format=json")).Is(200);
        Assert.Equal("attachment; filename=\"audit.json\"", json.Header("Content-Disposition"));
        Assert.Equal(listed.Select(one => one.GetRawText()), json.Json.GetProperty("items").EnumerateArray().Select(one => one.GetRawText()));
        Assert.Equal((listed.Count, JsonValueKind.Null), (json.Json.GetProperty("total").GetInt32(), json.Json.GetProperty("nextCursor").ValueKind));
        Assert.Contains(await Items("/audit?type=AuditExported"), one => Text(one, "action") == "export" && Text(one, "resourceId") == "csv");
    }

    [Theory]
    [InlineData("/audit?outcome=great", "outcome")]
    [InlineData("/audit?log=third", "log")]
    [InlineData("/audit?sort=actor", "sort")]
    [InlineData("/audit?from=yesterday", "from")]
    [InlineData("/audit?from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z", "to")]
    [InlineData("/audit?limit=0", "limit")]
    [InlineData("/audit?limit=201", "limit")]
    [InlineData("/audit?format=xml", "format")]
    [InlineData("/audit?format=csv&limit=5", "limit")]
    [InlineData("/audit?format=json&cursor=abc", "cursor")]
    [InlineData("/audit?who=me", "who")]
    [InlineData("/audit?actor=", "actor")]
    [InlineData("/security-events?severity=huge", "severity")]
    [InlineData("/security-events?type=nonsense", "type")]
    [InlineData("/security-events?to=never", "to")]
    [InlineData("/analytics/daily", "metric")]
    [InlineData("/analytics/daily?metric=shoes.sold", "metric")]
    [InlineData("/analytics/daily?metric=users.logins.total&from=2026-13-01", "from")]
    [InlineData("/analytics/daily?metric=users.logins.total&from=2026-02-01&to=2026-01-01", "to")]
    [InlineData("/analytics/daily?metric=users.logins.total&from=2020-01-01&to=2026-01-01", "from")]
    public async Task A_filter_that_makes_no_sense_is_named(string path, string field) =>
        Assert.Equal([field], (await server.Root.Get(path)).IsProblem(422, "validation-failed").ErrorFields);

    [Fact]
    public async Task A_cursor_of_another_list_is_refused()
    {
        await server.Root.NewUser(server.NewEmail());
        var ofAudit = (await server.Root.Get("/audit?limit=1")).Is(200)["nextCursor"];
        var ofSecurity = (await server.Root.Get("/security-events?limit=1")).Is(200)["nextCursor"];
        var ofUsers = (await server.Root.Get("/users?limit=1")).Is(200)["nextCursor"];
        (await server.Root.Get("/audit?limit=1&cursor=" + ofAudit)).Is(200);
        foreach (var path in new[] { "/audit?cursor=" + ofSecurity, "/audit?cursor=" + ofUsers, "/audit?sort=at&cursor=" + ofAudit, "/audit?log=domain&cursor=" + ofAudit, "/security-events?cursor=" + ofAudit, "/audit?cursor=x" })
        {
            (await server.Root.Get(path)).IsProblem(422, "invalid-cursor");
        }
    }

    [Fact]
    public async Task Only_who_may_sees_it()
    {
        var (id, _, standard) = await server.NewCaller();
        var (_, _, admin) = await server.NewCaller("admin");
        var (_, _, stranger) = await server.NewCaller();
        foreach (var path in new[] { "/audit", "/audit?format=csv", "/security-events", "/analytics/daily?metric=users.logins.total" })
        {
            (await server.Nobody.Get(path)).IsProblem(401, "unauthenticated");
            (await standard.Get(path)).IsProblem(403, "forbidden");
            (await admin.Get(path)).Is(200);
            (await server.Root.Get(path)).Is(200);
        }

        (await standard.Get($"/users/{id}/state-history")).Is(200);
        (await admin.Get($"/users/{id}/state-history")).Is(200);
        (await stranger.Get($"/users/{id}/state-history")).IsProblem(403, "forbidden");
        (await server.Nobody.Get($"/users/{id}/state-history")).IsProblem(401, "unauthenticated");
    }

    [Fact]
    public async Task What_the_operator_does_is_on_record()
    {
        var started = (await server.Root.Post("/projections/audit-domain/rebuild")).Is(202);
        Reply operation;
        do
        {
            operation = (await server.Root.Get("/operations/" + started["operationId"])).Is(200);
        }
        while (operation["state"] == "running");
        Assert.Equal(("succeeded", "audit"), (operation["state"], operation["model"]));
        var recorded = (await Items("/audit?type=ProjectionRebuildRequested&resource=audit"))[0];
        Assert.Equal(((await server.Root.Get("/me"))["id"], "rebuild", "read-model"), (Text(recorded, "actorId"), Text(recorded, "action"), Text(recorded, "resourceType")));
        var before = (await server.Root.Get("/audit?type=ParkedStreamRetried")).Json.GetProperty("total").GetInt64();
        (await server.Root.Post("/projections/user-directory/parked/User-x/retry")).IsProblem(404, "not-found");
        (await server.Root.Post("/projections/user-directory/rebuild?dryRun=true")).Is(200);
        Assert.Equal(before, (await server.Root.Get("/audit?type=ParkedStreamRetried")).Json.GetProperty("total").GetInt64());
    }

    [Fact]
    public async Task A_position_asked_for_is_waited_for()
    {
        var head = (await server.Root.Get("/audit?limit=1", ("X-Consistency-Level", "eventual"))).Is(200).Position;
        (await server.Root.Get("/audit?limit=1", ("X-Min-Position", head.ToString(CultureInfo.InvariantCulture)))).Is(200);
        (await server.Root.Get("/audit?limit=1", ("X-Min-Position", (head + 1_000_000).ToString(CultureInfo.InvariantCulture)))).IsProblem(503, "consistency-timeout");
        (await server.Root.Get("/audit?limit=1", ("X-Consistency-Level", "sometimes"))).IsProblem(400, "invalid-header");
    }

    [Fact]
    public async Task States_are_told_from_to_by_whom_and_why()
    {
        var (id, _, _) = await server.NewCaller();
        (await server.Root.Post($"/users/{id}/suspend", """{"reason":"odd orders"}""")).Is(200);
        (await server.Root.Post($"/users/{id}/unsuspend", """{"note":"explained"}""")).Is(200);
        var reply = (await server.Root.Get($"/users/{id}/state-history?limit=3")).Is(200);
        var changes = reply.Json.GetProperty("items").EnumerateArray().ToList();
        Assert.Equal([" > pending", "pending > active", "active > suspended"], changes.Select(one => $"{one.GetProperty("fromState").GetString()} > {Text(one, "toState")}"));
        Assert.Equal(("UserSuspended", "odd orders", (await server.Root.Get("/me"))["id"]), (Text(changes[2], "type"), Text(changes[2], "reason"), Text(changes[2], "actorId")));
        var last = (await server.Root.Get($"/users/{id}/state-history?cursor=" + reply["nextCursor"])).Is(200).Json.GetProperty("items");
        Assert.Equal("explained", Text(Assert.Single(last.EnumerateArray()), "reason"));
        Assert.Equal(4, reply.Json.GetProperty("total").GetInt64());
        (await server.Root.Get("/users/2001/state-history")).IsProblem(404, "not-found");
    }

    [Fact]
    public async Task Figures_and_security_events_follow_what_happens()
    {
        var today = DateTime.UtcNow.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        var before = await Value("users.registrations.by_type.standard");
        var (id, email, _) = await server.NewCaller();
        for (var n = 0; n < 5; n++)
        {
            (await server.Nobody.Post("/sessions", $$"""{"email":"{{email}}","password":"Wrong-Password-1!"}""")).IsProblem(401, "invalid-credentials");
        }

        Assert.True(await Value("users.registrations.by_type.standard") > before);
        var timer = (await server.Root.Get($"/analytics/daily?metric=users.activation_time_minutes&from={today}")).Is(200).Json.GetProperty("items")[0];
        Assert.Equal(("timer", "minutes", 0d), (Text(timer, "kind"), Text(timer, "unit"), timer.GetProperty("value").GetDouble()));
        Assert.Equal(30, (await server.Root.Get("/analytics/daily?metric=users.active.total")).Is(200).Json.GetProperty("total").GetInt64());
        var failures = (await server.Root.Get($"/security-events?user={id}&sort=at")).Is(200).Json.GetProperty("items").EnumerateArray().ToList();
        Assert.Equal(["low", "low", "low", "low", "medium"], failures.Select(one => Text(one, "severity")));
        Assert.Equal("sign-ins-failed-repeatedly", Text(failures[^1], "type"));

        async Task<double> Value(string metric) =>
            (await server.Root.Get($"/analytics/daily?metric={metric}&from={today}&to={today}")).Is(200).Json.GetProperty("items")[0].GetProperty("value").GetDouble();
    }

    private async Task<List<JsonElement>> Items(string path) => [.. (await server.Root.Get(path)).Is(200).Json.GetProperty("items").EnumerateArray()];

    private static string Text(JsonElement entry, string field) => entry.GetProperty(field).GetString()!;

    private static string Key(JsonElement entry) => $"{Text(entry, "log")} {entry.GetProperty("position").GetInt64()}";

    /// <summary>A reader that knows RFC 4180 and nothing of the writer.</summary>
    private static List<string[]> ParseCsv(string text)
    {
        var (rows, row, cell, quoted) = (new List<string[]>(), new List<string>(), new System.Text.StringBuilder(), false);
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (quoted)
            {
                if (c == '"' && i + 1 < text.Length && text[i + 1] == '"')
                {
                    cell.Append(text[++i]);
                }
                else if (c == '"')
                {
                    quoted = false;
                }
                else
                {
                    cell.Append(c);
                }
            }
            else if (c == '"')
            {
                quoted = true;
            }
            else if (c is ',' or '\n')
            {
                row.Add(cell.ToString());
                cell.Clear();
                if (c == '\n')
                {
                    rows.Add([.. row]);
                    row.Clear();
                }
            }
            else if (c != '\r')
            {
                cell.Append(c);
            }
        }

        return rows;
    }
}
