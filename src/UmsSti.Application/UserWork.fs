namespace UmsSti.Application

open UmsSti.Domain
open UmsSti.Kernel

/// The decisions about users, each with the streams it spans (CM-01...12, CM-17, CM-18).
[<RequireQualifiedAccess>]
module internal UserWork =
    // The user is shown, whatever other streams take part.
    let private sitting (id: UserId) (user: Seat<User.Events.Event, User.Fold.State>) decide : Sitting =
        { Decide = decide
          Show = fun () -> Views.user id user.After.Version user.After.State |> ValueOption.map EntityView.User
          Version = fun () -> user.After.Version }

    let private currentEmail (wiring: Wiring) (id: UserId) ct =
        task {
            let! state = wiring.LoadUser(id, ct)
            return User.Queries.tryEmail state
        }

    let private alone (wiring: Wiring) context (id: UserId) decide =
        Work(fun table ->
            let user = table.Seat(wiring.UserParticipant(context, id))

            sitting id user (fun () ->
                let verdict, events = decide user.Before
                user.Events <- events
                verdict))

    let private withAddress (wiring: Wiring) context (id: UserId) email decide =
        Work(fun table ->
            let user = table.Seat(wiring.UserParticipant(context, id))
            let address = table.Seat(wiring.AddressParticipant(context, email))

            sitting id user (fun () ->
                let verdict, events, addressEvents = decide user.Before address.Before
                user.Events <- events
                address.Events <- addressEvents
                verdict))

    /// A new user and the claim of his address, stored together (CM-01).
    let private register wiring context decision (id: UserId) (register: User.Register) =
        withAddress wiring context id register.Email (Deciding.register decision register)

    let private moveEmail (wiring: Wiring) envelope context decision (id: UserId) (current: Email) (change: User.ChangeEmail) =
        Work(fun table ->
            let user = table.Seat(wiring.UserParticipant(context, id))
            let claimed = table.Seat(wiring.AddressParticipant(context, change.NewEmail))
            let released = table.Seat(wiring.AddressParticipant(context, current))

            sitting id user (fun () ->
                if User.Queries.tryEmail user.Before.State = Some current then
                    let verdict, events, claim, release =
                        Deciding.changeEmail envelope decision change user.Before claimed.Before released.Before

                    user.Events <- events
                    claimed.Events <- claim
                    released.Events <- release
                    verdict
                else
                    Error Deciding.emailMoved))

    // Which address is given back is read before the decision, and held against the user again inside it.
    let private changeEmail (wiring: Wiring) envelope context decision (id: UserId) (newEmail: Email) ct =
        task {
            let change: User.ChangeEmail = { NewEmail = newEmail; VerificationRequired = true }

            match! currentEmail wiring id ct with
            | Some current when current.Normalised <> newEmail.Normalised ->
                return moveEmail wiring envelope context decision id current change
            | current ->
                // The same address in another spelling, or no user: nothing to claim, as long as it stays so.
                return
                    alone wiring context id (fun user ->
                        if User.Queries.tryEmail user.State = current then
                            Deciding.onUser envelope decision [ User.Command.ChangeEmail change ] user
                        else
                            Error Deciding.emailMoved, [||])
        }

    let private purge (wiring: Wiring) context decision (id: UserId) decide ct =
        task {
            match! currentEmail wiring id ct with
            | None -> return alone wiring context id decide
            | Some held ->
                return
                    withAddress wiring context id held (fun user address ->
                        match User.Queries.tryEmail user.State with
                        | Some other when other <> held -> Error Deciding.emailMoved, [||], [||]
                        | Some _
                        | None -> Deciding.purge decision decide user address)
        }

    /// The decision of a command about a user. `judged` is what was asked of the caller.
    let ofCommand (wiring: Wiring) envelope context (decision: User.Decisions.Context) (command: ValidCommand) judged ct =
        task {
            match command with
            | ValidCommand.Register(_, registration, _) -> return register wiring context decision decision.Subject registration
            | ValidCommand.ChangeEmail(id, newEmail) -> return! changeEmail wiring envelope context decision id newEmail ct
            | ValidCommand.VerifyEmail(id, addressIndex) ->
                return alone wiring context id (Deciding.verifyEmail envelope decision wiring.BlindIndex addressIndex)
            | ValidCommand.OfUser(id, commands) ->
                let decide = Deciding.onUser envelope decision commands |> Deciding.asJudged command judged

                if Deciding.isPurge commands then
                    return! purge wiring context decision id decide ct
                else
                    return alone wiring context id decide
            | ValidCommand.OfTeams _ -> return invalidOp "This command is not about a user's account."
        }
