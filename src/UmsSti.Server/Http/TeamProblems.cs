namespace UmsSti.Server.Http;

/// <summary>What the rules about teams, members, rights and roles refuse with; part of the table of <see cref="ProblemKinds"/>.</summary>
public static class TeamProblems
{
    private static readonly ProblemKind NotAMember = new("not-a-member", 404, "This user is no member.");
    private static readonly ProblemKind TeamAlreadyPlaced = new("team-already-placed", 409, "The team stands somewhere else already.");
    private static readonly ProblemKind CrossOrganizationMove = new("cross-organization-move", 409, "A team stays in its organisation.");
    private static readonly ProblemKind HierarchyCycle = new("hierarchy-cycle", 409, "A team cannot stand below itself.");
    private static readonly ProblemKind ParentTypeNotAllowed = new("parent-type-not-allowed", 409, "Such a team does not stand there.");
    private static readonly ProblemKind HierarchyTooDeep = new("hierarchy-too-deep", 409, "The hierarchy would be too deep.");
    private static readonly ProblemKind TeamNameTaken = new("team-name-taken", 409, "A team beside it has this name.");
    private static readonly ProblemKind ParentNotOpen = new("parent-not-open", 409, "The parent takes no teams now.");
    private static readonly ProblemKind TeamNotOpen = new("team-not-open", 409, "The team takes nothing now.");
    private static readonly ProblemKind TeamNotClosed = new("team-not-closed", 409, "The team is neither archived nor cancelled.");
    private static readonly ProblemKind ChildPolicyRequired = new("child-policy-required", 409, "Say what becomes of the teams below.");
    private static readonly ProblemKind ReassignTargetBelow = new("reassign-target-below", 409, "The teams below cannot be given to one of them.");
    private static readonly ProblemKind ChildrenPresent = new("children-present", 409, "Teams stand below.");
    private static readonly ProblemKind AlreadyCreated = new("already-created", 409, "A team with this id exists already.");
    private static readonly ProblemKind OwnerRequired = new("owner-required", 409, "An active team needs an executive.");
    private static readonly ProblemKind OwnerNotActive = new("owner-not-active", 409, "None of the executives is active.");
    private static readonly ProblemKind LastExecutive = new("last-executive", 409, "The last executive cannot go.");
    private static readonly ProblemKind SlugTaken = new("slug-taken", 409, "The slug is taken.");
    private static readonly ProblemKind AlreadyMember = new("already-member", 409, "This user is a member already.");
    private static readonly ProblemKind SystemUsersCannotBeMembers = new("system-users-cannot-be-members", 409, "System users are members of no team.");
    private static readonly ProblemKind SubjectNotActive = new("subject-not-active", 409, "This user is not active.");
    private static readonly ProblemKind GrantAboveRank = new("grant-above-rank", 409, "Nobody gives what is not below himself.");
    private static readonly ProblemKind TargetAboveRank = new("target-above-rank", 409, "Nobody manages one who is not below himself.");
    private static readonly ProblemKind SelfGrantNotAllowed = new("self-grant-not-allowed", 409, "Nobody gives anything to himself.");
    private static readonly ProblemKind RoleStepNotAllowed = new("role-step-not-allowed", 409, "There is no such step between roles.");
    private static readonly ProblemKind SelfRegistrationDisabled = new("self-registration-disabled", 409, "The team takes no requests.");
    private static readonly ProblemKind InvitationExpired = new("invitation-expired", 409, "The invitation has run out.");
    private static readonly ProblemKind InvitationNotExpired = new("invitation-not-expired", 409, "The invitation has not run out yet.");
    private static readonly ProblemKind PermissionNotHeld = new("permission-not-held", 409, "Nobody gives what he lacks.");
    private static readonly ProblemKind PermissionAlreadyGranted = new("permission-already-granted", 409, "It is given already, in other terms.");
    private static readonly ProblemKind GrantExpired = new("grant-expired", 409, "It has run out.");
    private static readonly ProblemKind RequestExpired = new("request-expired", 409, "Nobody decided the request in time.");
    private static readonly ProblemKind RequestNotExpired = new("request-not-expired", 409, "The request still waits for a decision.");
    private static readonly ProblemKind RoleRetired = new("role-retired", 409, "The role is retired.");
    private static readonly ProblemKind SystemRoleReserved = new("system-role-reserved", 409, "This role is for system users.");
    private static readonly ProblemKind RoleAlreadyAssigned = new("role-already-assigned", 409, "The role is given already, in other terms.");
    private static readonly ProblemKind RoleNameTaken = new("role-name-taken", 409, "A role has this name.");
    private static readonly ProblemKind RoleReserved = new("role-reserved", 409, "Built-in roles are not defined.");
    private static readonly ProblemKind ParentNotFound = new("parent-not-found", 422, "There is no such parent.");
    private static readonly ProblemKind DepthLimitNotTighter = new("depth-limit-not-tighter", 422, "A limit can only be tightened.");
    private static readonly ProblemKind DetailNotOfType = new("detail-not-of-type", 422, "Teams of this type have no such field.");
    private static readonly ProblemKind EndBeforeStart = new("end-before-start", 422, "The end lies before the start.");
    private static readonly ProblemKind TooManySettings = new("too-many-settings", 422, "There are too many settings.");
    private static readonly ProblemKind ExpiryNotInFuture = new("expiry-not-in-future", 422, "The time must lie in the future.");
    private static readonly ProblemKind PermissionScopeMismatch = new("permission-scope-mismatch", 422, "This permission is not held in that scope.");
    private static readonly ProblemKind RoleScopeMismatch = new("role-scope-mismatch", 422, "The role belongs to another scope.");
    private static readonly ProblemKind UnknownPermission = new("unknown-permission", 422, "There is no such permission.");
    private static readonly ProblemKind GuestsCannotBeMembers = new("guests-cannot-be-members", 422, "Guests are members of no team.");

    /// <summary>Every kind, by status.</summary>
    public static readonly IReadOnlyList<ProblemKind> All =
    [
        NotAMember, TeamAlreadyPlaced, CrossOrganizationMove, HierarchyCycle, ParentTypeNotAllowed, HierarchyTooDeep,
        TeamNameTaken, ParentNotOpen, TeamNotOpen, TeamNotClosed, ChildPolicyRequired, ReassignTargetBelow, ChildrenPresent, AlreadyCreated,
        OwnerRequired, OwnerNotActive, LastExecutive, SlugTaken, AlreadyMember, SystemUsersCannotBeMembers, SubjectNotActive,
        GrantAboveRank, TargetAboveRank, SelfGrantNotAllowed, RoleStepNotAllowed, SelfRegistrationDisabled, InvitationExpired,
        InvitationNotExpired, PermissionNotHeld, PermissionAlreadyGranted, GrantExpired, RequestExpired, RequestNotExpired, RoleRetired, SystemRoleReserved,
        RoleAlreadyAssigned, RoleNameTaken, RoleReserved, ParentNotFound, DepthLimitNotTighter, DetailNotOfType, EndBeforeStart,
        TooManySettings, ExpiryNotInFuture, PermissionScopeMismatch, RoleScopeMismatch, UnknownPermission, GuestsCannotBeMembers,
    ];

    /// <summary>What a question about permissions may be refused with.</summary>
    public static readonly IReadOnlyList<ProblemKind> OfChecks = [UnknownPermission, PermissionScopeMismatch];

    /// <summary>What a command about teams or rights may refuse with.</summary>
    public static readonly IReadOnlyList<ProblemKind> OfCommands =
        [.. All, ProblemKinds.InvalidTransition, ProblemKinds.ConcurrencyConflict, ProblemKinds.AccountNotActive, ProblemKinds.SelfApprovalNotAllowed];
}
