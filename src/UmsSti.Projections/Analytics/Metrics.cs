using UmsSti.Domain;
using UmsSti.ReadModels.Analytics;

namespace UmsSti.Projections.Analytics;

/// <summary>A figure by day: its stable name, whether it counts or measures, and what (RE-31, RE-32).</summary>
/// <param name="Name">As the API and the rows know it.</param>
/// <param name="Kind"><c>counter</c> or <c>timer</c>; the value of a timer is the mean of its day.</param>
/// <param name="Unit">Unit of the value.</param>
/// <param name="Meaning">One sentence.</param>
public sealed record Metric(string Name, string Kind, string Unit, string Meaning);

/// <summary>Every metric there is.</summary>
public static class Metrics
{
    internal const string Registrations = "users.registrations.total";
    internal const string Activations = "users.activations.total";
    internal const string ActivationTime = "users.activation_time_minutes";
    internal const string LogIns = "users.logins.total";
    internal const string FailedLogIns = "users.logins.failed";
    internal const string Sessions = "users.active.sessions";
    internal const string Actions = "users.active.actions";
    internal const string TeamsCreated = "teams.created.total";
    internal const string TeamsWithParent = "teams.created.with_parent";
    internal const string TeamsAtRoot = "teams.created.root_level";
    internal const string MembersAdded = "teams.members.added.total";
    internal const string Denials = "access.denials.total";
    internal const string Bypasses = "access.bypasses.total";

    /// <summary>All of them, by name.</summary>
    public static readonly IReadOnlyList<Metric> All =
    [
        .. new[]
        {
            new Metric(Registrations, "counter", "users", "Users registered."),
            new Metric(ByType("standard"), "counter", "users", "Standard users registered."),
            new Metric(ByType("admin"), "counter", "users", "Admins applied for."),
            new Metric(ByType("system"), "counter", "users", "System users made."),
            new Metric(BySource("web"), "counter", "users", "Users who registered themselves."),
            new Metric(BySource("admin_panel"), "counter", "users", "Users registered by another user."),
            new Metric(BySource("system"), "counter", "users", "Users registered by the program or its command line."),
            new Metric(Activations, "counter", "users", "Users active for the first time."),
            new Metric(ByActivation("email"), "counter", "users", "Active by a confirmed address."),
            new Metric(ByActivation("admin"), "counter", "users", "Active by the hand of a person, approvals included."),
            new Metric(ByActivation("auto"), "counter", "users", "Active by a rule or job."),
            new Metric(ActivationTime, "timer", "minutes", "From registration to the first activation, of users activated on the day."),
            new Metric(LogIns, "counter", "sign-ins", "Sign-ins."),
            new Metric(ByLogIn("password"), "counter", "sign-ins", "Sign-ins by password."),
            new Metric(ByLogIn("token"), "counter", "sign-ins", "Sign-ins by token."),
            new Metric(ByLogIn("sso"), "counter", "sign-ins", "Sign-ins by single sign-on."),
            new Metric(FailedLogIns, "counter", "sign-ins", "Sign-ins that failed."),
            new Metric(AnalyticsRows.ActiveUsers, "counter", "users", "Different users who signed in or acted on the day."),
            new Metric(Sessions, "counter", "sessions", "Sessions opened by them."),
            new Metric(Actions, "counter", "facts", "Facts of users' streams they are the actor of."),
            new Metric(TeamsCreated, "counter", "teams", "Teams created."),
            new Metric(TeamsWithParent, "counter", "teams", "Teams created below another."),
            new Metric(TeamsAtRoot, "counter", "teams", "Organisations created."),
            new Metric(MembersAdded, "counter", "members", "People who became members of a team."),
            new Metric(Denials, "counter", "requests", "Requests denied for want of a right."),
            new Metric(Bypasses, "counter", "requests", "Checks passed by system users."),
        }
        .Concat(TeamRole.All.Select(role => new Metric(ByRole(role.Name), "counter", "members", $"People who became members as {role.Name}.")))
        .OrderBy(metric => metric.Name, StringComparer.Ordinal),
    ];

    /// <summary>The metric of a name, or null.</summary>
    public static Metric? Find(string name) => All.FirstOrDefault(metric => metric.Name == name);

    internal static string ByType(string type) => "users.registrations.by_type." + type;

    internal static string BySource(string source) => "users.registrations.by_source." + source;

    internal static string ByRole(string role) => "teams.members.added.by_role." + role;

    internal static string ByActivation(string method) => "users.activations.by_method." + method;

    internal static string ByLogIn(string method) => "users.logins.by_method." + method;
}
