namespace UmsSti.Application

open System.Collections.Generic
open UmsSti.Domain

/// Who people are, in memory: for checks about now and for readers (design section 9). It is a read model, so it says for itself when
/// it cannot be relied on, and no decision of a command asks it. Implemented over the permission index.
type IPrincipalIndex =
    /// The person, anonymous when there is none, once everything up to a position of the domain log is in it, and the position it shows
    /// at least. None: it is not loaded, not that far, or lacks events that were parked or skipped; then the streams tell.
    abstract Find: user: UserId * atLeast: int64 -> struct (Principal * int64) voption
    /// The ids of the teams a person is an active member of; none as for `Find`.
    abstract TeamsOf: user: UserId * atLeast: int64 -> IReadOnlySet<string> voption

/// For where there is no index: the streams tell everything.
[<Sealed>]
type NoPrincipalIndex() =
    /// The only one.
    static member val Instance = NoPrincipalIndex() :> IPrincipalIndex

    interface IPrincipalIndex with
        member _.Find(_, _) = ValueNone
        member _.TeamsOf(_, _) = ValueNone
