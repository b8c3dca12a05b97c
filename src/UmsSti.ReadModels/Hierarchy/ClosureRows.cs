using UmsSti.ReadModels.Sqlite;
using UmsSti.ReadModels.Teams;

namespace UmsSti.ReadModels.Hierarchy;

/// <summary>
/// Keeps the closure of the tree: every pair of a team and a team above it (TM-30). Changes are kept in the order they
/// happened, because a move is only right in the tree it was decided in.
/// </summary>
internal sealed class ClosureRows(int generation)
{
    private readonly List<Change> _changes = [];

    private enum Kind
    {
        Place,
        Move,
        Remove,
    }

    private sealed record Change(Kind Kind, string TeamId, long Team, long? Parent);

    public void Place(TeamDraft team, TeamDraft? parent) => _changes.Add(new(Kind.Place, team.Id, team.Key, parent?.Key));

    public void Move(TeamDraft team, TeamDraft parent) => _changes.Add(new(Kind.Move, team.Id, team.Key, parent.Key));

    public void Remove(TeamDraft team) => _changes.Add(new(Kind.Remove, team.Id, team.Key, null));

    /// <summary>Writes the changes. Throws <see cref="RowRefusedException"/> naming the team whose place the tree does not allow.</summary>
    public void Flush(WriteSession session)
    {
        foreach (var change in _changes)
        {
            try
            {
                Write(session.Connection, change);
            }
            catch (ReadModelException failure) when (failure.IsAboutTheRow)
            {
                throw new RowRefusedException(change.TeamId, failure);
            }
        }
    }

    public void Discard() => _changes.Clear();

    private void Write(Connection connection, Change change)
    {
        switch (change.Kind)
        {
            case Kind.Place:
                connection.Get("Teams/closure_self", generation).Bind(1, change.Team).Run();
                if (change.Parent is { } parent)
                    Attach(connection, change.Team, parent);
                break;
            case Kind.Move:
                Refuse(connection, change, "Teams/closure_is_within", change.Parent!.Value, "lies in the branch that would be moved below it");
                connection.Get("Teams/closure_detach", generation).Bind(1, change.Team).Run();
                Attach(connection, change.Team, change.Parent!.Value);
                break;
            default:
                Refuse(connection, change, "Teams/closure_has_below", null, "still has teams below it");
                connection.Get("Teams/closure_remove", generation).Bind(1, change.Team).Run();
                break;
        }
    }

    private void Attach(Connection connection, long team, long parent) =>
        connection.Get("Teams/closure_attach", generation).Bind(1, team).Bind(2, parent).Run();

    private void Refuse(Connection connection, Change change, string question, long? other, string why)
    {
        var statement = connection.Get(question, generation).Bind(1, change.Team);
        if (other is { } team)
            statement.Bind(2, team);
        if (statement.Scalar() != 0)
            throw new RowRefusedException(change.TeamId, new InvalidOperationException($"team {other ?? change.Team} {why}."));
    }
}
