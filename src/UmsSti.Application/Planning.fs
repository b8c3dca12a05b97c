namespace UmsSti.Application

open System.Threading.Tasks
open UmsSti.Domain
open UmsSti.Kernel

/// Dry runs: the same participants and decisions as the real command, without turn, seal or append.
[<RequireQualifiedAccess>]
module internal Planning =
    let private planned stream events = events |> Array.map (EventBody.plan stream)

    let private settle (id: UserId) (verdict: Verdict) (user: ISyncContext<User.Fold.State>) (events: PlannedEvent[]) =
        match verdict, Views.user id user.Version user.State with
        | Error refusal, _ -> PlanAnswer.Refused refusal
        | Ok(), ValueNone -> PlanAnswer.Refused(Refusals.notFound "user")
        | Ok(), ValueSome view -> PlanAnswer.Planned { Events = events; User = view }

    let private addressName (wiring: Wiring) email = StreamName.create EmailAddressStream.Category (wiring.AddressStream email)

    let private alone (wiring: Wiring) context (id: UserId) decide ct =
        task {
            let! run = Transaction.dry1 (wiring.UserParticipant(context, id)) decide ct
            return settle id run.Result run.After (planned (UserStream.streamName id) run.Events)
        }

    let private withAddress (wiring: Wiring) context (id: UserId) email decide ct =
        task {
            let! run =
                Transaction.dry2 (wiring.UserParticipant(context, id)) (wiring.AddressParticipant(context, email)) decide ct
            let struct (user, _) = run.After
            let struct (events, addressEvents) = run.Events

            return
                Array.append (planned (UserStream.streamName id) events) (planned (addressName wiring email) addressEvents)
                |> settle id run.Result user
        }

    let private changeEmail (wiring: Wiring) envelope context decision (id: UserId) (newEmail: Email) ct =
        task {
            let change: User.ChangeEmail = { NewEmail = newEmail; VerificationRequired = true }
            let! state = wiring.LoadUser(id, ct)

            match User.Queries.tryEmail state with
            | Some current when current.Normalised <> newEmail.Normalised ->
                let! run =
                    Transaction.dry3
                        (wiring.UserParticipant(context, id))
                        (wiring.AddressParticipant(context, newEmail))
                        (wiring.AddressParticipant(context, current))
                        (Deciding.changeEmail envelope decision change)
                        ct

                let struct (user, _, _) = run.After
                let struct (events, claims, releases) = run.Events

                return
                    [| planned (UserStream.streamName id) events
                       planned (addressName wiring newEmail) claims
                       planned (addressName wiring current) releases |]
                    |> Array.concat
                    |> settle id run.Result user
            | Some _
            | None -> return! alone wiring context id (Deciding.onUser envelope decision [ User.Command.ChangeEmail change ]) ct
        }

    /// What the command would do.
    let plan (wiring: Wiring) (envelope: Envelope) isSystem commandId (command: ValidCommand) judged ct : Task<PlanAnswer> =
        let contextOf (id: UserId) = Context.about id.Value commandId envelope
        let decisionOf id = Deciding.context envelope isSystem id

        match command with
        | ValidCommand.Register(id, register, _) ->
            let id = id |> Option.defaultWith (fun () -> wiring.Ids.NewUserId register.Type)
            withAddress wiring (contextOf id) id register.Email (Deciding.register (decisionOf id) register) ct
        | ValidCommand.ChangeEmail(id, newEmail) -> changeEmail wiring envelope (contextOf id) (decisionOf id) id newEmail ct
        | ValidCommand.VerifyEmail(id, addressIndex) ->
            alone wiring (contextOf id) id (Deciding.verifyEmail envelope (decisionOf id) wiring.BlindIndex addressIndex) ct
        | ValidCommand.OfUser(id, commands) ->
            task {
                let! state = wiring.LoadUser(id, ct)
                let decide = Deciding.onUser envelope (decisionOf id) commands |> Deciding.asJudged command judged

                match User.Queries.tryEmail state with
                | Some held when Deciding.isPurge commands ->
                    return! withAddress wiring (contextOf id) id held (Deciding.purge (decisionOf id) decide) ct
                | Some _
                | None -> return! alone wiring (contextOf id) id decide ct
            }
