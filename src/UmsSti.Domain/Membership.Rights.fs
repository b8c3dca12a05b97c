namespace UmsSti.Domain.Membership

open UmsSti.Domain

/// What a member is given inside his team besides his role (FS-50, FS-54).
[<RequireQualifiedAccess>]
module Giving =
    /// As what somebody is let in to whom a role of the team is assigned while he is no member (PE-23).
    let entryRole = TeamRole.Member

    /// Whether a command lets its subject in first (PE-23).
    let needsEntry command state =
        match command, state with
        | Rights.Command.OnRole(_, Rights.RoleCommand.Assign _), Fold.Initial -> true
        | Rights.Command.OnRole(_, Rights.RoleCommand.Assign _), Fold.Known membership -> membership.State.IsClosed
        | _ -> false

    /// The answer to a command about his rights in the team and the events it adds. The membership itself decides whether he may be
    /// given anything and at what rank he stands; what the context says about that is not looked at.
    let decide (context: Rights.Context) (subjectIsActive: bool) command state : Rights.Decisions.Outcome * Events.Event[] =
        let isActive, rank, rights =
            match state with
            | Fold.Known membership -> membership.State = MembershipState.Active, membership.Role.Rank, membership.Rights
            | Fold.Initial -> false, 0, Rights.Fold.initial

        let context =
            { context with
                SubjectIsActive = isActive && subjectIsActive
                Granter = { context.Granter with TargetRank = rank } }

        let outcome, events = Rights.Decisions.decide context command rights
        outcome, Array.map Events.Rights events
