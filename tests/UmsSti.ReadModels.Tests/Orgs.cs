using UmsSti.ReadModels.Hierarchy;
using UmsSti.ReadModels.Teams;

namespace UmsSti.ReadModels.Tests;

/// <summary>Writes teams as a projector would.</summary>
public static class Orgs
{
    public static Task WriteTeams(this ReadModelDatabase database, Action<WriteSession, TeamRows> work)
    {
        var rows = new TeamRows(database.Generations.Active("teams"), cacheRows: 100);
        return database.WriteAsync(session =>
        {
            work(session, rows);
            rows.Flush(session);
        }, People.Ct);
    }

    public static TeamDraft Create(
        this TeamRows rows, WriteSession session, long key, string? parentId, string? name = null, string type = "department", string state = "active", string? id = null)
    {
        var draft = rows.Add(key, id ?? "t" + key);
        draft.Name = name ?? "Team " + key;
        draft.Slug = "team-" + key;
        draft.Type = type;
        draft.State = state;
        draft.OrganizationId = "t1";
        draft.CreatedAt = draft.UpdatedAt = People.Start.AddMinutes(key);
        draft.CreatedBy = draft.UpdatedBy = "u1";
        draft.Version = 1;
        draft.Position = key;
        rows.Place(session, draft, parentId);
        return draft;
    }

    public static void Touch(this TeamDraft draft, long position)
    {
        draft.Version++;
        draft.Position = position;
    }

    public static void Move(this TeamRows rows, WriteSession session, string id, string parentId, long position)
    {
        var draft = rows.Find(session, id)!;
        rows.Move(session, draft, parentId);
        draft.Touch(position);
    }

    public static string[] Ids(this IEnumerable<TreeTeam>? teams) => [.. teams!.Select(team => team.Id)];
}
