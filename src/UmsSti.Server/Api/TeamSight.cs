using UmsSti.Application;
using UmsSti.ReadModels.Memberships;
using UmsSti.Server.Http;

namespace UmsSti.Server.Api;

/// <summary>Which teams a caller sees in lists and trees: those he is an active member of; a system user sees all.</summary>
internal sealed class TeamSight(MemberDirectory members, Gate gate)
{
    /// <summary>The ids of the teams; null for all.</summary>
    public async ValueTask<IReadOnlySet<string>?> Of(ApiCall call)
    {
        var caller = await gate.Describe(call.Caller.UserId, call.Now, call.Ct);
        if (caller.IsSome && caller.Value.Type == Domain.UserType.System.Name)
        {
            return null;
        }

        var own = await members.OfUserAsync(call.Caller.UserId, MemberRow.Active, null, call.Ct);
        return own.Select(member => member.TeamId).ToHashSet(StringComparer.Ordinal);
    }
}
