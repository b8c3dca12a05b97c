namespace UmsSti.Application

open System
open System.Threading.Tasks
open UmsSti.Domain
open UmsSti.Kernel

/// The caller as a decision finds him: his account, what he is in the teams that are asked about, and what the roles he was given hold.
/// Each stream stands guarded beside what is decided, so nobody decides by a right that was taken from him a moment before.
[<RequireQualifiedAccess>]
module internal Standing =
    /// Finds the streams to look at; the function that is answered looks at them in one run of the decision. A role given to him after
    /// this gives nothing yet.
    let watch
        (wiring: Wiring)
        (principals: PrincipalLoader)
        (context: EncodeContext)
        (caller: UserId voption)
        (teams: TeamId list)
        ct
        : Task<Table -> unit -> Principal> =
        task {
            match caller with
            | ValueNone -> return fun _ () -> Principal.Anonymous
            | ValueSome id ->
                let! roles = principals.RolesNamed(id, teams, ct)

                return
                    fun (table: Table) ->
                        let account = table.Watch(wiring.UserParticipant(context, id))

                        let places =
                            teams
                            |> List.map (fun team ->
                                let state = table.Watch(wiring.TeamParticipant(context, team))
                                let membership = table.Watch(wiring.MembershipParticipant(context, team, id))
                                struct (team, state, membership))

                        let held = roles |> List.map (fun role -> role, table.Watch(wiring.RoleParticipant(context, role)))

                        let permissionsOf role =
                            match held |> List.tryFind (fun (known, _) -> known = role) with
                            | Some(_, state) -> Role.Queries.permissions (state ())
                            | None -> PermissionSet.Empty

                        fun () ->
                            let standings =
                                places
                                |> List.choose (fun (struct (team, state, membership)) ->
                                    match Principals.standing permissionsOf (state ()) (membership ()) with
                                    | ValueSome standing -> Some(team, standing)
                                    | ValueNone -> None)

                            match Principals.known permissionsOf id (account ()) standings with
                            | ValueSome known -> Principal.Of known
                            | ValueNone -> Principal.Anonymous
        }

/// What was asked of the caller before a command was prepared, asked once more inside its decision: between the two a right may have
/// been taken from him. Jobs and strangers have nothing that could be taken.
[<Sealed>]
type internal Again
    (guard: Guard, now: DateTimeOffset, requirements: Requirement list, watch: (Table -> unit -> Principal) voption) =
    let mutable denial = ValueNone

    /// Who was denied what in the last run of the decision; to be recorded like any denial.
    member _.Denial: struct (Principal * Requirement * Missing) voption = denial

    /// Lets a decision pass while everything that is asked for still holds.
    member _.Judge(table: Table) : unit -> Verdict =
        match watch with
        | ValueNone -> fun () -> Ok()
        | ValueSome watch ->
            let principal = watch table

            fun () ->
                let principal = principal ()
                denial <- ValueNone

                match guard.FirstDenial(now, principal, requirements) with
                | None -> Ok()
                | Some(requirement, missing) ->
                    denial <- ValueSome(struct (principal, requirement, missing))
                    Error(guard.RefusalOf missing)

    /// For a command of a caller that was let through.
    static member Of(wiring, guard: Guard, principals, envelope: Envelope, context, requirements, ct) : Task<Again> =
        task {
            match UserId.TryParse envelope.Actor with
            | false, _ -> return Again(guard, envelope.Now, requirements, ValueNone)
            | true, caller ->
                let! watch = Standing.watch wiring principals context (ValueSome caller) (guard.TeamsOf requirements) ct
                return Again(guard, envelope.Now, requirements, ValueSome watch)
        }
