using System.Text.Json;
using UmsSti.Application;
using UmsSti.ReadModels.Users;
using UmsSti.Server.Http;

namespace UmsSti.Server.Api;

/// <summary>Writes users the way <see cref="UserShapes.User"/> describes them.</summary>
internal static class UserJson
{
    private static readonly JsonEncodedText Id = JsonEncodedText.Encode("id");
    private static readonly JsonEncodedText Type = JsonEncodedText.Encode("type");
    private static readonly JsonEncodedText State = JsonEncodedText.Encode("state");
    private static readonly JsonEncodedText SubState = JsonEncodedText.Encode("subState");
    private static readonly JsonEncodedText Email = JsonEncodedText.Encode("email");
    private static readonly JsonEncodedText EmailVerified = JsonEncodedText.Encode("emailVerified");
    private static readonly JsonEncodedText Name = JsonEncodedText.Encode("name");
    private static readonly JsonEncodedText Profile = JsonEncodedText.Encode("profile");
    private static readonly JsonEncodedText Preferences = JsonEncodedText.Encode("preferences");
    private static readonly JsonEncodedText ActiveTeamId = JsonEncodedText.Encode("activeTeamId");
    private static readonly JsonEncodedText CreatedAt = JsonEncodedText.Encode("createdAt");
    private static readonly JsonEncodedText CreatedBy = JsonEncodedText.Encode("createdBy");
    private static readonly JsonEncodedText UpdatedAt = JsonEncodedText.Encode("updatedAt");
    private static readonly JsonEncodedText UpdatedBy = JsonEncodedText.Encode("updatedBy");
    private static readonly JsonEncodedText LastLoginAt = JsonEncodedText.Encode("lastLoginAt");
    private static readonly JsonEncodedText Version = JsonEncodedText.Encode("version");

    /// <summary>A user as the read model knows him; the hot path of reading.</summary>
    public static void Write(Utf8JsonWriter json, UserRow user)
    {
        json.WriteStartObject();
        WriteFields(json, user);
        json.WriteEndObject();
    }

    /// <summary>The fields alone, for answers that carry more.</summary>
    public static void WriteFields(Utf8JsonWriter json, UserRow user)
    {
        json.WriteString(Id, user.Id);
        json.WriteString(Type, user.Type);
        json.WriteString(State, user.State);
        json.WriteString(SubState, user.SubState);
        json.WriteString(Email, user.Email);
        json.WriteBoolean(EmailVerified, user.EmailVerified);
        json.WriteString(Name, user.Name);
        json.WritePropertyName(Profile);
        json.WriteRawValue(user.Profile.Span, skipInputValidation: true);
        json.WritePropertyName(Preferences);
        json.WriteRawValue(user.Preferences.Span, skipInputValidation: true);
        json.WriteString(ActiveTeamId, user.ActiveTeamId);
        Times.Write(json, CreatedAt, user.CreatedAt);
        json.WriteString(CreatedBy, user.CreatedBy);
        Times.Write(json, UpdatedAt, user.UpdatedAt);
        json.WriteString(UpdatedBy, user.UpdatedBy);
        Times.Write(json, LastLoginAt, user.LastLoginAt);
        json.WriteNumber(Version, user.Version);
    }

    /// <summary>A user folded from his stream. Sign-ins are in another log, so their time is given beside.</summary>
    public static void Write(Utf8JsonWriter json, UserView user, DateTimeOffset? lastLoginAt)
    {
        json.WriteStartObject();
        WriteFields(json, user, lastLoginAt);
        json.WriteEndObject();
    }

    /// <summary>The fields alone, for answers that carry more.</summary>
    public static void WriteFields(Utf8JsonWriter json, UserView user, DateTimeOffset? lastLoginAt)
    {
        json.WriteString(Id, user.Id);
        json.WriteString(Type, user.Type);
        json.WriteString(State, user.State);
        json.WriteString(SubState, user.SubState);
        json.WriteString(Email, user.Email);
        json.WriteBoolean(EmailVerified, user.EmailVerified);
        json.WriteString(Name, user.Name);
        WriteMap(json, Profile, user.Profile);
        WriteMap(json, Preferences, user.Preferences);
        json.WriteString(ActiveTeamId, user.ActiveTeamId);
        Times.Write(json, CreatedAt, user.CreatedAt);
        json.WriteString(CreatedBy, user.CreatedBy);
        Times.Write(json, UpdatedAt, user.UpdatedAt);
        json.WriteString(UpdatedBy, user.UpdatedBy);
        Times.Write(json, LastLoginAt, lastLoginAt);
        json.WriteNumber(Version, user.Version);
    }

    private static void WriteMap(Utf8JsonWriter json, JsonEncodedText name, IReadOnlyDictionary<string, string> map)
    {
        json.WriteStartObject(name);
        foreach (var (key, value) in map)
        {
            json.WriteString(key, value);
        }

        json.WriteEndObject();
    }
}
