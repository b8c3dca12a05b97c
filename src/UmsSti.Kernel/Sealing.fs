namespace UmsSti.Kernel

open System
open System.Threading
open System.Threading.Tasks

/// Seals and opens the personal fields of events with the data key of their subject (ES-22...25). Implemented by the vault.
type ISubjectSeal =
    /// Seals text under the subject's key, bound to the event id. Throws `SubjectKeyMissingException` when the subject has no key.
    abstract Seal: subject: string * eventId: int64 * plain: string -> string
    /// Opens sealed text; null when the subject's key is gone (the field then reads as erased).
    /// Throws `SealBrokenException` when the key is there but the text was altered or belongs to another event.
    abstract Open: subject: string * eventId: int64 * sealedText: string -> (string | null)

/// Life of the data keys. A key is durable before the first event sealed with it may be appended.
type ISubjectKeys =
    inherit ISubjectSeal
    /// Creates the subject's key when there is none; returns when it is durable. Does nothing when it exists.
    /// Throws `SubjectKeyMissingException` when the key was destroyed: a forgotten person is never given a new key.
    abstract Ensure: subject: string * ct: CancellationToken -> Task
    /// Destroys the key for good. Idempotent.
    abstract Destroy: subject: string * ct: CancellationToken -> Task

/// A keyed one-way index over normalised addresses: HMAC-SHA256 with the vault's pepper, as lower-case hex.
type IBlindIndex =
    /// Same text, same index, for the life of the vault.
    abstract Compute: normalised: string -> string

/// The subject has no data key (never made, or destroyed by erasure).
[<Sealed>]
type SubjectKeyMissingException(subject: string) =
    inherit Exception($"Subject '{subject}' has no data key.")
    /// The subject asked for.
    member _.Subject = subject

/// Sealed text that its own key does not open: altered bytes, or text moved from another event.
[<Sealed>]
type SealBrokenException(message: string, inner: exn | null) =
    inherit Exception(message, inner)

/// Makes the ids of events (Snowflake, ID-10). Never repeats and never goes back, whatever the clock does.
type IEventIds =
    /// The next id; waits when the clock stepped back or the millisecond is used up.
    abstract Next: unit -> int64
