namespace UmsSti.Domain.Team

open System
open UmsSti.Domain

/// The state of a team and nothing else of it: for a reader who judges rights and shows no teams.
[<RequireQualifiedAccess>]
module Standing =
    let private folded state : Fold.State =
        Fold.Created
            { Type = TeamType.Organization
              State = state
              ArrivedBy = ""
              Name = ""
              Slug = ""
              ParentId = None
              OrganizationId = ""
              Fields = Map.empty
              Settings = Map.empty
              Executives = Set.empty
              IsInMaintenance = false
              IsMembershipClosed = false
              CreatedAt = DateTimeOffset.MinValue
              CreatedBy = ""
              UpdatedAt = DateTimeOffset.MinValue
              UpdatedBy = ""
              ArchivedAt = None
              ArchivedBy = None
              ArchiveReason = None }

    /// The state after an event, by the same fold as everybody's; none before the team is created.
    let after (before: TeamState voption) event : TeamState voption =
        let state =
            match before with
            | ValueSome state -> folded state
            | ValueNone -> Fold.initial

        match Fold.evolve state event with
        | Fold.Created team -> ValueSome team.State
        | Fold.Initial -> ValueNone
