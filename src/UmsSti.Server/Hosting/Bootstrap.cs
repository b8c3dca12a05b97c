using UmsSti.Server.Authentication;

namespace UmsSti.Server.Hosting;

/// <summary>The first system user of an empty store (api.md, Service).</summary>
internal static class Bootstrap
{
    private const string DefaultEmail = "root@localhost";
    private const string Actor = "system:bootstrap";

    /// <summary>Makes the first user when the log holds no event; a password that had to be made up is printed once on standard error.</summary>
    public static async Task Run(Installation house, BootstrapOptions options, TimeProvider time, CancellationToken ct)
    {
        if (house.Events.Head > 0)
        {
            return;
        }

        Check(options);
        var email = options.Email ?? DefaultEmail;
        var password = options.Password ?? Secrets.MakePassword();
        await SystemUsers.Create(house, Actor, email, "System", password, time, ct);
        if (options.Password is null)
        {
            // Standard error, because standard output is the log, which is kept.
            await Console.Error.WriteLineAsync($"First start: sign in as {email} with the password {password}");
            await Console.Error.WriteLineAsync("It is shown this once; choose your own with Ums__Bootstrap__Email and Ums__Bootstrap__Password before the first start.");
        }
    }

    /// <summary>The same rules as for any other system user; the password itself is not repeated.</summary>
    private static void Check(BootstrapOptions options)
    {
        if (options.Email is { } email && !Domain.Email.TryParse(email, out _))
        {
            throw new StartRefusedException($"Configuration key Ums:Bootstrap:Email is '{email}'; it takes an e-mail address. Set Ums__Bootstrap__Email.");
        }

        if (options.Password is { } password && PasswordPolicy.Judge(password, "system") is { Count: > 0 } missing)
        {
            throw new StartRefusedException($"Configuration key Ums:Bootstrap:Password {string.Join(", ", missing)}. Set Ums__Bootstrap__Password.");
        }
    }
}
