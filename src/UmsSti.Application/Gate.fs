namespace UmsSti.Application

open System
open System.Collections.Generic
open System.Threading
open System.Threading.Tasks
open UmsSti.Domain

/// Who the caller is, for `GET /me`.
[<NoComparison>]
type PrincipalView =
    {
        UserId: string
        Type: string
        State: string
        /// Global permissions, canonical names.
        Permissions: string[]
    }

/// The door of queries: judged before anything is read.
[<Sealed>]
type Gate internal (guard: Guard) =
    /// None when the caller may read; else the refusal. Denials and bypasses are recorded before this completes.
    member _.Authorize(envelope: Envelope, query: Query, ct: CancellationToken) : Task<Refusal voption> =
        let actor =
            match UserId.TryParse envelope.Actor with
            | true, id -> ValueSome id
            | false, _ -> ValueNone

        match Rules.query query actor with
        | Error refusal -> Task.FromResult(ValueSome refusal)
        | Ok alternatives -> guard.RequireAny(envelope, Rules.queryName query, alternatives, ct)

    /// Whether the actor is an active user, so that his token still counts.
    member _.IsActive(actor: string, ct: CancellationToken) : Task<bool> =
        task {
            match! guard.Principal(actor, ct) with
            | Principal.Known who -> return who.State.AllowsApiAccess
            | Principal.Anonymous -> return false
        }

    /// Whether the actor counts as a system user.
    member _.IsSystem(actor: string, ct: CancellationToken) : Task<bool> = guard.IsSystem(actor, ct)

    /// Those of some teams that the actor sees: whoever asks for one of the others is refused. Records nothing.
    member _.TeamsSeen(actor: string, teams: IReadOnlyCollection<string>, now: DateTimeOffset, ct) : Task<IReadOnlySet<string>> =
        task {
            let! principal = guard.PrincipalIn(actor, teams |> Seq.map TeamId.Parse |> List.ofSeq, ct)
            return Authorization.teamsSeen now principal teams
        }

    /// Whether the actor may see users, so that an answer may tell him that an address is taken. Records nothing.
    member _.MaySeeUsers(actor: string, now: DateTimeOffset, ct: CancellationToken) : Task<bool> =
        task {
            let! principal = guard.Principal(actor, ct)

            match Authorization.decide now principal Scope.Global Permission.UsersView with
            | Decision.Allowed _ -> return true
            | Decision.Denied _ -> return false
        }

    /// Whether the actor may see how the system does. Records nothing: health is asked every few seconds.
    member _.MaySeeOperations(actor: string, now: DateTimeOffset, ct: CancellationToken) : Task<bool> =
        task {
            let! principal = guard.Principal(actor, ct)

            return
                [ Permission.SystemConfiguration; Permission.AuditView ]
                |> List.exists (fun permission -> (Authorization.decide now principal Scope.Global permission).IsAllowed)
        }

    /// The caller as the system knows him at a moment; none for nobody.
    member _.Describe(actor: string, now: DateTimeOffset, ct: CancellationToken) : Task<PrincipalView voption> =
        task {
            match! guard.Principal(actor, ct) with
            | Principal.Anonymous -> return ValueNone
            | Principal.Known who as principal ->
                return
                    ValueSome
                        { UserId = who.Id.Value
                          Type = who.Type.Name
                          State = who.State.Name
                          Permissions = Authorization.globalPermissions now principal |> Array.map (fun each -> each.Name) }
        }
