using System.Text.Json;
using UmsSti.Application;
using UmsSti.ReadModels.Memberships;
using UmsSti.Server.Http;

namespace UmsSti.Server.Api;

/// <summary>What the answer about a user carries besides when it is asked for; null is not asked for.</summary>
internal readonly record struct IncludedParts(string[]? Permissions, string[]? Teams);

/// <summary>Finds what a user holds outside teams and which teams he is an active member of, at a moment.</summary>
internal sealed class UserIncludes(Checks checks, TeamHistories histories, MemberDirectory members, Freshness ofRights)
{
    public async Task<IncludedParts> Of(ApiCall call, string id, string[] includes, Moment moment) => new(
        includes.Contains("permissions") ? await PermissionsOf(call, id, moment) : null,
        includes.Contains("teams") ? await TeamsOf(call, id, moment) : null);

    public static void Write(Utf8JsonWriter json, IncludedParts parts)
    {
        if (parts.Permissions is { } permissions)
        {
            RightsJson.WriteTexts(json, "permissions", permissions);
        }

        if (parts.Teams is { } teams)
        {
            RightsJson.WriteTexts(json, "teams", teams);
        }
    }

    private async Task<string[]> PermissionsOf(ApiCall call, string id, Moment moment) =>
        [.. TeamRoutes.Granted(await checks.Effective(id, null, moment, call.Now, call.Ct)).Permissions.Select(held => held.Permission)];

    /// <summary>A membership leaves a row for good, so the rows name every team of the past; the log says which of them he was in then.</summary>
    private async Task<string[]> TeamsOf(ApiCall call, string id, Moment moment)
    {
        await ofRights.Reach(call);
        var rows = await members.OfUserAsync(id, null, null, call.Ct);
        if (moment.IsNow)
        {
            return [.. rows.Where(row => row.State == MemberRow.Active).Select(row => row.TeamId)];
        }

        var teams = new List<string>();
        foreach (var row in rows)
        {
            var member = await histories.TryMember(row.TeamId, id, moment, call.Ct);
            if (member.IsSome && member.Value.State == MemberRow.Active)
            {
                teams.Add(row.TeamId);
            }
        }

        return [.. teams];
    }
}
