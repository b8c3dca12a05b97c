using UmsSti.ReadModels.Users;
using Xunit;

namespace UmsSti.ReadModels.Tests;

/// <summary>Writes users as a projector would.</summary>
public static class People
{
    public static readonly DateTimeOffset Start = new(2025, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public static CancellationToken Ct => TestContext.Current.CancellationToken;

    public static Task Write(this ReadModelDatabase database, Action<WriteSession, UserRows> work, int? generation = null, bool isBuilding = false)
    {
        var rows = new UserRows(database, generation ?? database.Generations.Active("users"), cacheRows: 100, isBuilding);
        return database.WriteAsync(session =>
        {
            work(session, rows);
            rows.Flush(session);
        }, Ct);
    }

    public static UserDraft Register(this UserRows rows, long key, string name, string? email = null, string type = "standard", string state = "active",
        DateTimeOffset? at = null)
    {
        var draft = rows.Add(key, "u" + key);
        draft.Type = type;
        draft.State = state;
        draft.SubState = state;
        draft.Email = email ?? $"u{key}@example.org";
        draft.EmailKey = draft.Email.ToLowerInvariant();
        draft.Name = name;
        draft.CreatedAt = draft.UpdatedAt = at ?? Start.AddMinutes(key);
        draft.CreatedBy = draft.UpdatedBy = "u" + key;
        draft.Version = 1;
        draft.Position = key;
        return draft;
    }

    public static void Touch(this UserDraft draft, long position)
    {
        draft.Version++;
        draft.Position = position;
    }

    public static async Task<List<string>> Walk(this UserDirectory directory, UserListQuery query, Func<int, Task>? betweenPages = null)
    {
        var ids = new List<string>();
        var pages = 0;
        while (true)
        {
            var page = await directory.ListAsync(query, Ct);
            ids.AddRange(page.Items.Select(user => user.Id));
            if (page.NextCursor is null)
                return ids;
            query = query with { Cursor = page.NextCursor };
            if (betweenPages is not null)
                await betweenPages(++pages);
        }
    }
}
