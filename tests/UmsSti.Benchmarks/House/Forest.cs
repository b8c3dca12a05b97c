using System.Globalization;

namespace UmsSti.Benchmarks.House;

/// <summary>One team that is to be seeded. Numbers are of the forest; a root has no parent and is its own organisation.</summary>
internal sealed record SeededTeam(int Number, int? Parent, int Organisation)
{
    public string Id => Forest.Id(Number);

    public string Name => string.Create(CultureInfo.InvariantCulture, $"Team {Number}");

    public string Slug => string.Create(CultureInfo.InvariantCulture, $"team-{Number}");
}

/// <summary>Made-up trees of teams, each an organisation of departments. The same size is always the same trees.</summary>
internal static class Forest
{
    /// <summary>Levels of an ordinary organisation: all there may be.</summary>
    public const int Depth = 8;

    /// <summary>A ULID that counts.</summary>
    public static string Id(int number) => string.Create(CultureInfo.InvariantCulture, $"01J0000000000000000{number:D7}");

    /// <summary>Organisations of equal size, eight levels deep: a chain, and the others somewhere above its end.</summary>
    public static List<SeededTeam> Organisations(int teams, int organisations)
    {
        var all = new List<SeededTeam>();
        for (var organisation = 0; organisation < organisations; organisation++)
            Add(all, teams / organisations, place => place < Depth ? place - 1 : place * 7_919 % (Depth - 1));
        return all;
    }

    /// <summary>All teams directly below the root.</summary>
    public static SeededTeam Flat(List<SeededTeam> to, int teams) => Add(to, teams, _ => 0);

    /// <summary>Levels of equal width; the first team of each carries the next.</summary>
    public static SeededTeam WideLevels(List<SeededTeam> to, int teams)
    {
        var width = (teams - 1 + Depth - 2) / (Depth - 1);
        return Add(to, teams, place => place <= width ? 0 : ((((place - 1) / width) - 1) * width) + 1);
    }

    /// <summary>As many teams below the root as below each of these.</summary>
    public static SeededTeam Square(List<SeededTeam> to, int side) => Add(to, 1 + (side * side), place => place <= side ? 0 : ((place - 1) % side) + 1);

    /// <summary>Two branches below the root: one team alone, and one with all others in tens below each other.</summary>
    public static SeededTeam TwoBranches(List<SeededTeam> to, int branch) => Add(to, branch + 2, place => place <= 2 ? 0 : place <= 12 ? 2 : ((place - 13) / 10) + 3);

    // Parents are named by their place in the tree, and come before their children.
    private static SeededTeam Add(List<SeededTeam> to, int teams, Func<int, int> parentOf)
    {
        var first = to.Count;
        for (var place = 0; place < teams; place++)
            to.Add(new SeededTeam(first + place, place == 0 ? null : first + parentOf(place), first));
        return to[first];
    }
}
