using System.Text.Json;
using UmsSti.Application;
using UmsSti.ReadModels.Memberships;
using UmsSti.ReadModels.Teams;
using UmsSti.Server.Http;

namespace UmsSti.Server.Api;

/// <summary>Writes teams and members the way <see cref="TeamShapes"/> describes them.</summary>
internal static class TeamJson
{
    private static readonly JsonEncodedText CreatedAt = JsonEncodedText.Encode("createdAt");
    private static readonly JsonEncodedText UpdatedAt = JsonEncodedText.Encode("updatedAt");
    private static readonly JsonEncodedText ArchivedAt = JsonEncodedText.Encode("archivedAt");
    private static readonly JsonEncodedText JoinedAt = JsonEncodedText.Encode("joinedAt");
    private static readonly JsonEncodedText LeftAt = JsonEncodedText.Encode("leftAt");
    private static readonly JsonEncodedText InvitationExpiresAt = JsonEncodedText.Encode("invitationExpiresAt");
    private static readonly JsonEncodedText At = JsonEncodedText.Encode("at");

    /// <summary>A team folded from its stream; its members are counted by the read model only.</summary>
    public static void Write(Utf8JsonWriter json, TeamView team) => Write(json, team, team.MemberCount);

    /// <summary>A team folded from its stream, with the members the read model counted.</summary>
    public static void Write(Utf8JsonWriter json, TeamView team, long? memberCount)
    {
        json.WriteStartObject();
        WritePlace(json, team.Id, team.Slug, team.Name, team.Type, team.State, team.ParentId, team.OrganizationId, team.Level);
        WriteNumber(json, "memberCount", memberCount);
        WriteTexts(json, "executives", team.Executives);
        WriteMap(json, "settings", team.Settings);
        WriteMap(json, "details", team.Details);
        json.WriteBoolean("isInMaintenance", team.IsInMaintenance);
        json.WriteBoolean("isMembershipClosed", team.IsMembershipClosed);
        Times.Write(json, CreatedAt, team.CreatedAt);
        json.WriteString("createdBy", team.CreatedBy);
        Times.Write(json, UpdatedAt, team.UpdatedAt);
        json.WriteString("updatedBy", team.UpdatedBy);
        Times.Write(json, ArchivedAt, team.ArchivedAt);
        json.WriteString("archiveReason", team.ArchiveReason);
        json.WriteNumber("version", team.Version);
        json.WriteEndObject();
    }

    /// <summary>A team as the read model knows it.</summary>
    public static void Write(Utf8JsonWriter json, TeamRow team)
    {
        json.WriteStartObject();
        WritePlace(json, team.Id, team.Slug, team.Name, team.Type, team.State, team.ParentId, team.OrganizationId, team.Level);
        json.WriteNumber("memberCount", team.MemberCount);
        WriteRaw(json, "executives", team.Executives);
        WriteRaw(json, "settings", team.Settings);
        WriteRaw(json, "details", team.Details);
        json.WriteBoolean("isInMaintenance", team.IsInMaintenance);
        json.WriteBoolean("isMembershipClosed", team.IsMembershipClosed);
        Times.Write(json, CreatedAt, team.CreatedAt);
        json.WriteString("createdBy", team.CreatedBy);
        Times.Write(json, UpdatedAt, team.UpdatedAt);
        json.WriteString("updatedBy", team.UpdatedBy);
        Times.Write(json, ArchivedAt, team.ArchivedAt);
        json.WriteString("archiveReason", team.ArchiveReason);
        json.WriteNumber("version", team.Version);
        json.WriteEndObject();
    }

    /// <summary>A move: the team, and every team that changed its place with it.</summary>
    public static void WriteMoved(Utf8JsonWriter json, TeamView team, string[] moved)
    {
        json.WriteStartObject();
        json.WritePropertyName("team");
        Write(json, team);
        WriteTexts(json, "moved", moved);
        json.WriteEndObject();
    }

    /// <summary>A member folded from the stream between him and the team.</summary>
    public static void Write(Utf8JsonWriter json, MemberView member)
    {
        json.WriteStartObject();
        WriteMember(json, member.TeamId, member.UserId, member.Role, member.State, member.JoinedAt, member.LeftAt, member.InvitationExpiresAt, member.Version);
        json.WriteStartArray("roles");
        foreach (var period in member.Roles)
        {
            json.WriteStartObject();
            json.WriteString("role", period.Role);
            json.WriteString("by", period.By);
            Times.Write(json, At, period.At);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    /// <summary>A member as the read model knows him.</summary>
    public static void Write(Utf8JsonWriter json, MemberRow member)
    {
        json.WriteStartObject();
        WriteMember(json, member.TeamId, member.UserId, member.Role, member.State, member.JoinedAt, member.LeftAt, member.ExpiresAt, member.Version);
        json.WriteString("name", member.Name);
        json.WriteEndObject();
    }

    private static void WriteMember(
        Utf8JsonWriter json, string team, string user, string role, string state, DateTimeOffset? joined, DateTimeOffset? left, DateTimeOffset? expires, long version)
    {
        json.WriteString("teamId", team);
        json.WriteString("userId", user);
        json.WriteString("role", role);
        json.WriteString("state", state);
        Times.Write(json, JoinedAt, joined);
        Times.Write(json, LeftAt, left);
        Times.Write(json, InvitationExpiresAt, expires);
        json.WriteNumber("version", version);
    }

    private static void WritePlace(
        Utf8JsonWriter json, string id, string slug, string name, string type, string state, string? parent, string organization, int level)
    {
        json.WriteString("id", id);
        json.WriteString("slug", slug);
        json.WriteString("name", name);
        json.WriteString("type", type);
        json.WriteString("state", state);
        json.WriteString("parentId", parent);
        json.WriteString("organizationId", organization);
        json.WriteNumber("level", level);
    }

    private static void WriteNumber(Utf8JsonWriter json, string name, long? number)
    {
        if (number is { } known)
        {
            json.WriteNumber(name, known);
        }
        else
        {
            json.WriteNull(name);
        }
    }

    private static void WriteTexts(Utf8JsonWriter json, string name, IEnumerable<string> texts)
    {
        json.WriteStartArray(name);
        foreach (var text in texts)
        {
            json.WriteStringValue(text);
        }

        json.WriteEndArray();
    }

    private static void WriteMap(Utf8JsonWriter json, string name, IReadOnlyDictionary<string, string> map)
    {
        json.WriteStartObject(name);
        foreach (var (key, value) in map)
        {
            json.WriteString(key, value);
        }

        json.WriteEndObject();
    }

    private static void WriteRaw(Utf8JsonWriter json, string name, ReadOnlyMemory<byte> value)
    {
        json.WritePropertyName(name);
        json.WriteRawValue(value.Span, skipInputValidation: true);
    }
}
