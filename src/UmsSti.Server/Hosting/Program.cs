using UmsSti.Projections.Outbox;
using UmsSti.ReadModels;
using UmsSti.Server.CommandLine;
using UmsSti.Store;

namespace UmsSti.Server.Hosting;

/// <summary>Entry of the one program <c>ums</c>: the server and its command line verbs.</summary>
public static class Program
{
    /// <summary>Runs a verb. 0: it worked; 1: it failed, one line on standard error says why; 2: it was called wrongly.</summary>
    public static async Task<int> Main(string[] args)
    {
        var parsed = UmsCommand.Create().Parse(args);
        if (parsed.Errors.Count > 0)
        {
            foreach (var error in parsed.Errors)
            {
                await Console.Error.WriteLineAsync("ums: " + error.Message);
            }

            await Console.Error.WriteLineAsync($"ums: try '{UmsCommand.NameOf(parsed)} --help'");
            return ExitCodes.Usage;
        }

        try
        {
            return await parsed.InvokeAsync(new() { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null });
        }
        catch (UsageException wrong)
        {
            await Console.Error.WriteLineAsync("ums: " + wrong.Message.ReplaceLineEndings(" "));
            return ExitCodes.Usage;
        }
        catch (Exception refusal) when (refusal is StartRefusedException or StoreStartException or ReadModelStartException or OutboxStartException)
        {
            await Console.Error.WriteLineAsync("ums: " + refusal.Message.ReplaceLineEndings(" "));
            return ExitCodes.Failed;
        }
    }
}
