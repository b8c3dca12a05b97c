using UmsSti.Application;
using UmsSti.Kernel;
using UmsSti.ReadModels;
using UmsSti.ReadModels.Teams;
using TeamFact = UmsSti.Domain.Team.Events.Event;

namespace UmsSti.Projections.Teams;

/// <summary>One row per team with its place in the tree, always at the version of the team's stream (RM-05). Follows the domain's own fold.</summary>
internal sealed class TeamDirectoryProjector(EventDecoder teams) : IProjector
{
    public string Name => TeamProjectors.Directory;

    public ReadModelLayout Model => ReadModelLayout.Teams;

    public SourceLog Log => SourceLog.Domain;

    public IReadOnlyDictionary<string, EventDecoder> Reads { get; } = new Dictionary<string, EventDecoder> { [TeamStream.Category] = teams };

    public IProjectionRows Open(ReadModelDatabase database, int generation, bool isBuilding, int cachedRows) => new Rows(new TeamRows(generation, cachedRows));

    private sealed class Rows(TeamRows teams) : IProjectionRows
    {
        private readonly TeamChanges _changes = new(teams);

        public void Apply(WriteSession session, ITimelineEvent recorded, object? decoded)
        {
            var id = recorded.Stream.Id.Value;
            var team = teams.Find(session, id) ?? Begin(recorded, id);
            if (recorded.Index < team.Version)
                return; // in the row already
            if (decoded is not null)
                _changes.Apply(session, team, recorded, (TeamFact)decoded);
            if (team.State.Length == 0)
                throw new InvalidOperationException($"{recorded.EventType} creates no team, and there is none before it.");
            team.Version = recorded.Index + 1;
            team.Position = recorded.Position;
        }

        private TeamDraft Begin(ITimelineEvent recorded, string id) => recorded.Index == 0
            ? teams.Add(recorded.Position, id)
            : throw new InvalidOperationException($"Event {recorded.Index} of a team that has no row.");

        public int Pending => teams.Pending;

        public void Flush(WriteSession session) => teams.Flush(session);

        public void Discard() => teams.Discard();
    }
}
