using Microsoft.FSharp.Core;
using UmsSti.Application;
using UmsSti.Domain;
using UmsSti.Domain.Team;
using UmsSti.Kernel;
using UmsSti.Projections.Teams;
using UmsSti.ReadModels;
using UmsSti.ReadModels.Permissions;
using MembershipFact = UmsSti.Domain.Membership.Events.Event;
using RoleFact = UmsSti.Domain.Role.Events.Event;
using TeamFact = UmsSti.Domain.Team.Events.Event;
using UserFact = UmsSti.Domain.User.Events.Event;

namespace UmsSti.Projections.Rights;

/// <summary>
/// Everything a decision about a right rests on, from four categories under one checkpoint (RM-02...04, RM-07), and with it the
/// permission index.
/// </summary>
internal sealed class RightsProjector(TeamDecoders decoders, PermissionIndex? index) : IProjector
{
    public string Name => TeamProjectors.Rights;

    public ReadModelLayout Model => ReadModelLayout.Rights;

    public SourceLog Log => SourceLog.Domain;

    public IReadOnlyDictionary<string, EventDecoder> Reads { get; } = new Dictionary<string, EventDecoder>
    {
        [UserStream.Category] = decoders.Users,
        [TeamStream.Category] = decoders.Teams,
        [MembershipStream.Category] = decoders.Memberships,
        [RoleStream.Category] = decoders.Roles,
    };

    public IProjectionRows Open(ReadModelDatabase database, int generation, bool isBuilding, int cachedRows) =>
        new Rows(new RightsRows(database, generation, cachedRows, index));

    private sealed class Rows(RightsRows rows) : IProjectionRows
    {
        private readonly RoleChanges _roles = new();

        public void Apply(WriteSession session, ITimelineEvent recorded, object? decoded)
        {
            if (recorded.Stream.IsIn(UserStream.Category))
                ApplyToPerson(session, recorded, decoded as UserFact);
            else if (recorded.Stream.IsIn(MembershipStream.Category))
                ApplyToMember(session, recorded, decoded as MembershipFact);
            else if (recorded.Stream.IsIn(TeamStream.Category))
                ApplyToTeam(session, recorded, decoded as TeamFact);
            else
                ApplyToRole(session, recorded, decoded as RoleFact);
        }

        public int Pending => rows.Pending;

        public long PendingBytes => rows.PendingBytes;

        public void Flush(WriteSession session) => rows.Flush(session);

        public void Discard() => rows.Discard();

        private void ApplyToPerson(WriteSession session, ITimelineEvent recorded, UserFact? fact)
        {
            var id = recorded.Stream.Id.Value;
            var person = rows.FindPrincipal(session, id) ?? Begin(recorded, rows.AddPrincipal, id);
            if (recorded.Index < person.Version)
                return; // in the row already
            if (fact is not null)
                PrincipalChanges.Apply(rows, person, recorded, fact);
            Require(person.SubState, recorded);
            (person.Version, person.Position) = (recorded.Index + 1, recorded.Position);
        }

        private void ApplyToMember(WriteSession session, ITimelineEvent recorded, MembershipFact? fact)
        {
            var (teamId, userId) = MembershipStream.tryIds(recorded.Stream).Value;
            var member = rows.FindMember(session, teamId, userId) ?? Begin(recorded, id => rows.AddMember(recorded.Position, id, userId), teamId);
            if (recorded.Index < member.Version)
                return;
            if (fact is not null)
                MemberChanges.Apply(rows, member, recorded.Position, fact, () => rows.FindPrincipal(session, userId)?.SubState == SubState.Purged.Name);
            Require(member.State, recorded);
            (member.Version, member.Position) = (recorded.Index + 1, recorded.Position);
        }

        private void ApplyToTeam(WriteSession session, ITimelineEvent recorded, TeamFact? fact)
        {
            var id = recorded.Stream.Id.Value;
            var team = rows.FindTeam(session, id) ?? Begin(recorded, rows.AddTeam, id);
            if (recorded.Index < team.Version)
                return;
            if (fact is not null && Standing.after(TeamState.TryParse(team.State, out var before) ? FSharpValueOption<TeamState>.NewValueSome(before) : default, fact) is { IsSome: true } after)
                team.State = after.Value.Name;
            Require(team.State, recorded);
            (team.Version, team.Position) = (recorded.Index + 1, recorded.Position);
        }

        private void ApplyToRole(WriteSession session, ITimelineEvent recorded, RoleFact? fact)
        {
            var id = recorded.Stream.Id.Value;
            var role = rows.FindRole(session, id) ?? Begin(recorded, rows.AddRole, id);
            if (recorded.Index < role.Version)
                return;
            (_roles.Role, _roles.IsDefined) = (role, role.Name.Length > 0);
            if (fact is not null)
                Domain.Role.Reactions.dispatch(_roles, fact);
            Require(role.Name, recorded);
            (role.Version, role.Position) = (recorded.Index + 1, recorded.Position);
        }

        private static TDraft Begin<TDraft>(ITimelineEvent recorded, Func<string, TDraft> add, string id) => recorded.Index == 0
            ? add(id)
            : throw new InvalidOperationException($"Event {recorded.Index} of stream '{recorded.Stream.Value}', of which there is no row.");

        private static void Require(string text, ITimelineEvent recorded)
        {
            if (text.Length == 0)
                throw new InvalidOperationException($"{recorded.EventType} does not begin '{recorded.Stream.Value}', and there is nothing before it.");
        }
    }
}
