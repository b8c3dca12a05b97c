using System.Text.RegularExpressions;
using UmsSti.Server.Tests.Support;

namespace UmsSti.Server.Tests;

/// <summary>Addresses are proved by a token; until there is mail it can be read in the log of the Development environment.</summary>
public sealed class EmailTests
{
    [Fact]
    public async Task An_address_is_proved_once_by_its_own_token()
    {
        using var folder = new TempFolder();
        await using var server = await ServerProcess.Start(folder.Path, ServerProcess.FreePort(), ("DOTNET_ENVIRONMENT", "Development"));
        var nobody = new ApiClient(server.Http, await ContractCheck.Load(server.Http));
        var root = nobody.As(await nobody.SignIn(TestOptions.RootEmail, TestOptions.RootPassword));
        (await nobody.Post("/users", $$"""{"email":"proof@example.org","name":"Proof","type":"standard","password":"{{TestOptions.UserPassword}}"}""")).Is(202);
        var user = (await root.Get("/users?search=proof")).Is(200).Json.GetProperty("items")[0];
        var id = user.GetProperty("id").GetString()!;
        Assert.Equal("pending", user.GetProperty("state").GetString());
        var token = await TokenOf(server, id, 1);
        (await nobody.Post($"/users/{id}/email/verify", """{"token":"umsv_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}""")).IsProblem(409, "invalid-token");
        Assert.True((await nobody.Post($"/users/{id}/email/verify?dryRun=true", Body(token))).Is(200).Json.GetProperty("accepted").GetBoolean());
        var verified = (await nobody.Post($"/users/{id}/email/verify", Body(token), ("Idempotency-Key", "verify"))).Is(200);
        Assert.Equal(("active", "True"), (verified["state"], verified["emailVerified"]));
        Assert.Equal(verified.Text, (await nobody.Post($"/users/{id}/email/verify", Body(token), ("Idempotency-Key", "verify"))).Is(200).Text);
        (await nobody.Post($"/users/{id}/email/verify", Body(token))).IsProblem(409, "invalid-token");
        await ChangeAddress(server, nobody, root, id);
    }

    private static async Task ChangeAddress(ServerProcess server, ApiClient nobody, ApiClient root, string id)
    {
        var self = nobody.As(await nobody.SignIn("proof@example.org", TestOptions.UserPassword));
        Assert.Equal(["currentPassword"], (await self.Post($"/users/{id}/email", """{"newEmail":"proof2@example.org"}""")).IsProblem(422, "validation-failed").ErrorFields);
        (await self.Post($"/users/{id}/email", """{"newEmail":"proof2@example.org","currentPassword":"Wrong-Password-1"}""")).IsProblem(422, "validation-failed");
        var body = $$"""{"newEmail":"proof2@example.org","currentPassword":"{{TestOptions.UserPassword}}"}""";
        var changed = (await self.Post($"/users/{id}/email", body)).Is(200);
        Assert.Equal(("proof2@example.org", "False"), (changed["email"], changed["emailVerified"]));
        var token = await TokenOf(server, id, 2);
        Assert.Equal("True", (await nobody.Post($"/users/{id}/email/verify", Body(token))).Is(200)["emailVerified"]);
        await root.NewUser("proof@example.org", "The old address is free");
        await nobody.SignIn("proof2@example.org", TestOptions.UserPassword);
    }

    private static string Body(string token) => $$"""{"token":"{{token}}"}""";

    /// <summary>The token in the log's n-th line about the user.</summary>
    private static async Task<string> TokenOf(ServerProcess server, string id, int n)
    {
        string[] Tokens() => [.. server.Output.Where(line => line.Contains(id, StringComparison.Ordinal)).Select(line => Regex.Match(line, "umsv_[A-Za-z0-9_-]{43}").Value).Where(token => token.Length > 0)];
        await server.When(() => Tokens().Length >= n, "No token was logged.");
        return Tokens()[n - 1];
    }
}
