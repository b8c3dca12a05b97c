using UmsSti.Domain;
using UmsSti.Server.Http;

namespace UmsSti.Server.Api;

/// <summary>Bodies and answers about permissions and roles, as api.md names them.</summary>
internal static class RightsShapes
{
    /// <summary>Most questions in one bulk request.</summary>
    public const int MaxBulkChecks = 100;

    private static readonly string[] Levels = [.. AccessLevel.All.Select(level => level.Name)];

    private static readonly BodyField Reason = new("reason", FieldKind.Text, "Why; required to take something away.") { MaxLength = UserShapes.MaxReasonLength, MultiLine = true };
    private static readonly BodyField ExpiresAt = new("expiresAt", FieldKind.Time, "From then on it gives nothing.");
    private static readonly BodyField Description = new("description", FieldKind.Text, "What the role is for.") { MaxLength = UserShapes.MaxReasonLength, MultiLine = true };

    public static readonly BodyShape Grant = new(
        "GrantPermission",
        ExpiresAt,
        Reason with { Description = "Why.", Required = true },
        new BodyField("level", FieldKind.Text, "How much it gives; without it the least at which the permission works.") { OneOf = Levels });

    public static readonly BodyShape Revoke = new("Withdraw", Reason);
    public static readonly BodyShape Assign = new("AssignRole", ExpiresAt, Reason);

    public static readonly BodyShape DefineRole = new(
        "DefineRole",
        new BodyField("name", FieldKind.Text, "Unique in its scope; letters a to z, digits, '-' and '_'.") { Required = true, MaxLength = RoleId.MaxNameLength, Example = "release-manager" },
        new BodyField("team", FieldKind.Text, "The team it belongs to; without it a role outside teams."),
        Description,
        new BodyField("kind", FieldKind.Text, "What the role is for; custom when not given.") { OneOf = [.. Domain.Role.Kind.All.Select(kind => kind.Name)] },
        new BodyField("permissions", FieldKind.TextList, "Canonical names.") { Required = true });

    public static readonly BodyShape ChangeRole = new(
        "ChangeRole", Description, new BodyField("permissions", FieldKind.TextList, "The whole set, canonical names.") { NullIsAbsent = false });

    public static readonly BodyShape BulkChecks = new(
        "BulkChecks",
        new BodyField("checks", FieldKind.ObjectList, "The questions.")
        {
            Required = true,
            MaxItems = MaxBulkChecks,
            Shape = new BodyShape(
                "CheckQuestion",
                new BodyField("user", FieldKind.Text, "Who.") { Required = true },
                new BodyField("permission", FieldKind.Text, "Canonical name.") { Required = true },
                new BodyField("team", FieldKind.Text, "Where; without it outside teams.")),
        });

    private static readonly AnswerField[] GivenFields =
    [
        new("state", AnswerKind.Text, "Only active gives anything."),
        new("expiresAt", AnswerKind.Time, "From then on it gives nothing, UTC.") { Nullable = true },
        new("by", AnswerKind.Text, "Who gave it."),
        new("at", AnswerKind.Time, "UTC."),
        new("version", AnswerKind.Number, "Events of its stream; also the ETag."),
    ];

    private static readonly AnswerField UserId = new("userId", AnswerKind.Text, "Whom it is given to.");
    private static readonly AnswerField TeamId = new("teamId", AnswerKind.Text, "Where; null outside teams.") { Nullable = true };

    public static readonly AnswerShape Given = new(
        "Grant",
        [UserId, TeamId, new AnswerField("permission", AnswerKind.Text, "Canonical name."), new AnswerField("level", AnswerKind.Text, "How much it gives.") { OneOf = Levels }, .. GivenFields]);

    public static readonly AnswerShape Assignment = new(
        "RoleAssignment", [UserId, TeamId, new AnswerField("role", AnswerKind.Text, "Its name in the scope."), .. GivenFields]);

    public static readonly AnswerShape Role = new(
        "Role",
        new AnswerField("id", AnswerKind.Text, "Scope and name."),
        new AnswerField("name", AnswerKind.Text, "Unique in its scope."),
        TeamId,
        new AnswerField("kind", AnswerKind.Text, "What the role is for."),
        new AnswerField("description", AnswerKind.Text, "In words.") { Nullable = true },
        new AnswerField("permissions", AnswerKind.TextList, "Canonical names, sorted."),
        new AnswerField("isRetired", AnswerKind.Boolean, "Its assignments give nothing any more."),
        new AnswerField("definedAt", AnswerKind.Time, "UTC."),
        new AnswerField("definedBy", AnswerKind.Text, "Who defined it."),
        new AnswerField("version", AnswerKind.Number, "Number of events; also the ETag."));

    public static readonly AnswerShape RoleListed = Role with { Name = "ListedRole", Fields = [.. Role.Fields.Where(field => field.Name != "kind")] };

    private static readonly AnswerField[] CheckFields =
    [
        new("allowed", AnswerKind.Boolean, "He may."),
        new("accessType", AnswerKind.Text, "By what; null for a denial.") { Nullable = true, OneOf = ["explicit", "role", "grant", "system-bypass"] },
        new("position", AnswerKind.Number, "The position of the log it rests on."),
    ];

    public static readonly AnswerShape Check = new("Check", CheckFields);

    public static readonly AnswerShape Explanation = new(
        "Explanation",
        [
            .. CheckFields,
            new AnswerField("reason", AnswerKind.Text, "The kind of fact that decided, or that is missing."),
            new AnswerField("detail", AnswerKind.Text, "In one sentence."),
            new AnswerField("facts", AnswerKind.ObjectList, "What was looked at, in order.")
            {
                Shape = new AnswerShape(
                    "LookedAtFact",
                    new AnswerField("fact", AnswerKind.Text, "Its kind."),
                    new AnswerField("value", AnswerKind.Text, "The state, role or permission it is.") { Nullable = true },
                    new AnswerField("teamId", AnswerKind.Text, "Where.") { Nullable = true },
                    new AnswerField("finding", AnswerKind.Text, "What came of it.") { OneOf = ["allows", "denies", "passes", "ran-out"] },
                    new AnswerField("event", AnswerKind.Object, "What made it so; null for what holds without an event.") { Nullable = true, Shape = Evidence() }),
            },
            new AnswerField("missing", AnswerKind.ObjectList, "For a denial the fewest steps that would turn it.")
            {
                Shape = new AnswerShape(
                    "MissingStep",
                    new AnswerField("step", AnswerKind.Text, "What would have to be done."),
                    new AnswerField("permission", AnswerKind.Text, "The permission to grant.") { Nullable = true },
                    new AnswerField("teamId", AnswerKind.Text, "Where.") { Nullable = true },
                    new AnswerField("role", AnswerKind.Text, "The role to join with.") { Nullable = true },
                    new AnswerField("state", AnswerKind.Text, "The state that is in the way.") { Nullable = true }),
            },
        ]);

    public static readonly AnswerShape Effective = new(
        "EffectivePermissions",
        UserId,
        TeamId,
        new AnswerField("roles", AnswerKind.TextList, "Roles given to him there."),
        new AnswerField("permissions", AnswerKind.ObjectList, "By name.")
        {
            Shape = new AnswerShape(
                "HeldPermission",
                new AnswerField("permission", AnswerKind.Text, "Canonical name."),
                new AnswerField("sources", AnswerKind.ObjectList, "Everything that gives it.")
                {
                    Shape = new AnswerShape(
                        "PermissionSource",
                        new AnswerField("kind", AnswerKind.Text, "type-default, team-role, grant, role or system-bypass."),
                        new AnswerField("name", AnswerKind.Text, "The type, role or permission that brings it."),
                        new AnswerField("expiresAt", AnswerKind.Time, "UTC.") { Nullable = true }),
                }),
        },
        new AnswerField("position", AnswerKind.Number, "The position of the log it rests on."));

    public static readonly AnswerShape Permissions = new(
        "Permissions",
        new AnswerField("items", AnswerKind.ObjectList, "Every permission there is.")
        {
            Shape = new AnswerShape(
                "Permission",
                new AnswerField("name", AnswerKind.Text, "Canonical name."),
                new AnswerField("scope", AnswerKind.Text, "Where it is held.") { OneOf = ["global", "team"] },
                new AnswerField("teamRoles", AnswerKind.TextList, "The team roles that bring it, lowest first.")),
        });

    public static readonly AnswerShape BulkCheckResult = new(
        "BulkCheckResult",
        new AnswerField("results", AnswerKind.ObjectList, "One for each question, in the order sent.")
        {
            Shape = new AnswerShape(
                "BulkCheck",
                new AnswerField("user", AnswerKind.Text, "As it was sent."),
                new AnswerField("permission", AnswerKind.Text, "As it was sent."),
                new AnswerField("team", AnswerKind.Text, "As it was sent.") { Nullable = true },
                new AnswerField("allowed", AnswerKind.Boolean, "He may.") { Optional = true },
                new AnswerField("accessType", AnswerKind.Text, "By what.") { Nullable = true, Optional = true },
                new AnswerField("problem", AnswerKind.Object, "Why there is no answer.") { Optional = true, Shape = ApiSchemas.ProblemShape }),
        });

    public static readonly AnswerShape MatrixRow = new(
        "MatrixRow",
        new AnswerField("userId", AnswerKind.Text, "A member."),
        new AnswerField("name", AnswerKind.Text, "As he is shown.") { Nullable = true },
        new AnswerField("role", AnswerKind.Text, "His role in the team."),
        new AnswerField("state", AnswerKind.Text, "Only active gives anything."),
        new AnswerField("permissions", AnswerKind.TextList, "What he holds in the team, sorted."));

    public static readonly AnswerShape Isolation = new(
        "IsolationReport",
        new AnswerField("teams", AnswerKind.Number, "Teams looked at."),
        new AnswerField("users", AnswerKind.Number, "Users looked at."),
        new AnswerField("systemUsers", AnswerKind.Number, "Those who pass every check, recorded each time."),
        new AnswerField("memberships", AnswerKind.Number, "Active ones."),
        new AnswerField("usersInSeveralTeams", AnswerKind.Number, "Members of more than one team, each by a membership of that team."),
        new AnswerField("teamsWithoutMembers", AnswerKind.Number, "Teams nobody is a member of."),
        new AnswerField("violations", AnswerKind.ObjectList, "Rights without a membership of that very team; must be none.")
        {
            Shape = new AnswerShape(
                "IsolationViolation",
                new AnswerField("rule", AnswerKind.Text, "The rule that is broken."),
                new AnswerField("kind", AnswerKind.Text, "permission or role."),
                UserId,
                TeamId,
                new AnswerField("subject", AnswerKind.Text, "The permission or role."),
                new AnswerField("position", AnswerKind.Number, "Of the event that made it so.")),
        });

    private static AnswerShape Evidence() => new(
        "Evidence",
        new AnswerField("position", AnswerKind.Number, "Place in the log."),
        new AnswerField("stream", AnswerKind.Text, "The stream it is in."),
        new AnswerField("type", AnswerKind.Text, "The event's stable name."),
        new AnswerField("actorId", AnswerKind.Text, "Who caused it."),
        new AnswerField("at", AnswerKind.Time, "UTC."));
}
