using System.CommandLine;
using UmsSti.Server.Authentication;
using UmsSti.Server.Hosting;

namespace UmsSti.Server.CommandLine;

/// <summary><c>ums user create-system</c>: a system user by the operator's hand (US-08).</summary>
internal static class UserVerbs
{
    private const string Description =
        """
        Make an active system user. Its password is made up and printed once, or read from standard input; never from the command line,
        where others could see it. Needs the folder alone.

        Examples:
          ums user create-system --email ops@example.org
          printf '%s' "$PASSWORD" | ums user create-system --email ops@example.org --name Operations --password-stdin
        """;

    public static Command Create(CommonOptions common)
    {
        var email = new Option<string>("--email") { Description = "The account's address.", Required = true, HelpName = "ADDRESS" };
        var name = new Option<string>("--name") { Description = "As it is shown.", HelpName = "NAME", DefaultValueFactory = _ => "System" };
        var fromInput = new Option<bool>("--password-stdin") { Description = "Read the password from standard input." };
        var create = new Command("create-system", Description) { email, name, fromInput };
        create.SetAction((parsed, ct) => CreateSystem(common, parsed, parsed.GetRequiredValue(email), parsed.GetRequiredValue(name), parsed.GetValue(fromInput), ct));
        return new Command("user", "Users by the operator's hand; the verbs below it say more.") { create };
    }

    private static async Task<int> CreateSystem(CommonOptions common, ParseResult parsed, string email, string name, bool fromInput, CancellationToken ct)
    {
        if (!Domain.Email.TryParse(email, out _))
        {
            throw new UsageException($"'{email}' is no e-mail address.");
        }

        var options = Configuration.Read(parsed.GetValue(common.Data));
        var password = fromInput ? (await Console.In.ReadToEndAsync(ct)).TrimEnd('\r', '\n') : Secrets.MakePassword();
        var missing = PasswordPolicy.Judge(password, "system");
        if (missing.Count > 0)
        {
            throw new StartRefusedException("The password " + string.Join(", ", missing) + ".");
        }

        await using var house = Installation.OpenOrCreateOffline(options);
        var id = await SystemUsers.Create(house, CommandLineActor.Id, email, name, password, TimeProvider.System, ct);
        new Report(parsed.GetValue(common.Json)).Table(["id", "email", "password"], [[id, email, fromInput ? "(as given)" : password]]);
        return ExitCodes.Ok;
    }
}
