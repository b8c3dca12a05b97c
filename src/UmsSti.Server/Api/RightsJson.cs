using System.Text.Json;
using UmsSti.Application;
using UmsSti.ReadModels.Permissions;
using UmsSti.Server.Http;

namespace UmsSti.Server.Api;

/// <summary>Writes grants, roles, checks and explanations the way <see cref="RightsShapes"/> describes them.</summary>
internal static class RightsJson
{
    private static readonly JsonEncodedText ExpiresAt = JsonEncodedText.Encode("expiresAt");
    private static readonly JsonEncodedText At = JsonEncodedText.Encode("at");
    private static readonly JsonEncodedText DefinedAt = JsonEncodedText.Encode("definedAt");

    public static void Write(Utf8JsonWriter json, GrantView grant)
    {
        json.WriteStartObject();
        json.WriteString("userId", grant.UserId);
        json.WriteString("teamId", grant.TeamId);
        json.WriteString("permission", grant.Permission);
        json.WriteString("state", grant.State);
        json.WriteString("level", grant.Level);
        Times.Write(json, ExpiresAt, grant.ExpiresAt);
        json.WriteString("by", grant.By);
        Times.Write(json, At, grant.At);
        json.WriteNumber("version", grant.Version);
        json.WriteEndObject();
    }

    public static void Write(Utf8JsonWriter json, AssignmentView assignment)
    {
        json.WriteStartObject();
        json.WriteString("userId", assignment.UserId);
        json.WriteString("teamId", assignment.TeamId);
        json.WriteString("role", assignment.Role);
        json.WriteString("state", assignment.State);
        Times.Write(json, ExpiresAt, assignment.ExpiresAt);
        json.WriteString("by", assignment.By);
        Times.Write(json, At, assignment.At);
        json.WriteNumber("version", assignment.Version);
        json.WriteEndObject();
    }

    public static void Write(Utf8JsonWriter json, RoleView role)
    {
        json.WriteStartObject();
        json.WriteString("id", role.Id);
        json.WriteString("name", role.Name);
        json.WriteString("teamId", role.TeamId);
        json.WriteString("kind", role.Kind);
        json.WriteString("description", role.Description);
        WriteTexts(json, "permissions", role.Permissions);
        json.WriteBoolean("isRetired", role.IsRetired);
        Times.Write(json, DefinedAt, role.DefinedAt);
        json.WriteString("definedBy", role.DefinedBy);
        json.WriteNumber("version", role.Version);
        json.WriteEndObject();
    }

    /// <summary>A role as the read model knows it.</summary>
    public static void Write(Utf8JsonWriter json, RoleRow role)
    {
        json.WriteStartObject();
        json.WriteString("id", role.Id);
        json.WriteString("name", role.Name);
        json.WriteString("teamId", role.TeamId);
        json.WriteString("description", role.Description);
        WriteTexts(json, "permissions", role.Permissions);
        json.WriteBoolean("isRetired", !role.IsActive);
        Times.Write(json, DefinedAt, role.CreatedAt);
        json.WriteString("definedBy", role.CreatedBy);
        json.WriteNumber("version", role.Version);
        json.WriteEndObject();
    }

    public static void Write(Utf8JsonWriter json, IsolationReport report)
    {
        json.WriteStartObject();
        json.WriteNumber("teams", report.Teams);
        json.WriteNumber("users", report.Users);
        json.WriteNumber("systemUsers", report.SystemUsers);
        json.WriteNumber("memberships", report.Memberships);
        json.WriteNumber("usersInSeveralTeams", report.UsersInSeveralTeams);
        json.WriteNumber("teamsWithoutMembers", report.TeamsWithoutMembers);
        json.WriteStartArray("violations");
        foreach (var violation in report.Violations)
        {
            json.WriteStartObject();
            json.WriteString("rule", violation.Rule);
            json.WriteString("kind", violation.Kind);
            json.WriteString("userId", violation.UserId);
            json.WriteString("teamId", violation.TeamId);
            json.WriteString("subject", violation.Subject);
            json.WriteNumber("position", violation.Position);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    public static void Write(Utf8JsonWriter json, LossView loss)
    {
        json.WriteStartObject();
        json.WriteString("userId", loss.UserId);
        json.WriteString("teamId", loss.TeamId);
        WriteTexts(json, "before", loss.Before);
        WriteTexts(json, "after", loss.After);
        WriteTexts(json, "lost", loss.Lost);
        json.WriteEndObject();
    }

    public static void Write(Utf8JsonWriter json, CheckView check)
    {
        json.WriteStartObject();
        WriteFields(json, check);
        json.WriteEndObject();
    }

    public static void WriteFields(Utf8JsonWriter json, CheckView check)
    {
        json.WriteBoolean("allowed", check.Allowed);
        json.WriteString("accessType", check.AccessType);
        json.WriteNumber("position", check.Position);
    }

    public static void Write(Utf8JsonWriter json, ExplanationView explanation)
    {
        json.WriteStartObject();
        WriteFields(json, explanation.Check);
        json.WriteString("reason", explanation.Check.Reason);
        json.WriteString("detail", explanation.Check.Detail);
        json.WriteStartArray("facts");
        foreach (var look in explanation.Looks)
        {
            Write(json, look);
        }

        json.WriteEndArray();
        json.WriteStartArray("missing");
        foreach (var remedy in explanation.Missing)
        {
            json.WriteStartObject();
            json.WriteString("step", remedy.Step);
            json.WriteString("permission", remedy.Permission);
            json.WriteString("teamId", remedy.TeamId);
            json.WriteString("role", remedy.Role);
            json.WriteString("state", remedy.State);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    public static void Write(Utf8JsonWriter json, EffectiveView effective)
    {
        json.WriteStartObject();
        json.WriteString("userId", effective.UserId);
        json.WriteString("teamId", effective.TeamId);
        WriteTexts(json, "roles", effective.Roles);
        json.WriteStartArray("permissions");
        foreach (var held in effective.Permissions)
        {
            json.WriteStartObject();
            json.WriteString("permission", held.Permission);
            json.WriteStartArray("sources");
            foreach (var source in held.Sources)
            {
                json.WriteStartObject();
                json.WriteString("kind", source.Kind);
                json.WriteString("name", source.Name);
                Times.Write(json, ExpiresAt, source.ExpiresAt);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteNumber("position", effective.Position);
        json.WriteEndObject();
    }

    public static void WriteTexts(Utf8JsonWriter json, string name, IEnumerable<string> texts)
    {
        json.WriteStartArray(name);
        foreach (var text in texts)
        {
            json.WriteStringValue(text);
        }

        json.WriteEndArray();
    }

    private static void Write(Utf8JsonWriter json, LookView look)
    {
        json.WriteStartObject();
        json.WriteString("fact", look.Fact);
        json.WriteString("value", look.Value);
        json.WriteString("teamId", look.TeamId);
        json.WriteString("finding", look.Finding);
        json.WritePropertyName("event");
        if (look.Event.IsSome)
        {
            var evidence = look.Event.Value;
            json.WriteStartObject();
            json.WriteNumber("position", evidence.Position);
            json.WriteString("stream", evidence.Stream);
            json.WriteString("type", evidence.Type);
            json.WriteString("actorId", evidence.ActorId);
            Times.Write(json, At, evidence.At);
            json.WriteEndObject();
        }
        else
        {
            json.WriteNullValue();
        }

        json.WriteEndObject();
    }
}
