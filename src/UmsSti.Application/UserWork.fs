namespace UmsSti.Application

open UmsSti.Domain
open UmsSti.Kernel

/// The decisions about users, each with the streams it spans (CM-01...12, CM-17, CM-18).
[<RequireQualifiedAccess>]
module internal UserWork =
    let private show (id: UserId) (user: ISyncContext<User.Fold.State>) =
        Views.user id user.Version user.State |> ValueOption.map EntityView.User

    let private currentEmail (wiring: Wiring) (id: UserId) ct =
        task {
            let! state = wiring.LoadUser(id, ct)
            return User.Queries.tryEmail state
        }

    let private alone (wiring: Wiring) context (id: UserId) decide =
        Work.on1 (show id) (wiring.UserParticipant(context, id)) decide

    /// A new user and the claim of his address, stored together (CM-01).
    let register (wiring: Wiring) context decision (id: UserId) (register: User.Register) =
        Work.on2
            (show id)
            (wiring.UserParticipant(context, id))
            (wiring.AddressParticipant(context, register.Email))
            (Deciding.register decision register)

    // Which address is given back is read before the decision, and held against the user again inside it.
    let private changeEmail (wiring: Wiring) envelope context decision (id: UserId) (newEmail: Email) ct =
        task {
            let change: User.ChangeEmail = { NewEmail = newEmail; VerificationRequired = true }

            match! currentEmail wiring id ct with
            | Some current when current.Normalised <> newEmail.Normalised ->
                return
                    Work.on3
                        (show id)
                        (wiring.UserParticipant(context, id))
                        (wiring.AddressParticipant(context, newEmail))
                        (wiring.AddressParticipant(context, current))
                        (fun user claimed released ->
                            if User.Queries.tryEmail user.State = Some current then
                                Deciding.changeEmail envelope decision change user claimed released
                            else
                                Error Deciding.emailMoved, [||], [||], [||])
            | Some _
            | None -> return alone wiring context id (Deciding.onUser envelope decision [ User.Command.ChangeEmail change ])
        }

    let private purge (wiring: Wiring) context decision (id: UserId) decide ct =
        task {
            match! currentEmail wiring id ct with
            | None -> return alone wiring context id decide
            | Some held ->
                let release (user: ISyncContext<User.Fold.State>) address =
                    match User.Queries.tryEmail user.State with
                    | Some other when other <> held -> Error Deciding.emailMoved, [||], [||]
                    | Some _
                    | None -> Deciding.purge decision decide user address

                return Work.on2 (show id) (wiring.UserParticipant(context, id)) (wiring.AddressParticipant(context, held)) release
        }

    /// The decision of a command about a user who exists. `judged` is what was asked of the caller.
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
        }
