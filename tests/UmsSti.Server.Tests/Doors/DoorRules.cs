using UmsSti.Server.Tests.Support;

namespace UmsSti.Server.Tests.Doors;

/// <summary>A caller as the rules see him.</summary>
/// <param name="Name">For people.</param>
/// <param name="Api">Signed in as him.</param>
/// <param name="IsKnown">His token counts: not anonymous, not suspended.</param>
internal sealed record DoorCaller(string Name, ApiClient Api, bool IsKnown = true)
{
    public bool HasToken { get; init; } = true;

    public bool IsSystem { get; init; }

    /// <summary>The person the routes about people are about.</summary>
    public bool IsSelf { get; init; }

    /// <summary>What he holds outside teams (PE-36, design section 10).</summary>
    public IReadOnlyList<string> Outside { get; init; } = DoorRule.OfStandard;

    /// <summary>His role in the team the routes about teams are about; null for outsiders, whatever they are elsewhere.</summary>
    public string? Role { get; init; }

    /// <summary>A member of it whose membership gives nothing now.</summary>
    public bool IsIdleThere { get; init; }

    /// <summary>He was a member of it.</summary>
    public bool WasThere { get; init; }
}

/// <summary>Who passes a door: 0 for passing, else the status of the refusal. Written from the design, sections 9 and 10, and PE.</summary>
internal abstract record DoorRule
{
    public static readonly IReadOnlyList<string> OfStandard = ["reports.basic", "content.public.view"];

    public static readonly IReadOnlyList<string> OfAdmins =
    [
        "profile.view", "profile.edit", "teams.create", "teams.manage", "users.view", "users.edit", "users.manage", "users.activate",
        "permissions.assign", "reports.basic", "reports.advanced", "audit.view", "onboarding.manage", "content.public.view",
    ];

    private static readonly string[] ByRank =
    [
        "team.view", "team.participate", "team.members.invite", "team.members.manage", "team.roles.assign", "team.registration.manage",
        "team.settings.manage", "team.archive", "team.move",
    ];

    private static readonly Dictionary<string, int> HeldByRole = new()
    {
        ["observer"] = 1,
        ["member"] = 2,
        ["leader"] = 3,
        ["admin"] = 5,
        ["deputy"] = 6,
        ["executive"] = 9,
    };

    public static IEnumerable<string> Roles => HeldByRole.Keys;

    /// <summary>The expected answer for a caller.</summary>
    public virtual int Answer(DoorCaller caller) => !caller.IsKnown ? 401 : caller.IsSystem ? 0 : OfKnown(caller);

    protected abstract int OfKnown(DoorCaller caller);

    /// <summary>Of the team: outsiders do not learn that it is there.</summary>
    protected static int InTeam(DoorCaller caller, string permission) =>
        caller.Role is not { } role ? 404 : ByRank.Take(HeldByRole[role]).Contains(permission) ? 0 : 403;

    /// <summary>Anybody; a token that does not count any more is refused where one is looked at.</summary>
    public sealed record Open(bool LooksAtToken) : DoorRule
    {
        public override int Answer(DoorCaller caller) => LooksAtToken && caller is { IsKnown: false, HasToken: true } ? 401 : 0;

        protected override int OfKnown(DoorCaller caller) => 0;
    }

    /// <summary>Everyone signed in.</summary>
    public sealed record SignedIn : DoorRule
    {
        protected override int OfKnown(DoorCaller caller) => 0;
    }

    /// <summary>The person himself, alone.</summary>
    public sealed record Own : DoorRule
    {
        protected override int OfKnown(DoorCaller caller) => caller.IsSelf ? 0 : 403;
    }

    /// <summary>The person himself, or who holds the permission outside teams.</summary>
    public sealed record OwnOr(string Permission) : DoorRule
    {
        protected override int OfKnown(DoorCaller caller) => caller.IsSelf || caller.Outside.Contains(Permission) ? 0 : 403;
    }

    /// <summary>One of the permissions outside teams.</summary>
    public sealed record Outside(params string[] Permissions) : DoorRule
    {
        protected override int OfKnown(DoorCaller caller) => caller.Outside.Any(Permissions.Contains) ? 0 : 403;
    }

    /// <summary>The permission in that very team: what somebody is elsewhere, or administers, counts for nothing.</summary>
    public sealed record Inside(string Permission) : DoorRule
    {
        protected override int OfKnown(DoorCaller caller) => InTeam(caller, Permission);
    }

    /// <summary>The permission in that very team, or the administration of teams.</summary>
    public sealed record Administered(string Permission) : DoorRule
    {
        protected override int OfKnown(DoorCaller caller) => caller.Outside.Contains("teams.manage") ? 0 : InTeam(caller, Permission);
    }

    /// <summary>The person himself, or the permission in that very team.</summary>
    public sealed record InsideOrOwn(string Permission) : DoorRule
    {
        protected override int OfKnown(DoorCaller caller) => caller.IsSelf ? 0 : InTeam(caller, Permission);
    }

    /// <summary>One permission outside teams, and another in that very team.</summary>
    public sealed record OutsideAndInside(string OfOutside, string OfTeam) : DoorRule
    {
        protected override int OfKnown(DoorCaller caller) => caller.Outside.Contains(OfOutside) ? InTeam(caller, OfTeam) : 403;
    }

    /// <summary>What members ask for themselves: who has nothing to do with the team does not learn that it is there.</summary>
    public sealed record OfMembers(bool FormerToo) : DoorRule
    {
        protected override int OfKnown(DoorCaller caller) => caller.Role is not null || caller.IsIdleThere || (FormerToo && caller.WasThere) ? 0 : 404;
    }

    /// <summary>What somebody holds in the team: he himself, who gives rights there, or who gives them outside.</summary>
    public sealed record RightsOfOther : DoorRule
    {
        protected override int OfKnown(DoorCaller caller) =>
            caller.IsSelf || caller.Outside.Contains("permissions.assign") || InTeam(caller, "team.roles.assign") == 0 ? 0 : 403;
    }
}
