using System.Globalization;
using UmsSti.Kernel;
using UmsSti.Server.Hosting;

namespace UmsSti.Server.CommandLine;

/// <summary>The part of <c>ums verify --full</c> that needs the folder alone: every event opens, every read model agrees with the log, in its count and checksum and row by row.</summary>
internal static class FullCheck
{
    public const string Good = "ok";
    public const string Bad = "BAD";

    /// <summary>Events opened at a time.</summary>
    private const int Chunk = 1_000;

    public static async Task<IReadOnlyList<string[]>> Run(ServerOptions options, Report report, CancellationToken ct)
    {
        await using var house = Installation.OpenOffline(options);
        var rows = new List<string[]>
        {
            await Opens(house, "events open", house.Events, report, ct),
            await Opens(house, "activity opens", house.Activity, report, ct),
        };
        await house.Projections.StartAsync(ct);
        await house.Projections.CaughtUp.WaitAsync(ct);
        var compared = await report.Progress("read models", tell => house.Projections.Completeness.Verify(new Told(tell, house.Events.Head + house.Activity.Head), ct));
        rows.AddRange(compared.Select(each => (string[])
        [
            each.Projector,
            each.IsComplete && each.Held == 0 ? Good : Bad,
            string.Create(CultureInfo.InvariantCulture, $"applied {each.Applied} of {each.Expected} up to position {each.Position}, checksum {each.AppliedChecksum} of {each.ExpectedChecksum}, held back {each.Held}, skipped {each.Skipped}"),
        ]));
        var tables = await report.Progress("rows against a fresh build", tell => house.Projections.Completeness.CompareRows(new Told(tell, house.Events.Head + house.Activity.Head), ct));
        rows.AddRange(tables.Select(each => (string[])
        [
            "rows of " + each.Table,
            each.Different == 0 ? Good : Bad,
            string.Create(CultureInfo.InvariantCulture, $"{each.Rows} rows, {each.Different} different from a fresh build{(each.First is { } first ? ", the first: " + first : "")}"),
        ]));
        return rows;
    }

    private static Task<string[]> Opens(Installation house, string name, IEventLog log, Report report, CancellationToken ct) => report.Progress(name, async tell =>
    {
        var head = log.Head;
        var opened = 0L;
        while (opened < head)
        {
            foreach (var recorded in await log.ReadAll(opened, Chunk, ct))
            {
                try
                {
                    house.Application.EventViews.Render(recorded);
                }
                catch (Exception broken) when (broken is EventDecodeException or SealBrokenException)
                {
                    return [name, Bad, string.Create(CultureInfo.InvariantCulture, $"position {recorded.Position}: {broken.Message.ReplaceLineEndings(" ")}")];
                }

                opened = recorded.Position;
            }

            tell(opened, head);
        }

        return (string[])[name, Good, string.Create(CultureInfo.InvariantCulture, $"{opened} events")];
    });

    private sealed class Told(Action<long, long> tell, long total) : IProgress<long>
    {
        public void Report(long value) => tell(value, total);
    }
}
