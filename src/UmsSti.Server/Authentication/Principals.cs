using UmsSti.Domain;

namespace UmsSti.Server.Authentication;

/// <summary>What a user may do by type alone, for showing; decisions are made behind the door.</summary>
internal static class Principals
{
    /// <summary>Names of the global permissions; system users hold every one by bypass.</summary>
    public static IReadOnlyList<string> PermissionsOf(string id, string type, string state)
    {
        if (!UserType.TryParse(type, out var kind) || !UserState.TryParse(state, out var standing) || !UserId.TryParse(id, out var user))
        {
            throw new InvalidOperationException($"User {id} has type '{type}' and state '{state}', which the domain does not know.");
        }

        var principal = Principal.Of(KnownPrincipal.Plain(user, kind, standing));
        // What a type brings does not depend on the time.
        return [.. Authorization.globalPermissions(DateTimeOffset.UnixEpoch, principal).Select(permission => permission.Name).Order(StringComparer.Ordinal)];
    }
}
