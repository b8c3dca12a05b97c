using UmsSti.Benchmarks.Harness;

namespace UmsSti.Benchmarks.House;

/// <summary>Folders full of people, made once a run by the first row that needs them, and copied for rows that change them.</summary>
internal static class SeededFolder
{
    private static readonly Dictionary<int, string> Made = [];

    /// <summary>A closed folder with that many people (<see cref="Person.EventsEach"/> events each); not to be changed.</summary>
    public static async Task<string> With(Run run, int people, CancellationToken ct)
    {
        if (Made.TryGetValue(people, out var folder))
            return folder;
        folder = run.NewFolder($"people-{people}");
        await using (var logs = Logs.Open(folder))
            await Seed.People(logs, people, ct);
        Made.Add(people, folder);
        return folder;
    }

    /// <summary>A copy of such a folder, for the caller to change.</summary>
    public static async Task<string> Copy(Run run, int people, CancellationToken ct)
    {
        var from = await With(run, people, ct);
        var to = run.NewFolder($"people-{people}-copy");
        foreach (var file in Directory.GetFiles(from))
            File.Copy(file, Path.Combine(to, Path.GetFileName(file)));
        return to;
    }
}
