using MimeKit;
using UmsSti.Server.Tests.Support;

namespace UmsSti.Server.Tests.Mail;

/// <summary>People are told what happens to their teams and rights; whoever is outside a team never learns its name from a mail.</summary>
public sealed class TeamMailTests
{
    [Fact]
    public async Task A_member_hears_of_his_way_through_a_team()
    {
        using var folder = new TempFolder();
        await using var server = await RunningServer.Start(path: folder.Path);
        var (_, admin) = await server.NewCaller("admin", "admin");
        var ada = await server.Root.NewUser("ada@example.org", "Ada");
        var team = await admin.NewTeam("Quiet Engine", "organization");
        await admin.Join(team, ada, "member");
        await Settled(server);
        (await admin.Patch($"/teams/{team}/members/{ada}", """{"role":"leader"}""")).Is(200);
        await Settled(server);
        (await admin.Delete($"/teams/{team}/members/{ada}")).Is(204);
        await Settled(server);
        var own = MailsTo(folder, "ada@example.org").Where(mail => mail.TextBody!.Contains("Quiet Engine", StringComparison.Ordinal)).ToArray();
        Assert.Equal(
            ["Welcome to the team", "You are no longer a member of a team", "Your role in a team has changed"],
            own.Select(mail => mail.Subject).Order(StringComparer.Ordinal));
        Assert.Contains("is now leader; it was member", own.Single(mail => mail.Subject == "Your role in a team has changed").TextBody, StringComparison.Ordinal);
        Assert.All(own, mail => Assert.Contains("Quiet Engine", mail.HtmlBody, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Who_is_invited_reads_into_which_team_until_when_and_is_welcomed_when_he_comes()
    {
        using var folder = new TempFolder();
        await using var server = await RunningServer.Start(path: folder.Path);
        var (_, admin) = await server.NewCaller("admin", "admin");
        var (ada, adaApi) = await server.NewCaller("ada");
        var team = await admin.NewTeam("Quiet Engine", "organization");
        (await admin.Post($"/teams/{team}/invitations", $$"""{"userId":"{{ada}}","role":"observer"}""")).Is(201);
        await Settled(server);
        var invitation = Assert.Single(MailsTo(folder, "ada@example.org"), mail => mail.Subject == "You are invited to a team");
        Assert.Contains("invited to the team “Quiet Engine” as observer.", invitation.TextBody, StringComparison.Ordinal);
        Assert.Contains("The invitation is open until ", invitation.TextBody, StringComparison.Ordinal);
        (await adaApi.Post($"/teams/{team}/invitations/{ada}/accept")).Is(200);
        await Settled(server);
        Assert.Contains("Your role: observer.", Assert.Single(MailsTo(folder, "ada@example.org"), mail => mail.Subject == "Welcome to the team").TextBody, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_new_team_below_is_told_to_the_heads_of_its_parent_without_its_name_and_a_root_to_the_admins()
    {
        using var folder = new TempFolder();
        await using var server = await RunningServer.Start(path: folder.Path);
        var (_, admin) = await server.NewCaller("admin", "admin");
        var head = await server.Root.NewUser("head@example.org", "Head");
        var root = await admin.NewTeam("Acme", "organization");
        await admin.Join(root, head, "admin");
        await admin.Join(root, await server.Root.NewUser("plain@example.org", "Plain"), "member");
        var child = await admin.NewTeam("Hidden Project", "department", root);
        await Settled(server);
        var told = Assert.Single(MailsTo(folder, "head@example.org"), mail => mail.Subject == "A team was created");
        Assert.Contains($"a team was created: department, below “Acme”.\n\nIts id: {child}", told.TextBody!.ReplaceLineEndings("\n"), StringComparison.Ordinal);
        Assert.DoesNotContain(MailsTo(folder, "plain@example.org"), mail => mail.Subject == "A team was created");
        Assert.Equal(2, MailsTo(folder, "admin@example.org").Count(mail => mail.Subject == "A team was created"));
        var toRoot = MailsTo(folder, TestOptions.RootEmail).Where(mail => mail.Subject == "A team was created").ToArray();
        Assert.Contains("Acme", Assert.Single(toRoot).TextBody, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_move_is_told_once_to_members_and_to_leaders_below()
    {
        using var folder = new TempFolder();
        await using var server = await RunningServer.Start(path: folder.Path);
        var (_, admin) = await server.NewCaller("admin", "admin");
        var root = await admin.NewTeam("Acme", "organization");
        var (from, to) = (await admin.NewTeam("From", "department", root), await admin.NewTeam("To", "department", root));
        var branch = await admin.NewTeam("Branch", "project", from);
        var leaf = await admin.NewTeam("Leaf", "squad", branch);
        foreach (var (name, team, role) in new[] { ("both", branch, "member"), ("both2", branch, "observer"), ("leader", leaf, "leader"), ("worker", leaf, "member") })
        {
            await admin.Join(team, await server.Root.NewUser(name + "@example.org", name), role);
        }

        (await admin.Post($"/teams/{branch}/move", $$"""{"newParentId":"{{to}}"}""")).Is(200);
        await Settled(server);
        Assert.Contains("“Branch”", Moves("both").Single().TextBody, StringComparison.Ordinal);
        Assert.DoesNotContain("“To”", Moves("both").Single().TextBody, StringComparison.Ordinal);
        Assert.DoesNotContain("Branch", Moves("leader").Single().TextBody, StringComparison.Ordinal);
        Assert.Empty(Moves("worker"));
        Assert.Contains("below “To”", Moves("admin").Single().TextBody, StringComparison.Ordinal);

        MimeMessage[] Moves(string name) => [.. MailsTo(folder, name + "@example.org").Where(mail => mail.Subject == "A team has another place")];
    }

    [Fact]
    public async Task An_archived_team_of_many_is_told_to_each_member_once_step_by_step_and_not_to_the_suspended()
    {
        const int Members = UmsSti.Server.Mail.Audiences.StepMembers + 120;
        using var folder = new TempFolder();
        await using var server = await RunningServer.Start(options => options with { Synchronous = "NORMAL" }, path: folder.Path);
        var (_, admin) = await server.NewCaller("admin", "admin");
        var team = await admin.NewTeam("Crowd", "organization");
        for (var each = 0; each < Members; each++)
        {
            var id = (await server.Root.Post("/users", $$"""{"email":"m{{each}}@example.org","name":"M{{each}}","type":"standard","activate":true}""")).Is(201)["id"];
            await admin.Join(team, id, "member");
            if (each == 7)
            {
                (await server.Root.Post($"/users/{id}/suspend", """{"reason":"odd"}""")).Is(200);
            }
        }

        (await admin.Post($"/teams/{team}/archive", """{"reason":"finished"}""")).Is(200);
        await Settled(server);
        var rows = (await server.Root.Get("/outbox?kind=team-archived&limit=200")).Is(200).Json;
        Assert.Equal(2 + Members + 1, rows.GetProperty("total").GetInt32()); // two steps, the members, the creator
        Assert.Equal(Members, MailCount(folder, "A team was archived")); // all but the suspended one
        Assert.Equal(1, (await server.Root.Get("/outbox?kind=team-archived&state=skipped")).Is(200).Json.GetProperty("total").GetInt32());
    }

    [Fact]
    public async Task A_significant_right_and_a_role_are_told()
    {
        using var folder = new TempFolder();
        await using var server = await RunningServer.Start(path: folder.Path);
        var ada = await server.Root.NewUser("ada@example.org", "Ada");
        (await server.Root.Put($"/users/{ada}/permissions/users.manage", """{"reason":"summer"}""")).Is(200);
        (await server.Root.Put($"/users/{ada}/permissions/reports.basic", """{"reason":"summer"}""")).Is(200);
        await Settled(server);
        (await server.Root.Delete($"/users/{ada}/permissions/users.manage")).Is(422);
        var told = Assert.Single(MailsTo(folder, "ada@example.org"), mail => mail.Subject == "You were given a right");
        Assert.Contains("permission “users.manage”", told.TextBody, StringComparison.Ordinal);
        Assert.Contains("Reason: summer", told.TextBody, StringComparison.Ordinal);
    }

    private static IEnumerable<MimeMessage> MailsTo(TempFolder folder, string address) =>
        Directory.GetFiles(folder.File("mail"), "*.eml").Select(file => MimeMessage.Load(file)).Where(mail => mail.To.Mailboxes.Single().Address == address).ToArray();

    private static int MailCount(TempFolder folder, string subject) =>
        Directory.GetFiles(folder.File("mail"), "*.eml").Count(file => MimeMessage.Load(file).Subject == subject);

    /// <summary>Waits until everything that has happened is told.</summary>
    private static Task Settled(RunningServer server) => server.Server.ReactionsSettled(TestContext.Current.CancellationToken);
}
