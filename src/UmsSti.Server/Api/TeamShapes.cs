using System.Globalization;
using UmsSti.Domain;
using UmsSti.Server.Http;

namespace UmsSti.Server.Api;

/// <summary>Bodies and answers about teams and their members, as api.md names them.</summary>
internal static class TeamShapes
{
    /// <summary>Most members in one bulk request.</summary>
    public const int MaxBulkItems = 100;

    public static readonly string[] Types = [.. TeamType.All.Select(type => type.Name)];
    public static readonly string[] States = [.. TeamState.All.Select(state => state.Name)];
    public static readonly string[] Roles = [.. TeamRole.All.Select(role => role.Name)];
    public static readonly string[] MemberStates = [.. MembershipState.All.Select(state => state.Name)];
    public static readonly string[] Sorts = ["name", "-name", "createdAt", "-createdAt"];

    private static readonly BodyField Reason = new("reason", FieldKind.Text, "Why; required where the state machine says so.") { MaxLength = UserShapes.MaxReasonLength, MultiLine = true };
    private static readonly BodyField Note = new("note", FieldKind.Text, "A remark.") { MaxLength = UserShapes.MaxReasonLength, MultiLine = true };
    private static readonly BodyField Description = new("description", FieldKind.Text, "What the team is for; a detail of the team.") { MultiLine = true };

    private static readonly BodyField Details = new("details", FieldKind.TextMap, "What is noted about a team of its type; null clears a field.")
    {
        Keys = [.. TeamField.All.Select(field => field.Key)],
        MultiLine = true,
        TakesScalars = true,
    };

    private static readonly BodyField Role = new("role", FieldKind.Text, "One of the six roles.") { Required = true, OneOf = Roles };
    private static readonly BodyField OptionalRole = new("role", FieldKind.Text, "One of the six roles; without it the one that stands.") { OneOf = Roles };
    private static readonly BodyField UserId = new("userId", FieldKind.Text, "The user.") { Required = true };

    public static readonly BodyShape Create = new(
        "CreateTeam",
        new BodyField("name", FieldKind.Text, "Unique beside its siblings, whatever its case.") { Required = true, Example = "Platform" },
        new BodyField("type", FieldKind.Text, "Fixed for good.") { Required = true, OneOf = Types },
        new BodyField("parentId", FieldKind.Text, "The team above; only an organization stands without one."),
        Description,
        new BodyField("settings", FieldKind.TextMap, "Settings by key.") { TakesScalars = true },
        Details,
        new BodyField("activate", FieldKind.Boolean, "false: a draft, seen by its executives only. true when not given."));

    public static readonly BodyShape Update = new(
        "UpdateTeam", new BodyField("name", FieldKind.Text, "Unique beside its siblings.") { NullIsAbsent = false }, Description, Details);

    public static readonly BodyShape Setting = new(
        "SetTeamSetting", new BodyField("value", FieldKind.Text, "The setting's value.") { Required = true, TakesScalars = true });

    /// <summary>The keys of settings and what they take.</summary>
    public static readonly string SettingsInWords = string.Create(
        CultureInfo.InvariantCulture,
        $"""
        Keys: {TeamSetting.MaxHierarchyDepth.Key} (levels from the organisation, 1 to {TeamSettingEntry.MaxDepthLimit}, only tightens);
        {TeamSetting.AllowSelfRegistration.Key}, {TeamSetting.ApprovalRequired.Key}, {TeamSetting.AutoJoin.Key} (true, false);
        {TeamSetting.DefaultRole.Key} ({TeamRole.Member.Name}, {TeamRole.Observer.Name});
        {TeamSetting.Visibility.Key} ({string.Join(", ", TeamVisibility.All.Select(visibility => visibility.Name))});
        custom.{"{name}"} (text of at most {TeamSetting.MaxCustomValueLength} characters; at most {TeamSetting.MaxCustom} of them).
        """).ReplaceLineEndings(" ");

    public static readonly BodyShape Move = new(
        "MoveTeam",
        new BodyField("newParentId", FieldKind.Text, "The team to stand below, in the same organisation.") { Required = true },
        Note);

    public static readonly BodyShape Step = new("TeamStep", Reason, Note);

    public static readonly BodyShape Archive = new(
        "ArchiveTeam",
        Reason,
        new BodyField("children", FieldKind.Text, "What becomes of the teams below; required where there are any.") { OneOf = ["cascade", "reassign"] },
        new BodyField("reassignTo", FieldKind.Text, "The team that takes them, with reassign."));

    public static readonly BodyShape AddMember = new("AddMember", UserId, Role);
    public static readonly BodyShape ChangeRole = new("ChangeMemberRole", Role);
    public static readonly BodyShape WithReason = new("MemberStep", Reason);
    public static readonly BodyShape WithRole = new("RequestedRole", OptionalRole);

    public static readonly BodyShape BulkMembers = new(
        "BulkMembers",
        new BodyField("items", FieldKind.ObjectList, "Who joins what, as what.")
        {
            Required = true,
            MaxItems = MaxBulkItems,
            Shape = new BodyShape("BulkMember", new BodyField("teamId", FieldKind.Text, "The team.") { Required = true }, UserId, Role with { IsJudgedByItem = true }),
        });

    public static readonly AnswerShape Team = new(
        "Team",
        new AnswerField("id", AnswerKind.Text, "ULID."),
        new AnswerField("slug", AnswerKind.Text, "Short name, unique in the installation."),
        new AnswerField("name", AnswerKind.Text, "As it is shown."),
        new AnswerField("type", AnswerKind.Text, "Fixed for good.") { OneOf = Types },
        new AnswerField("state", AnswerKind.Text, "Where the team stands.") { OneOf = States },
        new AnswerField("parentId", AnswerKind.Text, "The team above.") { Nullable = true },
        new AnswerField("organizationId", AnswerKind.Text, "The organisation it belongs to."),
        new AnswerField("level", AnswerKind.Number, "1 for the organisation; 0 for a team that is gone."),
        new AnswerField("memberCount", AnswerKind.Number, "Active members, as the read model counts them; null in the answer to a command, which has to be the same when it is repeated. Views of the past do not count people who were forgotten since.") { Nullable = true },
        new AnswerField("executives", AnswerKind.TextList, "User ids of the owners."),
        new AnswerField("settings", AnswerKind.TextMap, "Settings of its own, by key."),
        new AnswerField("details", AnswerKind.TextMap, "What is noted about it, by field; the description is one of them."),
        new AnswerField("isInMaintenance", AnswerKind.Boolean, "Work on the team is announced."),
        new AnswerField("isMembershipClosed", AnswerKind.Boolean, "Nobody joins now."),
        new AnswerField("createdAt", AnswerKind.Time, "UTC."),
        new AnswerField("createdBy", AnswerKind.Text, "User id or system:job."),
        new AnswerField("updatedAt", AnswerKind.Time, "UTC."),
        new AnswerField("updatedBy", AnswerKind.Text, "User id or system:job."),
        new AnswerField("archivedAt", AnswerKind.Time, "UTC.") { Nullable = true },
        new AnswerField("archiveReason", AnswerKind.Text, "Why it was archived.") { Nullable = true },
        new AnswerField("version", AnswerKind.Number, "Number of events; also the ETag."));

    public static readonly AnswerShape Moved = new(
        "MovedTeam",
        new AnswerField("team", AnswerKind.Object, "The team at its new place.") { Shape = Team },
        new AnswerField("moved", AnswerKind.TextList, "Ids of all teams that changed their place, itself first."));

    public static readonly AnswerShape Member = new(
        "Member",
        new AnswerField("teamId", AnswerKind.Text, "The team."),
        new AnswerField("userId", AnswerKind.Text, "The user."),
        new AnswerField("role", AnswerKind.Text, "His role there; before he joins, the one he asks for or is invited to.") { OneOf = Roles },
        new AnswerField("state", AnswerKind.Text, "Only active gives anything.") { OneOf = MemberStates },
        new AnswerField("joinedAt", AnswerKind.Time, "UTC; beginning of the newest period.") { Nullable = true },
        new AnswerField("leftAt", AnswerKind.Time, "UTC.") { Nullable = true },
        new AnswerField("invitationExpiresAt", AnswerKind.Time, "UTC; end of an open invitation.") { Nullable = true },
        new AnswerField("version", AnswerKind.Number, "Number of events between the two; also the ETag."),
        new AnswerField("name", AnswerKind.Text, "As the user is shown; in lists only.") { Nullable = true, Optional = true },
        new AnswerField("roles", AnswerKind.ObjectList, "Every role he had, the latest first; not in lists.")
        {
            Optional = true,
            Shape = new AnswerShape(
                "RolePeriod",
                new AnswerField("role", AnswerKind.Text, "The role."),
                new AnswerField("by", AnswerKind.Text, "Who gave it."),
                new AnswerField("at", AnswerKind.Time, "From when, UTC.")),
        });

    public static readonly AnswerShape TreeTeam = new(
        "TreeTeam",
        new AnswerField("id", AnswerKind.Text, "The team."),
        new AnswerField("slug", AnswerKind.Text, "Short name."),
        new AnswerField("name", AnswerKind.Text, "As it is shown."),
        new AnswerField("type", AnswerKind.Text, "Fixed for good.") { OneOf = Types },
        new AnswerField("state", AnswerKind.Text, "Where the team stands.") { OneOf = States },
        new AnswerField("parentId", AnswerKind.Text, "The team above.") { Nullable = true },
        new AnswerField("depth", AnswerKind.Number, "Steps from the team that was asked about."));

    public static readonly AnswerShape TreeTeams = new(
        "TreeTeams", new AnswerField("items", AnswerKind.ObjectList, "Those the caller sees.") { Shape = TreeTeam });

    public static readonly AnswerShape TreeNode = TreeTeam with
    {
        Name = "TeamTree",
        Fields = [.. TreeTeam.Fields, new AnswerField("children", AnswerKind.ObjectList, "The teams below, nested in the same way, by name.") { Recurs = "TeamTree" }],
    };

    public static readonly AnswerShape Statistics = new(
        "HierarchyStatistics",
        new AnswerField("teams", AnswerKind.Number, "Teams in trees."),
        new AnswerField("roots", AnswerKind.Number, "Organisations."),
        new AnswerField("leaves", AnswerKind.Number, "Teams with none below."),
        new AnswerField("maxDepth", AnswerKind.Number, "Levels of the deepest tree; a lone organisation has 1."),
        new AnswerField("warnings", AnswerKind.TextList, "What to look at: that the setting hierarchy_depth_warning is reached. Mostly empty."));

    public static readonly AnswerShape BulkResult = new(
        "BulkMembersResult",
        new AnswerField("results", AnswerKind.ObjectList, "One for each item, in the order sent.")
        {
            Shape = new AnswerShape(
                "BulkMemberResult",
                new AnswerField("teamId", AnswerKind.Text, "As it was sent."),
                new AnswerField("userId", AnswerKind.Text, "As it was sent."),
                new AnswerField("ok", AnswerKind.Boolean, "It was done."),
                new AnswerField("problem", AnswerKind.Object, "Why not.") { Optional = true, Shape = ApiSchemas.ProblemShape }),
        });
}
