using UmsSti.Application;
using UmsSti.Domain;
using UmsSti.ReadModels.Memberships;
using UmsSti.Server.Http;

namespace UmsSti.Server.Api;

/// <summary>
/// Which teams a caller sees in lists and trees: those of which he is an active member and which their state lets him look at, as a read of
/// each would; a system user sees all.
/// </summary>
internal sealed class TeamSight(IPrincipalIndex principals, MemberDirectory members, Gate gate)
{
    /// <summary>The ids of the teams, from the index or, where that is not as far as the rows that are read, from rows; null for all.</summary>
    public async ValueTask<IReadOnlySet<string>?> Of(ApiCall call, long position)
    {
        if (await gate.IsSystem(call.Caller.UserId, call.Ct))
        {
            return null;
        }

        var user = UserId.Parse(call.Caller.UserId);
        if (principals.TeamsOf(user, position) is { IsSome: true, Value: var teams } && principals.Find(user, position) is { IsSome: true, Value: var (who, _) })
        {
            return Authorization.teamsSeen(call.Now, who, teams);
        }

        var own = await members.OfUserAsync(call.Caller.UserId, MemberRow.Active, null, call.Ct);
        return await gate.TeamsSeen(call.Caller.UserId, [.. own.Select(member => member.TeamId)], call.Now, call.Ct);
    }
}
