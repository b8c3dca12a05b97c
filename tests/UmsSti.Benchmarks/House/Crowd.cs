using System.Globalization;
using UmsSti.Domain;

namespace UmsSti.Benchmarks.House;

/// <summary>An installation of ordinary organisations: who is in which team, by a rule, so that nobody has to remember it.</summary>
internal sealed record Crowd(int People, int Teams, int Organisations)
{
    /// <summary>Memberships of each person.</summary>
    public const int MembershipsEach = 3;

    public int Memberships => People * MembershipsEach;

    /// <summary>In words, for the table.</summary>
    public string Size => string.Create(
        CultureInfo.InvariantCulture, $"{People:N0} people, {Teams:N0} teams in {Organisations:N0} organisations of depth {Forest.Depth}, {Memberships:N0} memberships");

    /// <summary>The crowd of the targets, or ten times it.</summary>
    public static Crowd Of(Harness.Run run, int times) => run.Options.Quick
        ? new Crowd(1_000 * times, 100 * times, 2 * times)
        : new Crowd(100_000 * times, 1_000 * times, 20 * times);

    /// <summary>The team of one of a person's memberships.</summary>
    public string TeamOf(int person, int membership) => Forest.Id((int)(((person * 7L) + membership) % Teams));

    /// <summary>One in ten leads, the others are members.</summary>
    public static TeamRole RoleOf(int person) => person % 10 == 0 ? TeamRole.Leader : TeamRole.Member;

    public IEnumerable<(string Team, string User, TeamRole Role)> All() =>
        from person in Enumerable.Range(0, People)
        from membership in Enumerable.Range(0, MembershipsEach)
        select (TeamOf(person, membership), Person.Id(person), RoleOf(person));
}
