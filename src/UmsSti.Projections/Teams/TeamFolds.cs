using System.Collections.Immutable;
using Microsoft.FSharp.Collections;
using Microsoft.FSharp.Core;
using UmsSti.Domain;
using UmsSti.Domain.Team;
using UmsSti.ReadModels.Teams;
using UmsSti.ReadModels.Users;

namespace UmsSti.Projections.Teams;

/// <summary>A team's row and the domain's fold of it: from one to the other and back.</summary>
internal static class TeamFolds
{
    public static Fold.State Of(TeamDraft team) => team.State.Length == 0
        ? Fold.initial
        : Fold.State.NewCreated(new Fold.Details(
            TeamType.TryParse(team.Type, out var type) ? type : throw new InvalidOperationException($"'{team.Type}' is no type of team."),
            TeamState.TryParse(team.State, out var state) ? state : throw new InvalidOperationException($"'{team.State}' is no state of a team."),
            "", // which event led to the state tells retries apart, and there are none here
            team.Name, team.Slug, Optional(team.ParentId), team.OrganizationId, MapOf(team.Details), MapOf(team.Settings),
            SetModule.OfSeq(team.Executives), team.IsInMaintenance, team.IsMembershipClosed, team.CreatedAt, team.CreatedBy,
            team.UpdatedAt, team.UpdatedBy, team.ArchivedAt is { } at ? FSharpOption<DateTimeOffset>.Some(at) : null,
            Optional(team.ArchivedBy), Optional(team.ArchiveReason)));

    /// <summary>Everything but the place in the tree and the settings, which remember who set them.</summary>
    public static void Put(TeamDraft team, Fold.Details after)
    {
        (team.Type, team.State, team.Name, team.Slug) = (after.Type.Name, after.State.Name, after.Name, after.Slug);
        team.OrganizationId = after.OrganizationId;
        team.Details = after.Fields.Aggregate(TextMap.Empty, (map, field) => map.With(field.Key, field.Value));
        team.Executives = ImmutableSortedSet.CreateRange(StringComparer.Ordinal, after.Executives);
        (team.IsInMaintenance, team.IsMembershipClosed) = (after.IsInMaintenance, after.IsMembershipClosed);
        (team.CreatedAt, team.CreatedBy, team.UpdatedAt, team.UpdatedBy) = (after.CreatedAt, after.CreatedBy, after.UpdatedAt, after.UpdatedBy);
        (team.ArchivedAt, team.ArchivedBy, team.ArchiveReason) = (after.ArchivedAt?.Value, after.ArchivedBy?.Value, after.ArchiveReason?.Value);
    }

    private static FSharpMap<string, string> MapOf(TextMap texts) => MapModule.OfSeq(texts.Values.Select(pair => Tuple.Create(pair.Key, pair.Value)));

    private static FSharpOption<string>? Optional(string? text) => text is null ? null : FSharpOption<string>.Some(text);
}
