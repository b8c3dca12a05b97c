using UmsSti.Application;
using UmsSti.Kernel;
using UmsSti.ReadModels;
using UmsSti.ReadModels.Analytics;
using MemberFact = UmsSti.Domain.Membership.Events.Event;
using TeamFact = UmsSti.Domain.Team.Events.Event;

namespace UmsSti.Projections.Analytics;

/// <summary>Figures of teams: how many were made, who became a member as what, and what went on in each (RE-30, RE-31, RE-34).</summary>
internal sealed class TeamAnalyticsProjector : IProjector
{
    public string Name => ViewProjectors.AnalyticsTeams;

    public ReadModelLayout Model => ReadModelLayout.Analytics;

    public ProjectionPace Pace => ProjectionPace.Gathered;

    public SourceLog Log => SourceLog.Domain;

    public IReadOnlyDictionary<string, EventDecoder> Reads { get; } = new Dictionary<string, EventDecoder>
    {
        [TeamStream.Category] = SealedDecoders.Teams,
        [MembershipStream.Category] = SealedDecoders.Memberships,
    };

    public IProjectionRows Open(ReadModelDatabase database, int generation, bool isBuilding, int cachedRows) =>
        new Rows(new AnalyticsRows(generation, cachedRows), new TeamAnalyticsRows(generation));

    private sealed class Rows(AnalyticsRows figures, TeamAnalyticsRows teams) : IProjectionRows
    {
        public void Apply(WriteSession session, ITimelineEvent recorded, object? decoded)
        {
            var (id, at) = (recorded.Stream.Id.Value, recorded.Timestamp);
            var team = TeamOf(id);
            var actor = Metadata.actor(recorded);
            if (Actors.isUser(actor))
                teams.Act(team, actor, at);
            if (decoded is TeamFact.TeamCreated { Item: var created })
                Created(created.ParentTeamId is not null, at);
            else if (decoded is MemberFact fact)
                Follow(session, id, team, fact, at);
        }

        public int Pending => figures.Pending + teams.Pending;

        public bool WritesThrough => true;

        public void Flush(WriteSession session)
        {
            figures.Flush(session);
            teams.Flush(session);
        }

        public void Discard()
        {
            figures.Discard();
            teams.Discard();
        }

        // Only facts that fit are in the log: whoever is added was no member, whoever leaves was one.
        private void Follow(WriteSession session, string membership, string team, MemberFact fact, DateTimeOffset at)
        {
            switch (fact)
            {
                case MemberFact.TeamInvitationSent { Item: var invitation }:
                    teams.Invite(membership, invitation.Role);
                    break;
                case MemberFact.TeamMemberAdded { Item: var added }:
                    Joined(team, added.Role, at);
                    break;
                case MemberFact.MembershipRequestApproved { Item: var approved }:
                    Joined(team, approved.Role, at);
                    break;
                case MemberFact.TeamInvitationAccepted:
                    Joined(team, teams.InvitedRole(session, membership), at);
                    break;
                case MemberFact.TeamMemberRemoved or MemberFact.MemberLeft:
                    teams.Leave(team, at);
                    break;
                default:
                    break; // nobody comes or goes
            }
        }

        private void Created(bool hasParent, DateTimeOffset at)
        {
            figures.Add(Metrics.TeamsCreated, at);
            figures.Add(hasParent ? Metrics.TeamsWithParent : Metrics.TeamsAtRoot, at);
        }

        private void Joined(string team, string? role, DateTimeOffset at)
        {
            teams.Join(team, at);
            figures.Add(Metrics.MembersAdded, at);
            if (role is not null)
                figures.Add(Metrics.ByRole(role), at);
        }

        // Of a membership: {team id}_{user id}.
        private static string TeamOf(string id) => id.IndexOf('_', StringComparison.Ordinal) is var cut and > 0 ? id[..cut] : id;
    }
}
