namespace UmsSti.Application

open System
open System.Threading
open System.Threading.Tasks
open UmsSti.Domain
open UmsSti.Kernel

/// Judges callers and keeps the facts of it: denials and bypasses are in the activity log before the answer leaves (PE-05, PE-31).
[<Sealed>]
type internal Guard private (wiring: Wiring, load: UserId -> TeamId list -> CancellationToken -> Task<Principal>) =
    /// The teams a requirement looks at.
    let rec teamsOf requirement =
        match requirement with
        | Requirement.Holds(_, Scope.Team team) -> [ team ]
        | Requirement.Holds(_, (Scope.Global | Scope.OfUser _))
        | Requirement.SelfRegistration
        | Requirement.OwnerOr _
        | Requirement.Owner _ -> []
        | Requirement.Both(first, second)
        | Requirement.Either(first, second) -> teamsOf first @ teamsOf second

    let scopeText scope =
        match scope with
        | Scope.Global -> "global"
        | Scope.OfUser user -> user.Value
        | Scope.Team team -> team.Value

    let rec asked requirement =
        match requirement with
        | Requirement.SelfRegistration -> struct ("self-registration", "global")
        | Requirement.Holds(permission, scope) -> struct (permission.Name, scopeText scope)
        | Requirement.OwnerOr(owner, permission) -> struct (permission.Name, owner.Value)
        | Requirement.Owner owner -> struct ("owner", owner.Value)
        | Requirement.Both(first, _)
        | Requirement.Either(first, _) -> asked first

    let refusalOf missing =
        match missing with
        | Missing.Authentication -> Refusals.unauthenticated
        | Missing.ActiveState _ -> { Refusals.forbidden "active account" "" with Detail = missing.Message }
        // Outsiders do not learn that there is such a team (api.md, Teams).
        | Missing.Membership _ -> Refusals.notFound "team"
        | Missing.OpenTeam(team, _) -> { Refusals.forbidden "team.view" team.Value with Detail = missing.Message }
        | Missing.TeamContext permission -> { Refusals.forbidden permission.Name "" with Detail = missing.Message }
        | Missing.Permission(permission, scope) ->
            { Refusals.forbidden permission.Name (scopeText scope) with Detail = missing.Message }
        | Missing.Ownership owner -> { Refusals.forbidden "owner" owner.Value with Detail = missing.Message }

    /// Strangers have no key, and a purged user has none left: what they sent is not kept rather than kept readable.
    let sealer principal =
        match principal with
        | Principal.Known who when who.State <> UserState.Purged -> who.Id.Value
        | Principal.Known _
        | Principal.Anonymous -> ""

    let record (envelope: Envelope) principal (event: Access.Events.Event) ct =
        let context = { Context.about "" envelope.CorrelationId envelope with ClientSubject = sealer principal }
        wiring.AccessDecisions.AppendFacts(context, AccessDecisionStream.streamId envelope.Actor, [| event |], ct)

    let deny (envelope: Envelope) operation principal requirement missing ct : Task<Refusal voption> =
        task {
            let struct (permission, scope) =
                match missing with
                | Missing.Permission(permission, scope) -> struct (permission.Name, scopeText scope)
                | Missing.Authentication
                | Missing.ActiveState _
                | Missing.Membership _
                | Missing.OpenTeam _
                | Missing.TeamContext _
                | Missing.Ownership _ -> asked requirement

            let! _ =
                record
                    envelope
                    principal
                    (Access.Events.AccessDenied
                        { Operation = operation; Permission = permission; Scope = scope; At = envelope.Now })
                    ct

            return ValueSome(refusalOf missing)
        }

    let firstDenial now principal requirements =
        requirements
        |> List.tryPick (fun requirement ->
            match Authorization.judge now principal requirement with
            | Decision.Denied missing -> Some(requirement, missing)
            | Decision.Allowed _ -> None)

    let bypass (envelope: Envelope) operation principal requirement ct =
        let struct (permission, scope) = asked requirement

        record
            envelope
            principal
            (Access.Events.SystemBypass { Operation = operation; Permission = permission; Scope = scope; At = envelope.Now })
            ct

    let judge (envelope: Envelope) operation principal (requirements: Requirement list) ct : Task<Refusal voption> =
        task {
            match firstDenial envelope.Now principal requirements with
            | Some(requirement, missing) -> return! deny envelope operation principal requirement missing ct
            | None ->
                for each in requirements do
                    if Authorization.judge envelope.Now principal each = Decision.Allowed Fact.SystemBypass then
                        let! _ = bypass envelope operation principal each ct
                        ()

                return ValueNone
        }

    /// Folds who callers are: nothing it says rests on a read model. For commands.
    static member OfStreams(wiring: Wiring) =
        let principals = PrincipalLoader wiring
        Guard(wiring, fun id teams ct -> principals.Load(id, teams, ct))

    /// Takes callers from the index where it has everything the log has, which is as strong as folding them, and folds them where it
    /// has not: nobody waits. For readers.
    static member OfIndex(wiring: Wiring) =
        let principals = PrincipalLoader wiring

        Guard(
            wiring,
            fun id teams ct ->
                match wiring.Principals.Find(id, wiring.Events.Head) with
                | ValueSome(struct (principal, _)) -> Task.FromResult principal
                | ValueNone -> principals.Load(id, teams, ct)
        )

    /// The teams that requirements look at.
    member _.TeamsOf(requirements: Requirement list) = requirements |> List.collect teamsOf |> List.distinct

    /// The first requirement that does not hold, and what is missing.
    member _.FirstDenial(now: DateTimeOffset, principal, requirements: Requirement list) = firstDenial now principal requirements

    /// What a caller is told who lacks something.
    member _.RefusalOf(missing: Missing) = refusalOf missing

    /// Records a denial; the refusal that goes with it.
    member _.Deny(envelope, operation: string, principal, requirement, missing, ct: CancellationToken) : Task<Refusal voption> =
        deny envelope operation principal requirement missing ct

    /// Who a caller is now; an id nobody is registered under is nobody.
    member this.Principal(actor: string, ct: CancellationToken) : Task<Principal> = this.PrincipalIn(actor, [], ct)

    /// Who a caller is now, also in the teams named.
    member _.PrincipalIn(actor: string, teams: TeamId list, ct: CancellationToken) : Task<Principal> =
        match UserId.TryParse actor with
        | true, id -> load id teams ct
        | false, _ -> Task.FromResult Principal.Anonymous

    /// Whether the actor counts as a system user in decisions.
    member this.IsSystem(actor: string, ct) : Task<bool> =
        task {
            if Actors.isSystem actor then
                return true
            else
                match! this.Principal(actor, ct) with
                | Principal.Known who -> return who.Type = UserType.System
                | Principal.Anonymous -> return false
        }

    /// All requirements must hold. None when they do; else the refusal, already recorded. A bypass is recorded as well.
    member this.RequireAll(envelope: Envelope, operation, requirements: Requirement list, ct) : Task<Refusal voption> =
        task {
            if Actors.isSystem envelope.Actor then
                let! _ = bypass envelope operation Principal.Anonymous requirements.Head ct
                return ValueNone
            else
                let! principal = this.PrincipalIn(envelope.Actor, this.TeamsOf requirements, ct)
                return! judge envelope operation principal requirements ct
        }

    /// One of the alternatives suffices; a denial names the last of them.
    member this.RequireAny(envelope: Envelope, operation, requirements: Requirement list, ct) : Task<Refusal voption> =
        task {
            let! principal = this.PrincipalIn(envelope.Actor, this.TeamsOf requirements, ct)

            let passes requirement =
                match Authorization.judge envelope.Now principal requirement with
                | Decision.Allowed _ -> true
                | Decision.Denied _ -> false

            let chosen = requirements |> List.tryFind passes |> Option.defaultWith (fun () -> List.last requirements)

            if Actors.isSystem envelope.Actor then
                return! this.RequireAll(envelope, operation, [ chosen ], ct)
            else
                return! judge envelope operation principal [ chosen ] ct
        }

    /// Judges a command by the rules of its kind. When it may be carried out: what was asked of the caller.
    member this.MayCommand
        (envelope: Envelope, operation: string, command: ValidCommand, ct)
        : Task<Result<Requirement list, Refusal>> =
        task {
            let! target =
                match command with
                | ValidCommand.OfUser(id, _)
                | ValidCommand.ChangeEmail(id, _) -> wiring.LoadUser(id, ct)
                | ValidCommand.Register _
                | ValidCommand.VerifyEmail _
                | ValidCommand.OfTeams _ -> Task.FromResult User.Fold.initial

            let requirements = Rules.command command target

            match! this.RequireAll(envelope, operation, requirements, ct) with
            | ValueNone -> return Ok requirements
            | ValueSome refusal -> return Error refusal
        }
