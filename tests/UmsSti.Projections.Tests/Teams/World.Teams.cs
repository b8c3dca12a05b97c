using Microsoft.Extensions.Logging.Abstractions;
using UmsSti.Application;
using UmsSti.Domain;
using UmsSti.Kernel;
using UmsSti.Projections.Rights;
using UmsSti.Projections.Teams;
using UmsSti.ReadModels;
using UmsSti.ReadModels.Permissions;
using MembershipFact = UmsSti.Domain.Membership.Events.Event;
using RoleFact = UmsSti.Domain.Role.Events.Event;
using TeamFact = UmsSti.Domain.Team.Events.Event;
using UserFact = UmsSti.Domain.User.Events.Event;

namespace UmsSti.Projections.Tests;

/// <summary>Facts about teams and rights, and the projectors of both with an index of their own.</summary>
public sealed partial class World
{
    private Sealing Sealing => new(Keys, new EventIds());

    public IEventCodec<TeamFact, StreamContext<EncodeContext>> TeamCodec => field ??= TeamStream.codec(Sealing);

    public IEventCodec<MembershipFact, StreamContext<EncodeContext>> MembershipCodec => field ??= MembershipStream.codec(Sealing);

    public IEventCodec<RoleFact, StreamContext<EncodeContext>> RoleCodec => field ??= RoleStream.codec(Sealing);

    public IEventCodec<UserFact, StreamContext<EncodeContext>> UserCodec => _users;

    private TeamDecoders TeamDecoders => new(_userDecoder, EventDecoder.Of(TeamCodec), EventDecoder.Of(MembershipCodec), EventDecoder.Of(RoleCodec));

    public Task<long> TeamFacts(TeamId team, string actor, params TeamFact[] facts) => Append(Domain, TeamStream.streamName(team), facts, TeamCodec, actor);

    public Task<long> MemberFacts(TeamId team, UserId user, string actor, params MembershipFact[] facts) =>
        Append(Domain, MembershipStream.streamName(team, user), facts, MembershipCodec, actor);

    public Task<long> TeamFacts(TeamId team, string actor, DateTimeOffset at, params TeamFact[] facts) =>
        Append(Domain, TeamStream.streamName(team), facts, TeamCodec, actor, at);

    public Task<long> MemberFacts(TeamId team, UserId user, string actor, DateTimeOffset at, params MembershipFact[] facts) =>
        Append(Domain, MembershipStream.streamName(team, user), facts, MembershipCodec, actor, at);

    public Task<long> RoleFacts(RoleId role, string actor, params RoleFact[] facts) =>
        Append(Domain, StreamName.Create(RoleStream.Category, RoleStream.streamId(role)), facts, RoleCodec, actor);

    /// <summary>A read model with the projectors of teams and rights, started and caught up.</summary>
    public async Task<TeamSide> RunTeams(string file = "readmodel.db", ProjectionOptions? options = null, Func<IProjector, IProjector>? change = null)
    {
        var index = PermissionChecks.NewIndex();
        var database = ReadModelDatabase.Open(new ReadModelOptions { Path = Path.Combine(_folder, file) }, TimeProvider.System);
        var host = new ProjectionHost(
            database, Domain, Activity, [.. TeamProjectors.All(TeamDecoders, index).Select(change ?? (projector => projector))], options ?? Options, TimeProvider.System, NullLoggerFactory.Instance,
            (model, ct) => model == ReadModelLayout.Rights ? index.LoadAsync(database, TeamProjectors.Rights, ct) : Task.CompletedTask);
        var side = new Side(database, host);
        _hosts.Add(side);
        await host.StartAsync(Ct);
        await side.CaughtUp();
        return new TeamSide(side, index);
    }
}

/// <summary>One read model of teams and rights with its index.</summary>
public sealed record TeamSide(Side Side, PermissionIndex Index)
{
    public PermissionChecks Checks { get; } = new(Index);
}
