using UmsSti.Domain;
using UmsSti.Server.Http;

namespace UmsSti.Server.Api;

/// <summary>Bodies and answers about users, as api.md names them.</summary>
internal static class UserShapes
{
    public const int MaxReasonLength = 500;

    /// <summary>Most users in one bulk request.</summary>
    public const int MaxBulkIds = 100;

    public static readonly string[] Types = [.. UserType.All.Select(type => type.Name)];
    public static readonly string[] States = [.. UserState.All.Select(state => state.Name)];
    public static readonly string[] Sorts = [.. new[] { "createdAt", "name", "lastLoginAt" }.SelectMany(field => new[] { field, "-" + field })];
    public static readonly string[] BulkActions = ["activate", "deactivate", "suspend", "unsuspend", "archive"];

    private static readonly BodyField Profile = new("profile", FieldKind.TextMap, "What the user says about himself; null clears a field.")
    {
        Keys = [.. ProfileField.All.Select(field => field.Key)],
        MultiLine = true,
    };

    private static readonly BodyField Reason = new("reason", FieldKind.Text, "Why; required where the state machine says so.") { MaxLength = MaxReasonLength, MultiLine = true };
    private static readonly BodyField Note = new("note", FieldKind.Text, "What the review found; goes with the reason.") { MaxLength = MaxReasonLength, MultiLine = true };

    public static readonly BodyShape Register = new(
        "RegisterUser",
        new BodyField("email", FieldKind.Text, "Unique whatever its case.") { Required = true, MaxLength = 254, Example = "ada@example.org" },
        new BodyField("name", FieldKind.Text, "As it is shown.") { Required = true, MaxLength = 255, Example = "Ada Lovelace" },
        new BodyField("type", FieldKind.Text, "Fixed for good.") { Required = true, OneOf = Types },
        new BodyField("password", FieldKind.Text, "12 characters (admin and system 14) of all four classes.") { Secret = true, MaxLength = Authentication.PasswordPolicy.MaxLength },
        Profile,
        new BodyField("activate", FieldKind.Boolean, "Active at once; takes users.activate."));

    public static readonly BodyShape Update = new(
        "UpdateUser",
        new BodyField("name", FieldKind.Text, "As it is shown.") { MaxLength = 255, NullIsAbsent = false },
        Profile,
        new BodyField("preferences", FieldKind.TextMap, "Settings of the user; null removes a key.") { MultiLine = true });

    public static readonly BodyShape StateChange = new("StateChange", Reason, Note);

    public static readonly BodyShape Suspend = new(
        "Suspend", Reason, Note, new BodyField("until", FieldKind.Time, "When the suspension ends by itself."));

    public static readonly BodyShape ChangeEmail = new(
        "ChangeEmail",
        new BodyField("newEmail", FieldKind.Text, "To be confirmed by its owner.") { Required = true, MaxLength = 254 },
        new BodyField("currentPassword", FieldKind.Text, "Required for one's own address.") { Secret = true });

    public static readonly BodyShape VerifyEmail = new(
        "VerifyEmail", new BodyField("token", FieldKind.Text, "From the verification message.") { Required = true, Secret = true });

    public static readonly BodyShape ActiveTeam = new(
        "SetActiveTeam", new BodyField("teamId", FieldKind.Text, "A team the user is an active member of.") { Required = true });

    public static readonly BodyShape Bulk = new(
        "BulkUsers",
        new BodyField("action", FieldKind.Text, "What to do with each.") { Required = true, OneOf = BulkActions },
        new BodyField("ids", FieldKind.TextList, "User ids.") { Required = true, MaxItems = MaxBulkIds },
        Reason);

    public static readonly AnswerShape User = new(
        "User",
        new AnswerField("id", AnswerKind.Text, "UUID v7, for system users a number."),
        new AnswerField("type", AnswerKind.Text, "Fixed for good.") { OneOf = Types },
        new AnswerField("state", AnswerKind.Text, "Where the user stands.") { OneOf = States },
        new AnswerField("subState", AnswerKind.Text, "Where in the machine of his type.") { OneOf = [.. SubState.All.Select(state => state.Name)] },
        new AnswerField("email", AnswerKind.Text, "[ANONYMIZED] after erasure."),
        new AnswerField("emailVerified", AnswerKind.Boolean, "The owner has confirmed the address."),
        new AnswerField("name", AnswerKind.Text, "[ANONYMIZED] after erasure."),
        new AnswerField("profile", AnswerKind.TextMap, "What the user says about himself."),
        new AnswerField("preferences", AnswerKind.TextMap, "Settings of the user."),
        new AnswerField("activeTeamId", AnswerKind.Text, "The team he works for now.") { Nullable = true },
        new AnswerField("createdAt", AnswerKind.Time, "UTC."),
        new AnswerField("createdBy", AnswerKind.Text, "User id, anonymous, or system:job."),
        new AnswerField("updatedAt", AnswerKind.Time, "UTC."),
        new AnswerField("updatedBy", AnswerKind.Text, "User id, anonymous, or system:job."),
        new AnswerField("lastLoginAt", AnswerKind.Time, "UTC; null before the first sign-in and in views of the past.") { Nullable = true },
        new AnswerField("version", AnswerKind.Number, "Number of events; also the ETag."));

    public static readonly AnswerShape UserWithIncludes = User with
    {
        Name = "UserDetails",
        Fields =
        [
            .. User.Fields,
            new AnswerField("permissions", AnswerKind.TextList, "With include=permissions: what he holds outside teams.") { Optional = true },
            new AnswerField("teams", AnswerKind.TextList, "With include=teams: ids of the teams he is an active member of.") { Optional = true },
        ],
    };

    public static readonly AnswerShape Event = new(
        "Event",
        new AnswerField("position", AnswerKind.Number, "Place in the log, from 1, without gaps."),
        new AnswerField("stream", AnswerKind.Text, "The stream it is in."),
        new AnswerField("version", AnswerKind.Number, "Place in the stream, from 0."),
        new AnswerField("type", AnswerKind.Text, "The event's stable name."),
        new AnswerField("data", AnswerKind.FreeObject, "The event's body; personal fields of erased people read [ANONYMIZED]."),
        new AnswerField("actorId", AnswerKind.Text, "Who caused it."),
        new AnswerField("at", AnswerKind.Time, "UTC."),
        new AnswerField("hash", AnswerKind.Text, "Link of the hash chain, SHA-256 in hexadecimal."));

    public static readonly AnswerShape TimelineEntry = new(
        "TimelineEntry",
        new AnswerField("at", AnswerKind.Time, "UTC."),
        new AnswerField("kind", AnswerKind.Text, "state, profile, permission, membership or session."),
        new AnswerField("text", AnswerKind.Text, "What happened, for people."),
        new AnswerField("type", AnswerKind.Text, "The event's stable name."),
        new AnswerField("actorId", AnswerKind.Text, "Who caused it."),
        new AnswerField("detail", AnswerKind.FreeObject, "What the event said."));

    public static readonly AnswerShape BulkResult = new(
        "BulkResult",
        new AnswerField("results", AnswerKind.ObjectList, "One for each id, in the order sent.")
        {
            Shape = new AnswerShape(
                "BulkItem",
                new AnswerField("id", AnswerKind.Text, "As it was sent."),
                new AnswerField("ok", AnswerKind.Boolean, "It was done."),
                new AnswerField("problem", AnswerKind.Object, "Why not.") { Optional = true, Shape = ApiSchemas.ProblemShape }),
        });

    public static readonly AnswerShape Registered = new(
        "RegistrationReceived", new AnswerField("status", AnswerKind.Text, "Always received, whether or not the address is known."));
}
