using Microsoft.FSharp.Core;
using UmsSti.Application;
using UmsSti.Benchmarks.Harness;
using UmsSti.Domain;
using UmsSti.Kernel;
using HierarchyEvent = UmsSti.Domain.Hierarchy.Events.Event;
using MembershipEvent = UmsSti.Domain.Membership.Events.Event;
using RightsEvent = UmsSti.Domain.Rights.Events.Event;
using SlugEvent = UmsSti.Domain.TeamSlug.Events.Event;
using TeamEvent = UmsSti.Domain.Team.Events.Event;

namespace UmsSti.Benchmarks.House;

/// <summary>Fills a log with teams and memberships through the port, in bulk, with the events that the commands would have stored.</summary>
internal sealed class TeamSeed(Logs logs)
{
    private const int PerAppend = 1_000;

    /// <summary>One membership in so many holds a grant in the team besides its role.</summary>
    public const int MembershipsPerGrant = 50;

    // Made once: finding out how to read and write a union is slow.
    private readonly IEventCodec<TeamEvent, StreamContext<EncodeContext>> _teams = TeamStream.codec(logs.Sealing);
    private readonly IEventCodec<SlugEvent, StreamContext<EncodeContext>> _slugs = TeamSlugStream.codec(logs.Sealing);
    private readonly IEventCodec<HierarchyEvent, StreamContext<EncodeContext>> _trees = HierarchyStream.codec(logs.Sealing);
    private readonly IEventCodec<MembershipEvent, StreamContext<EncodeContext>> _members = MembershipStream.codec(logs.Sealing);
    private readonly Dictionary<int, long> _placed = [];

    /// <summary>People with two events each: registered and activated.</summary>
    public async Task People(int people, CancellationToken ct)
    {
        Run.Say($"seeding {people:N0} people");
        await Port.EnsureKeys(logs, people, ct);
        for (var index = 0; index < 2; index++)
            await Port.Bulk(logs, Slices(people).Select(slice => Seed.Round(logs, slice.From, slice.Count, index)), ct);
    }

    /// <summary>Active teams with their slugs and places.</summary>
    public Task Teams(IReadOnlyList<SeededTeam> teams, CancellationToken ct)
    {
        Run.Say($"seeding {teams.Count:N0} teams");
        return Port.Bulk(logs, teams.Chunk(PerAppend / 4).Select(Created), ct);
    }

    /// <summary>Active memberships, one in <see cref="MembershipsPerGrant"/> with a grant.</summary>
    public async Task Memberships(IEnumerable<(string Team, string User, TeamRole Role)> memberships, CancellationToken ct)
    {
        Run.Say("seeding memberships");
        var number = 0;
        await Port.Bulk(logs, memberships.Chunk(PerAppend).Select(chunk => new AppendRequest([.. chunk.Select(each => Joined(number++, each))], null)), ct);
    }

    private static IEnumerable<(int From, int Count)> Slices(int people)
    {
        for (var from = 0; from < people; from += PerAppend)
            yield return (from, Math.Min(PerAppend, people - from));
    }

    private AppendRequest Created(SeededTeam[] teams)
    {
        var appends = new List<StreamAppend>();
        foreach (var team in teams)
        {
            var (id, by, at) = (TeamId.Parse(team.Id), Person.Id(0), Person.At(0));
            var parent = team.Parent is { } above ? Some(Forest.Id(above)) : null;
            appends.Add(Encoded(TeamStream.streamName(id), 0, _teams, team.Number,
                TeamEvent.NewTeamCreated(new(team.Name, team.Slug, TypeOf(team), parent!, Forest.Id(team.Organisation), [], [], by, at)),
                TeamEvent.NewTeamActivated(new(by, at))));
            appends.Add(Encoded(StreamName.Create(TeamSlugStream.Category, StreamId.Create(team.Slug)), 0, _slugs, team.Number,
                SlugEvent.NewClaimed(new(team.Id, at))));
        }

        foreach (var tree in teams.GroupBy(team => team.Organisation))
        {
            var version = _placed.GetValueOrDefault(tree.Key);
            var placed = tree.Select(team => HierarchyEvent.NewPlaced(new(
                team.Id, (team.Parent is { } above ? Some(Forest.Id(above)) : null)!, TypeOf(team), team.Name.ToLowerInvariant(), null!, Person.Id(0), Person.At(0)))).ToArray();
            _placed[tree.Key] = version + placed.Length;
            appends.Add(Encoded(
                StreamName.Create(HierarchyStream.Category, HierarchyStream.streamId(TeamId.Parse(Forest.Id(tree.Key)))), version, _trees, tree.Key, placed));
        }

        return new AppendRequest([.. appends], null);
    }

    private StreamAppend Joined(int number, (string Team, string User, TeamRole Role) each)
    {
        var (by, at) = (Person.Id(0), Person.At(1));
        var added = MembershipEvent.NewTeamMemberAdded(new(each.Role.Name, by, at));
        MembershipEvent[] facts = number % MembershipsPerGrant == 0
            ? [added, MembershipEvent.NewRights(RightsEvent.NewUserPermissionGranted(new(Permission.TeamMove.Name, AccessLevel.FullAccess.Name, null!, null!, by, at)))]
            : [added];
        return Encoded(MembershipStream.streamName(TeamId.Parse(each.Team), UserId.Parse(each.User)), 0, _members, number, facts);
    }

    private static StreamAppend Encoded<TEvent>(
        StreamName stream, long version, IEventCodec<TEvent, StreamContext<EncodeContext>> codec, int number, params TEvent[] facts)
    {
        var context = new StreamContext<EncodeContext>(stream, Person.Context(number, (int)version));
        return new StreamAppend(stream, version, [.. facts.Select(fact => codec.Encode(context, fact))]);
    }

    private static string TypeOf(SeededTeam team) => team.Parent is null ? TeamType.Organization.Name : TeamType.Department.Name;

    private static FSharpOption<string> Some(string text) => FSharpOption<string>.Some(text);
}
