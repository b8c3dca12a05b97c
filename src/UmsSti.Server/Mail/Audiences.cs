using UmsSti.Application;
using UmsSti.Projections;
using UmsSti.Projections.Teams;
using UmsSti.Projections.Users;
using UmsSti.ReadModels.Memberships;
using UmsSti.ReadModels.Users;

namespace UmsSti.Server.Mail;

/// <summary>Who is in a group of recipients now. Ids only.</summary>
internal sealed class Audiences(UserDirectory directory, MemberDirectory members, ProjectionMonitor projections, Func<long> head)
{
    /// <summary>Most members of a group of the installation that are told.</summary>
    private const int MaxMembers = 1_000;

    /// <summary>Members of a team that are looked up in one step, in pages of <see cref="MemberListQuery.MaxLimit"/>: once so many are seen, the rest is another step.</summary>
    internal const int StepMembers = 500;

    /// <summary>How long a read model may take to show what has happened; after that the row is tried again later.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>The members of a group of the installation; null when the directory is too far behind to say.</summary>
    public async Task<IReadOnlyList<string>?> Members(string audience, CancellationToken ct)
    {
        if (!await projections.AwaitPosition(UserProjectors.Directory, head(), Patience, ct))
        {
            return null;
        }

        string[] types = audience == Audience.Approvers ? ["system"] : ["system", "admin"];
        var found = new List<string>();
        foreach (var type in types)
        {
            string? cursor = null;
            do
            {
                var page = await directory.ListAsync(new UserListQuery { Type = type, State = "active", Limit = UserListQuery.MaxLimit, Cursor = cursor }, ct);
                found.AddRange(page.Items.Select(user => user.Id));
                cursor = page.NextCursor;
            }
            while (cursor is not null && found.Count < MaxMembers);
        }

        return [.. found.Take(MaxMembers)];
    }

    /// <summary>
    /// The next members of a team who were active when it happened; when there are more, the last recipient is the group of the rest.
    /// Null when the read model does not show the event yet. Who was set inactive since is told too: that follows an archived team at
    /// once (XR-02), and races with its notice.
    /// </summary>
    /// <param name="audience">Which team and roles, and where to go on.</param>
    /// <param name="position">Of the event they are told of.</param>
    /// <param name="ct">Gives up.</param>
    public async Task<IReadOnlyList<string>?> Holders(TeamAudience.Holders audience, long position, CancellationToken ct)
    {
        if (!await projections.AwaitPosition(TeamProjectors.Rights, position, Patience, ct))
        {
            return null;
        }

        var (found, seen) = (new List<string>(), 0);
        var (roles, cursor) = (audience.roles, audience.cursor.Length == 0 ? null : audience.cursor);
        while (true)
        {
            var page = await members.ListAsync(
                audience.team, new MemberListQuery { Role = roles.FirstOrDefault(), Limit = MemberListQuery.MaxLimit, Cursor = cursor }, ct);
            found.AddRange(page.Items.Where(member => WasActive(member, position)).Select(member => member.UserId));
            seen += page.Items.Count;
            cursor = page.NextCursor;
            if (cursor is null && roles.Length <= 1)
            {
                return found;
            }

            roles = cursor is null ? roles[1..] : roles;
            if (seen >= StepMembers)
            {
                found.Add(TeamAudience.NewHolders(audience.team, roles, cursor ?? "").Name);
                return found;
            }
        }
    }

    private static bool WasActive(MemberRow member, long position) =>
        member.State == MemberRow.Active || (member.State == MemberRow.Inactive && member.Position > position);
}
