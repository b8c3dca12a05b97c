using System.CommandLine;

namespace UmsSti.Server.CommandLine;

/// <summary>The root of the command line; without a verb it serves.</summary>
public static class UmsCommand
{
    private const string Description =
        """
        UMS-STI: users as an append-only log of events.

        Without a verb the server starts. Verbs that change or check the data folder want it for themselves: stop the server first.

        Examples:
          ums                                    serve ./data at http://localhost:5080
          ums serve --data /var/lib/ums          serve another folder
          ums verify --full                      check the hash chain and everything derived
          ums dump User-0190c1e2-...             print a stream, one event a line
          ums user create-system --email ops@example.org

        Exit codes: 0 ok, 1 failed, 2 called wrongly.
        """;

    /// <summary>All verbs, with the options they share.</summary>
    public static RootCommand Create()
    {
        var common = new CommonOptions();
        var root = new RootCommand(Description) { common.Data, common.Json };
        root.Add(ServeVerb.Create(common));
        root.Add(VerifyVerb.Create(common));
        root.Add(ReplayVerb.Create(common));
        root.Add(RebuildVerb.Create(common));
        root.Add(ProjectionsVerbs.CreateProjections(common));
        root.Add(ParkedVerbs.Create(common));
        root.Add(ReactorsVerbs.Create(common));
        root.Add(SchedulesVerbs.Create(common));
        root.Add(ProcessesVerbs.Create(common));
        root.Add(OutboxVerbs.CreateOutbox(common));
        root.Add(OutboxVerbs.CreateWebhooks(common));
        root.Add(DumpVerb.Create(common));
        root.Add(CheckVerb.Create(common));
        root.Add(UserVerbs.Create(common));
        root.SetAction((parsed, ct) => ServeVerb.Run(common, parsed, ct));
        return root;
    }

    /// <summary>The verb that was called, as it is written.</summary>
    public static string NameOf(ParseResult parsed)
    {
        var names = new List<string>();
        for (System.CommandLine.Parsing.SymbolResult? at = parsed.CommandResult; at is System.CommandLine.Parsing.CommandResult command; at = at.Parent)
        {
            names.Insert(0, command.Command is RootCommand ? "ums" : command.Command.Name);
        }

        return string.Join(' ', names);
    }
}

/// <summary>Options of every verb.</summary>
public sealed class CommonOptions
{
    public Option<string?> Data { get; } = new("--data") { Description = "The data folder; otherwise Ums:DataDirectory, otherwise ./data.", HelpName = "DIR", Recursive = true, Validators = { NotBlank } };

    public Option<bool> Json { get; } = new("--json") { Description = "Answer as JSON for scripts, without progress bars.", Recursive = true };

    private static void NotBlank(System.CommandLine.Parsing.OptionResult data)
    {
        if (data.Tokens.Any(token => string.IsNullOrWhiteSpace(token.Value)))
        {
            data.AddError("Option '--data' takes the path of a folder.");
        }
    }
}
