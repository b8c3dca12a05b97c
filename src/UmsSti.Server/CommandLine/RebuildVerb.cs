using System.CommandLine;
using UmsSti.Projections;
using UmsSti.Server.Hosting;
using OperatorEvents = UmsSti.Domain.Operator.Events;

namespace UmsSti.Server.CommandLine;

/// <summary><c>ums rebuild</c>: build a read model anew from the log.</summary>
internal static class RebuildVerb
{
    private const string Description =
        """
        Build a read model anew from the log, beside the old one, and put it in its place; or all of them, reading the log once. Needs the
        folder alone; a running server does the same by POST /api/v1/projections/{name}/rebuild, without stopping.

        Examples:
          ums rebuild users
          ums rebuild all --json
        """;

    /// <summary>How often the progress is looked at.</summary>
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(200);

    public static Command Create(CommonOptions common)
    {
        var model = new Argument<string>("MODEL") { Description = "A model or projection, as 'ums projections' lists them, or 'all'." };
        var verb = new Command("rebuild", Description) { model };
        verb.SetAction((parsed, ct) => Run(common, parsed, parsed.GetRequiredValue(model), ct));
        return verb;
    }

    private static async Task<int> Run(CommonOptions common, ParseResult parsed, string model, CancellationToken ct)
    {
        await using var house = Installation.OpenOffline(Configuration.Read(parsed.GetValue(common.Data)));
        var report = new Report(parsed.GetValue(common.Json));
        var operation = await Start(house, model, ct);
        // The names of all models together leave the bar no room.
        var last = await report.Progress("rebuild of " + (model == Rebuilds.AllModels ? "all models" : operation.Model), tell => Watch(operation, tell, ct));
        report.Table(
            ["model", "state", "events", "ratePerSecond", "error"],
            [[operation.Model, last.State, last.Done, (long)last.RatePerSecond, last.Error ?? ""]]);
        return last.State == "succeeded" ? ExitCodes.Ok : ExitCodes.Failed;
    }

    private static async Task<RebuildOperation> Start(Installation house, string model, CancellationToken ct)
    {
        if (!house.Projections.Rebuilds.Knows(model))
        {
            throw new UsageException($"There is no read model '{model}'; 'ums projections' lists them.");
        }

        var envelope = CommandLineActor.Envelope();
        await house.Application.Operators.Record(envelope, OperatorEvents.Event.NewProjectionRebuildRequested(new(house.Projections.Monitor.Find(model)?.Model ?? model, envelope.Now)), ct);
        return house.Projections.Rebuilds.Start(model);
    }

    private static async Task<RebuildProgress> Watch(RebuildOperation operation, Action<long, long> tell, CancellationToken ct)
    {
        while (!operation.Completion.IsCompleted)
        {
            tell(operation.Progress.Done, operation.Progress.Total);
            await Task.WhenAny(operation.Completion, Task.Delay(Look, ct));
            ct.ThrowIfCancellationRequested();
        }

        return operation.Progress;
    }
}
