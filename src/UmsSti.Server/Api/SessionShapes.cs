using UmsSti.Server.Http;

namespace UmsSti.Server.Api;

/// <summary>Bodies and answers about signing in.</summary>
internal static class SessionShapes
{
    public static readonly BodyShape LogIn = new(
        "LogIn",
        new BodyField("email", FieldKind.Text, "The account's address.") { Required = true, MaxLength = 254 },
        new BodyField("password", FieldKind.Text, "The account's password.") { Required = true, Secret = true });

    public static readonly AnswerShape Opened = new(
        "SessionOpened",
        new AnswerField("token", AnswerKind.Text, "The bearer token; shown this once."),
        new AnswerField("sessionId", AnswerKind.Text, "Names the session; no secret."),
        new AnswerField("userId", AnswerKind.Text, "Whose it is."),
        new AnswerField("expiresAt", AnswerKind.Time, "It ends then, whatever happens."));

    public static readonly AnswerShape Session = new(
        "Session",
        new AnswerField("id", AnswerKind.Text, "Names the session; no secret."),
        new AnswerField("userId", AnswerKind.Text, "Whose it is."),
        new AnswerField("createdAt", AnswerKind.Time, "UTC."),
        new AnswerField("expiresAt", AnswerKind.Time, "UTC."),
        new AnswerField("current", AnswerKind.Boolean, "This request came with it."));

    public static readonly AnswerShape Me = new(
        "Me",
        new AnswerField("id", AnswerKind.Text, "User id."),
        new AnswerField("type", AnswerKind.Text, "standard, admin or system."),
        new AnswerField("state", AnswerKind.Text, "Where the user stands."),
        new AnswerField("email", AnswerKind.Text, "The account's address."),
        new AnswerField("name", AnswerKind.Text, "As it is shown."),
        new AnswerField("roles", AnswerKind.TextList, "Names of the roles he was given outside teams."),
        new AnswerField("permissions", AnswerKind.TextList, "What he holds outside teams, by whatever gives it."),
        new AnswerField("sessionId", AnswerKind.Text, "The session this request came with."),
        new AnswerField("expiresAt", AnswerKind.Time, "When that session ends."));
}
