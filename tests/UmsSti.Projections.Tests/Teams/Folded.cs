using Microsoft.FSharp.Core;
using UmsSti.Application;
using UmsSti.Domain;
using UmsSti.Kernel;
using MembershipFold = UmsSti.Domain.Membership.Fold;
using RoleFold = UmsSti.Domain.Role.Fold;
using TeamFold = UmsSti.Domain.Team.Fold;
using UserFold = UmsSti.Domain.User.Fold;

namespace UmsSti.Projections.Tests;

/// <summary>What the log adds up to, folded from its first event with the domain alone.</summary>
public sealed class Folded
{
    private readonly Dictionary<UserId, UserFold.State> _users = [];
    private readonly Dictionary<TeamId, TeamFold.State> _teams = [];
    private readonly Dictionary<(TeamId, UserId), MembershipFold.State> _members = [];
    private readonly Dictionary<RoleId, RoleFold.State> _roles = [];

    public static async Task<Folded> Of(World world)
    {
        var folded = new Folded();
        foreach (var recorded in await World.All(world.Domain))
            folded.Take(world, recorded);
        return folded;
    }

    public TeamFold.State Team(TeamId team) => _teams.GetValueOrDefault(team, TeamFold.initial);

    public MembershipFold.State Member(TeamId team, UserId user) => _members.GetValueOrDefault((team, user), MembershipFold.initial);

    /// <summary>The person with all his teams; anonymous when there is none.</summary>
    public Principal Find(UserId user)
    {
        var permissions = FuncConvert.FromFunc<RoleId, PermissionSet>(role => Role.Queries.permissions(_roles.GetValueOrDefault(role, RoleFold.initial)));
        var teams = new List<Tuple<TeamId, TeamStanding>>();
        foreach (var team in _teams.Keys)
            if (Principals.standing(permissions, Team(team), Member(team, user)) is { IsValueSome: true } standing)
                teams.Add(Tuple.Create(team, standing.Value));
        return Principals.known(permissions, user, _users.GetValueOrDefault(user, UserFold.initial), teams) is { IsValueSome: true } known
            ? Principal.Of(known.Value)
            : Principal.Anonymous;
    }

    private void Take(World world, RecordedEvent recorded)
    {
        if (recorded.Stream.IsIn(UserStream.Category))
        {
            var id = UserId.Parse(recorded.Stream.Id.Value);
            _users[id] = UserFold.evolve(_users.GetValueOrDefault(id, UserFold.initial), world.UserCodec.Decode(recorded).Value);
        }
        else if (recorded.Stream.IsIn(TeamStream.Category))
        {
            var id = TeamId.Parse(recorded.Stream.Id.Value);
            _teams[id] = TeamFold.evolve(Team(id), world.TeamCodec.Decode(recorded).Value);
        }
        else if (recorded.Stream.IsIn(MembershipStream.Category))
        {
            var (team, user) = MembershipStream.tryIds(recorded.Stream).Value;
            var id = (TeamId.Parse(team), UserId.Parse(user));
            _members[id] = MembershipFold.evolve(_members.GetValueOrDefault(id, MembershipFold.initial), world.MembershipCodec.Decode(recorded).Value);
        }
        else if (RoleId.TryParse(recorded.Stream.Id.Value, out var role))
        {
            _roles[role] = RoleFold.evolve(_roles.GetValueOrDefault(role, RoleFold.initial), world.RoleCodec.Decode(recorded).Value);
        }
    }
}
