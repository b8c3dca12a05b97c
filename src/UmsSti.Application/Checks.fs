namespace UmsSti.Application

open System
open System.Collections.Generic
open System.Threading
open System.Threading.Tasks
open UmsSti.Domain
open UmsSti.Kernel

/// Answers whether somebody may do something, why, and what he holds, now or at a past moment (QY-03, QY-09, PE-44). Folds the streams,
/// so an answer about now is as strong as the log; `CheckNow` and `HeldNow` ask the index and fold only where it cannot answer. Who may
/// ask is the gate's matter.
[<Sealed>]
type Checks internal (wiring: Wiring) =
    let scopeOf (team: TeamId voption) =
        match team with
        | ValueSome team -> Scope.Team team
        | ValueNone -> Scope.Global

    /// The time expiry is judged at, and the position the answer speaks of.
    let placeOf (moment: Moment) (now: DateTimeOffset) ct : Task<struct (DateTimeOffset * int64)> =
        task {
            let head = wiring.Events.Head

            match moment with
            | Moment.Now -> return struct (now, head)
            | Moment.AsOf at -> return struct (at, head)
            // Before the first event nobody was anybody.
            | Moment.AtPosition position when position < 1L -> return struct (now, position)
            | Moment.AtPosition position ->
                let! rows = wiring.Events.ReadAll(position - 1L, 1, ct)

                match Array.tryHead rows with
                | Some row -> return struct (row.Timestamp, position)
                | None -> return struct (now, position)
        }

    let load (moment: Moment) (user: UserId) (team: TeamId voption) ct =
        PrincipalLoader(StatesAt(wiring, moment)).Load(user, ValueOption.toList team, ct)

    let checkView (decision: Decision) position : CheckView =
        match decision with
        | Decision.Allowed fact ->
            { Allowed = true
              AccessType = fact.AccessType
              Reason = fact.Name
              Detail = $"Allowed by {fact.Name}: {CheckWords.factValue fact}."
              Position = position }
        | Decision.Denied missing ->
            { Allowed = false
              AccessType = null
              Reason = CheckWords.missing missing
              Detail = missing.Message
              Position = position }

    let expiry ticks =
        if ticks = Int64.MaxValue then
            Nullable()
        else
            Nullable(DateTimeOffset(ticks, TimeSpan.Zero))

    let ofHoldings (now: DateTimeOffset) (permission: Permission) (holdings: Holding[]) =
        [ for holding in holdings do
              match holding.Allows with
              | Decision.Allowed fact when holding.Permissions.Contains permission && now.UtcTicks < holding.ExpiresAtTicks ->
                  { Kind = fact.Name; Name = CheckWords.factValue fact; ExpiresAt = expiry holding.ExpiresAtTicks }
              | Decision.Allowed _
              | Decision.Denied _ -> () ]

    let standingIn (who: IKnownPrincipal) (team: TeamId) =
        let mutable standing = Unchecked.defaultof<TeamStanding>
        if who.TryInTeam(team, &standing) then ValueSome standing else ValueNone

    /// Everything that gives a permission the principal is known to hold.
    let sources now (who: IKnownPrincipal) (team: TeamId voption) (permission: Permission) : SourceView[] =
        let plain kind name = { Kind = kind; Name = name; ExpiresAt = Nullable() }

        if who.Type = UserType.System then
            [| plain Fact.SystemBypass.Name who.Type.Name |]
        else
            match team with
            | ValueNone ->
                [| yield! ofHoldings now permission who.Holdings

                   if (Authorization.typeDefaults who.Type).Contains permission then
                       plain (Fact.TypeDefault who.Type).Name who.Type.Name |]
            | ValueSome team ->
                match standingIn who team with
                | ValueNone -> [||]
                | ValueSome standing ->
                    [| yield! ofHoldings now permission standing.Extra

                       if (TeamRole.permissions standing.Role).Contains permission then
                           plain (Fact.TeamRole standing.Role).Name standing.Role.Name |]

    let held now principal (team: TeamId voption) =
        match team with
        | ValueSome team -> (Authorization.teamPermissions now principal team).ToArray()
        | ValueNone -> Authorization.globalPermissions now principal

    let names (permissions: Permission[]) = permissions |> Array.map _.Name |> Array.sort

    let rolesOf (now: DateTimeOffset) (who: IKnownPrincipal) (team: TeamId voption) =
        let holdings =
            match team with
            | ValueNone -> who.Holdings
            | ValueSome team -> standingIn who team |> ValueOption.map _.Extra |> ValueOption.defaultValue [||]

        [| for holding in holdings do
               match holding.Allows with
               | Decision.Allowed(Fact.Role role) when now.UtcTicks < holding.ExpiresAtTicks -> role.Name
               | _ -> () |]

    let withUser (principal: Principal) (answer: IKnownPrincipal -> 'a) : Result<'a, Refusal> =
        match principal with
        | Principal.Known who -> Ok(answer who)
        | Principal.Anonymous -> Error(Refusals.notFound "user")

    /// The three texts of a question, read.
    let question (user: string) (permission: string) (team: string | null) =
        CheckWords.user user
        |> Result.bind (fun user ->
            CheckWords.permission permission
            |> Result.bind (fun permission ->
                CheckWords.team team
                |> Result.bind (fun team ->
                    CheckWords.inScope permission team |> Result.map (fun () -> struct (user, permission, team)))))

    /// What is left of somebody when a grant, a role or a membership is taken from him.
    let without (fact: Fact -> bool) (whole: bool) (team: TeamId voption) (who: KnownPrincipal) =
        let rest (holdings: Holding[]) =
            holdings
            |> Array.filter (fun holding ->
                match holding.Allows with
                | Decision.Allowed given -> not (fact given)
                | Decision.Denied _ -> true)

        match team with
        | ValueNone -> { who with Holdings = rest who.Holdings }
        | ValueSome team when whole -> { who with Teams = who.Teams.Remove team.Value }
        | ValueSome team ->
            { who with
                Teams =
                    who.Teams
                    |> Map.change team.Value (Option.map (fun standing -> { standing with Extra = rest standing.Extra })) }

    let loss (user: UserId) (team: TeamId voption) fact whole now ct : Task<LossView voption> =
        task {
            match! load Moment.Now user team ct with
            | Principal.Known(:? KnownPrincipal as who) as principal ->
                let before = names (held now principal team)
                let after = names (held now (Principal.Of(without fact whole team who)) team)

                return
                    ValueSome
                        { UserId = user.Value
                          TeamId = CheckWords.teamText team
                          Before = before
                          After = after
                          Lost = Array.except after before }
            | Principal.Known _
            | Principal.Anonymous -> return ValueNone
        }

    /// Whether a user holds a permission in a team, or outside teams where it is null.
    member _.Check
        (user: string, permission: string, team: string | null, moment: Moment, now: DateTimeOffset, ct: CancellationToken)
        : Task<Result<CheckView, Refusal>> =
        task {
            match question user permission team with
            | Error refusal -> return Error refusal
            | Ok(struct (user, permission, team)) ->
                let! struct (at, position) = placeOf moment now ct
                let! principal = load moment user team ct

                return
                    withUser principal (fun _ -> checkView (Authorization.decide at principal (scopeOf team) permission) position)
        }

    /// The same about now, with everything up to a position of the log: from the index where it has that, else from the streams.
    member this.CheckNow
        (user: string, permission: string, team: string | null, atLeast: int64, now: DateTimeOffset, ct: CancellationToken)
        : Task<Result<CheckView, Refusal>> =
        match question user permission team with
        | Error refusal -> Task.FromResult(Error refusal)
        | Ok(struct (id, asked, place)) ->
            match wiring.Principals.Find(id, atLeast) with
            | ValueNone -> this.Check(user, permission, team, Moment.Now, now, ct)
            | ValueSome(struct (principal, position)) ->
                withUser principal (fun _ -> checkView (Authorization.decide now principal (scopeOf place) asked) position)
                |> Task.FromResult

    /// The names of all a user holds now in a team, with everything up to a position of the log: from the index where it has that, else
    /// from the streams.
    member _.HeldNow
        (user: string, team: string, atLeast: int64, now: DateTimeOffset, ct: CancellationToken)
        : Task<Result<string[], Refusal>> =
        task {
            match CheckWords.user user, CheckWords.team team with
            | Error refusal, _
            | _, Error refusal -> return Error refusal
            | Ok user, Ok team ->
                let! principal =
                    match wiring.Principals.Find(user, atLeast) with
                    | ValueSome(struct (principal, _)) -> Task.FromResult principal
                    | ValueNone -> load Moment.Now user team ct

                return withUser principal (fun _ -> names (held now principal team))
        }

    /// The same with every fact that was looked at, the event that made it so, and for a denial the fewest steps to turn it.
    member _.Explain
        (user: string, permission: string, team: string | null, moment: Moment, now: DateTimeOffset, ct: CancellationToken)
        : Task<Result<ExplanationView, Refusal>> =
        task {
            match question user permission team with
            | Error refusal -> return Error refusal
            | Ok(struct (user, permission, team)) ->
                let! struct (at, position) = placeOf moment now ct
                let! principal = load moment user team ct

                match principal with
                | Principal.Anonymous -> return Error(Refusals.notFound "user")
                | Principal.Known _ ->
                    let explanation = Explain.explain at principal (scopeOf team) permission
                    let evidence = Evidence(wiring, moment, user)
                    let looks = List()

                    for look in explanation.Looks do
                        let! event = evidence.Of(look.What, permission, ct)
                        let struct (value, place) = CheckWords.looked look.What

                        looks.Add
                            { Fact = look.What.Name
                              Value = value
                              TeamId = place
                              Finding = CheckWords.finding look.Finding
                              Event = event }

                    return
                        Ok
                            { Check = checkView explanation.Decision position
                              Looks = looks.ToArray()
                              Missing = explanation.Remedies |> List.map CheckWords.remedy |> List.toArray }
        }

    /// All a user holds in a team, or outside teams where it is null, with where each comes from.
    member _.Effective
        (user: string, team: string | null, moment: Moment, now: DateTimeOffset, ct: CancellationToken)
        : Task<Result<EffectiveView, Refusal>> =
        task {
            match CheckWords.user user, CheckWords.team team with
            | Error refusal, _
            | _, Error refusal -> return Error refusal
            | Ok user, Ok team ->
                let! struct (at, position) = placeOf moment now ct
                let! principal = load moment user team ct

                return
                    withUser principal (fun who ->
                        { UserId = user.Value
                          TeamId = CheckWords.teamText team
                          Permissions =
                            held at principal team
                            |> Array.sortBy _.Name
                            |> Array.map (fun permission ->
                                { Permission = permission.Name; Sources = sources at who team permission })
                          Roles = rolesOf at who team
                          Position = position })
        }

    /// What somebody would lose if a role came to hold what is said and no more; none where he loses nothing.
    member _.LossOfRole
        (user: string, role: RoleView, keeps: string[], now: DateTimeOffset, ct: CancellationToken)
        : Task<LossView voption> =
        task {
            let kept =
                keeps
                |> Seq.choose (fun name ->
                    match Permission.TryParse name with
                    | true, permission -> Some permission
                    | false, _ -> None)
                |> PermissionSet.Of

            let user = UserId.Parse user

            let team =
                match role.TeamId with
                | null -> ValueNone
                | team -> ValueSome(TeamId.Parse team)

            let narrowed (holding: Holding) =
                match holding.Allows with
                | Decision.Allowed(Fact.Role given) when given.Value = role.Id ->
                    { holding with Permissions = holding.Permissions.Except(holding.Permissions.Except kept) }
                | Decision.Allowed _
                | Decision.Denied _ -> holding

            match! load Moment.Now user team ct with
            | Principal.Known(:? KnownPrincipal as who) as principal ->
                let rest =
                    { who with
                        Holdings = who.Holdings |> Array.map narrowed
                        Teams =
                            who.Teams
                            |> Map.map (fun _ standing -> { standing with Extra = standing.Extra |> Array.map narrowed }) }

                let before = names (held now principal team)
                let after = names (held now (Principal.Of rest) team)

                return
                    if before.Length = after.Length then
                        ValueNone
                    else
                        ValueSome
                            { UserId = user.Value
                              TeamId = role.TeamId
                              Before = before
                              After = after
                              Lost = Array.except after before }
            | Principal.Known _
            | Principal.Anonymous -> return ValueNone
        }

    /// Who would lose what if what a command is about were taken away; none for what gives nobody anything.
    member _.Loss(entity: EntityView, now: DateTimeOffset, ct: CancellationToken) : Task<LossView voption> =
        let scope (team: string | null) =
            match team with
            | null -> ValueNone
            | team -> ValueSome(TeamId.Parse team)

        match entity with
        | EntityView.Grant grant ->
            let isGrant fact =
                match fact with
                | Fact.Grant permission -> permission.Name = grant.Permission
                | _ -> false

            loss (UserId.Parse grant.UserId) (scope grant.TeamId) isGrant false now ct
        | EntityView.Assignment assignment ->
            let isRole fact =
                match fact with
                | Fact.Role role -> role.Name = assignment.Role
                | _ -> false

            loss (UserId.Parse assignment.UserId) (scope assignment.TeamId) isRole false now ct
        | EntityView.Member member' -> loss (UserId.Parse member'.UserId) (scope member'.TeamId) (fun _ -> false) true now ct
        | EntityView.User _
        | EntityView.Team _
        | EntityView.Moved _
        | EntityView.Role _
        | EntityView.Setting _ -> Task.FromResult ValueNone
