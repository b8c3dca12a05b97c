using UmsSti.Application;
using UmsSti.Projections;
using UmsSti.Projections.Users;
using UmsSti.ReadModels.Users;

namespace UmsSti.Server.Mail;

/// <summary>Who is in a group of recipients now. Ids only.</summary>
internal sealed class Audiences(UserDirectory directory, ProjectionMonitor projections, Func<long> head)
{
    /// <summary>Most members that are told.</summary>
    private const int MaxMembers = 1_000;

    /// <summary>How long the directory may take to show what has happened; after that the row is tried again later.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>The members; null when the directory is too far behind to say.</summary>
    public async Task<IReadOnlyList<string>?> Members(string audience, CancellationToken ct)
    {
        if (!await projections.AwaitPosition(UserProjectors.Directory, head(), Patience, ct))
        {
            return null;
        }

        string[] types = audience == Audience.Approvers ? ["system"] : ["system", "admin"];
        var members = new List<string>();
        foreach (var type in types)
        {
            string? cursor = null;
            do
            {
                var page = await directory.ListAsync(new UserListQuery { Type = type, State = "active", Limit = UserListQuery.MaxLimit, Cursor = cursor }, ct);
                members.AddRange(page.Items.Select(user => user.Id));
                cursor = page.NextCursor;
            }
            while (cursor is not null && members.Count < MaxMembers);
        }

        return [.. members.Take(MaxMembers)];
    }
}
