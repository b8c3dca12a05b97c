using Microsoft.FSharp.Core;
using UmsSti.Domain;
using UmsSti.Domain.User;
using UmsSti.ReadModels.History;

namespace UmsSti.Projections.History;

/// <summary>Where a user stands: from rows to the domain's fold and back.</summary>
internal static class UserStanding
{
    /// <summary>Where he stands after an event; null before he is registered.</summary>
    public static Standing? After(StandingRow? before, Events.Event fact) =>
        StandingModule.after(before is null ? null : FSharpOption<Standing>.Some(ToStanding(before)), fact)?.Value;

    public static StandingRow ToRow(this Standing standing) =>
        new(standing.Type.Name, standing.SubState.Name, standing.RegisteredAt, standing.ActivatedAt?.Value);

    private static Standing ToStanding(StandingRow row) => new(
        UserType.TryParse(row.UserType, out var type) ? type : throw new InvalidOperationException($"'{row.UserType}' is no type of user."),
        SubState.TryParse(row.SubState, out var subState) ? subState : throw new InvalidOperationException($"'{row.SubState}' is no sub-state."),
        row.RegisteredAt,
        row.ActivatedAt is { } at ? FSharpOption<DateTimeOffset>.Some(at) : null);
}
