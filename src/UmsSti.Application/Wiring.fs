namespace UmsSti.Application

open System.Threading
open System.Threading.Tasks
open UmsSti.Domain
open UmsSti.Kernel

/// Where password hashes are kept; implemented over the vault. Hashes are never in an event (ES-21).
type ICredentials =
    /// Sets the PHC string of a user's password; durable when it returns.
    abstract Set: userId: string * phc: string * ct: CancellationToken -> Task
    /// Removes all credentials of a user. Idempotent.
    abstract Forget: userId: string * ct: CancellationToken -> Task

/// The categories of both logs and what the door needs beside them.
[<NoComparison; NoEquality>]
type internal Wiring =
    { Events: IEventLog
      Commands: ICommandMemory
      Sealing: Sealing
      BlindIndex: IBlindIndex
      Ids: IIdGenerator
      Credentials: ICredentials
      Users: Category<User.Events.Event, User.Fold.State, EncodeContext>
      Addresses: Category<EmailAddress.Events.Event, EmailAddress.Fold.State, EncodeContext>
      Access: Category<Access.Events.Event, Access.Fold.State, EncodeContext>
      AccessDecisions: Category<Access.Events.Event, Access.Fold.State, EncodeContext>
      Operators: Category<Operator.Events.Event, unit, EncodeContext>
      Processes: Category<Process.Events.Event, Process.Fold.State, EncodeContext>
      Schedules: Category<Schedule.Events.Event, Schedule.Fold.State, EncodeContext> }

    /// The stream of an address, by its blind index.
    member this.AddressStream(email: Email) = EmailAddressStream.streamId (this.BlindIndex.Compute email.Normalised)

    /// The state of a user now. On the only writer a cached state is current, so no read is made.
    member this.LoadUser(id: UserId, ct) : Task<User.Fold.State> =
        (Decider.forRequest this.Users Unchecked.defaultof<EncodeContext> (UserStream.streamId id))
            .Query((fun state -> state), ct = ct)

    member this.UserParticipant(context: EncodeContext, id: UserId) =
        Participant.create this.Users context (UserStream.streamId id)

    member this.AddressParticipant(context: EncodeContext, email: Email) =
        Participant.create this.Addresses context (this.AddressStream email)

[<RequireQualifiedAccess>]
module internal Context =
    /// For events about `subject`: a caller who is no user has his address sealed with the subject's key.
    let about (subject: string) (commandId: string) (envelope: Envelope) =
        { Envelope = envelope
          CommandId = commandId
          ClientSubject = if Actors.isUser envelope.Actor then envelope.Actor else subject }
