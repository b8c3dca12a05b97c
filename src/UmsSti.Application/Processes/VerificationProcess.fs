namespace UmsSti.Application

open System
open System.Globalization
open UmsSti.Domain

/// A verification link that was never used (FS-15.3, FS-15.5): `expire` once it has run out, `archive` once the grace period
/// (OP-24) is over too. There is one process for each link, begun when it has run out: a link sent again is another process, and
/// the one of the link before finds that it has lost its point.
[<RequireQualifiedAccess>]
module VerificationProcess =
    [<Literal>]
    let Kind = "verification"

    [<Literal>]
    let private Expire = "expire"

    [<Literal>]
    let private Archive = "archive"

    [<Literal>]
    let private GraceDays = "graceDays"

    /// The process of the link that runs out at a time.
    let id (userId: string) (linkEndsAt: DateTimeOffset) : ProcessId =
        { Kind = Kind
          Subject = userId
          Run = linkEndsAt.ToUnixTimeMilliseconds().ToString CultureInfo.InvariantCulture }

    /// What is to become of the user. `correlationId` ties it to the run that found him.
    let plan (linkEndsAt: DateTimeOffset) (graceDays: int) (correlationId: string) : Process.Decisions.Plan =
        { Steps =
            [ { Name = Expire; NotBefore = linkEndsAt; Undoable = false }
              { Name = Archive; NotBefore = linkEndsAt.AddDays(float graceDays); Undoable = false } ]
          Facts = [ GraceDays, graceDays.ToString CultureInfo.InvariantCulture ]
          StandsOnFailure = false
          CorrelationId = correlationId
          CausationId = None }

    let private command (step: ProcessStep) =
        match step.Step, step.Facts.TryGetValue GraceDays with
        | Expire, _ -> ValueSome(Command.ExpireVerification step.Id.Subject)
        | Archive, (true, days) ->
            ValueSome(Command.CleanupExpired(step.Id.Subject, Int32.Parse(days, CultureInfo.InvariantCulture)))
        | _ -> ValueNone

    /// Confirmed, sent again, archived or gone meanwhile: each is a good end.
    let private judge (_: ProcessStep) (refusal: Refusal) =
        match refusal.Code with
        | "invalid-transition"
        | "not-found"
        | "verification-not-expired"
        | "grace-period-not-over" -> Process.Result.Moot refusal.Code
        | "concurrency-conflict" -> Process.Result.Hindered refusal.Code
        | code -> Process.Result.Refused code

    let flow =
        { Kind = Kind
          Command = command
          Sweep = fun _ -> ValueNone
          Undo = fun _ -> ValueNone
          Judge = judge }
