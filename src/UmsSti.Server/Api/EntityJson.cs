using System.Text.Json;
using UmsSti.Application;

namespace UmsSti.Server.Api;

/// <summary>Writes whatever a command is about, and knows its version and its place in the API.</summary>
internal static class EntityJson
{
    /// <summary>Writes the entity in the shape its reads have. Sign-ins are in another log, so a user's last one is given beside.</summary>
    public static void Write(Utf8JsonWriter json, EntityView entity, DateTimeOffset? lastLoginAt)
    {
        switch (entity)
        {
            case EntityView.User user:
                UserJson.Write(json, user.Item, lastLoginAt);
                break;
            case EntityView.Team team:
                TeamJson.Write(json, team.Item);
                break;
            case EntityView.Moved moved:
                TeamJson.WriteMoved(json, moved.team, moved.teams);
                break;
            case EntityView.Member member:
                TeamJson.Write(json, member.Item);
                break;
            case EntityView.Grant grant:
                RightsJson.Write(json, grant.Item);
                break;
            case EntityView.Assignment assignment:
                RightsJson.Write(json, assignment.Item);
                break;
            case EntityView.Role role:
                RightsJson.Write(json, role.Item);
                break;
            case EntityView.Setting setting:
                Write(json, setting.Item);
                break;
            default:
                throw Unknown(entity);
        }
    }

    /// <summary>The version for the entity tag.</summary>
    public static long VersionOf(EntityView entity) => entity switch
    {
        EntityView.User user => user.Item.Version,
        EntityView.Team team => team.Item.Version,
        EntityView.Moved moved => moved.team.Version,
        EntityView.Member member => member.Item.Version,
        EntityView.Grant grant => grant.Item.Version,
        EntityView.Assignment assignment => assignment.Item.Version,
        EntityView.Role role => role.Item.Version,
        EntityView.Setting setting => setting.Item.Version,
        _ => throw Unknown(entity),
    };

    /// <summary>Where the entity can be read, below the base.</summary>
    public static string PathOf(EntityView entity) => entity switch
    {
        EntityView.User user => "/users/" + user.Item.Id,
        EntityView.Team team => "/teams/" + team.Item.Id,
        EntityView.Moved moved => "/teams/" + moved.team.Id,
        EntityView.Member member => $"/teams/{member.Item.TeamId}/members/{member.Item.UserId}",
        EntityView.Grant grant => $"/users/{grant.Item.UserId}/permissions{InTeam(grant.Item.TeamId)}",
        EntityView.Assignment assignment => $"/users/{assignment.Item.UserId}/permissions{InTeam(assignment.Item.TeamId)}",
        EntityView.Role role => "/roles/" + role.Item.Id,
        _ => throw Unknown(entity),
    };

    private static string InTeam(string? team) => team is null ? "" : "?team=" + team;

    /// <summary>A setting of the installation.</summary>
    public static void Write(Utf8JsonWriter json, SettingView setting)
    {
        json.WriteStartObject();
        json.WriteString("key", setting.Key);
        json.WriteString("value", setting.Value);
        json.WriteNumber("version", setting.Version);
        json.WriteEndObject();
    }

    private static InvalidOperationException Unknown(EntityView entity) => new($"Entities of kind {entity.GetType().Name} have no place in the API.");
}
