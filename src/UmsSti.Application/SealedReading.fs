namespace UmsSti.Application

open System.Threading.Tasks
open UmsSti.Domain
open UmsSti.Kernel

/// Opens nothing: a personal field reads as the text it was sealed to. A reader with this seal cannot see, keep or leak
/// what is personal, and spends no cipher on it.
[<Sealed>]
type private StillSealed() =
    let refuse () = invalidOp "Events are only read here."

    interface ISubjectKeys with
        member _.Seal(_, _, _) = refuse ()
        member _.Open(_, _, sealedText) = sealedText
        member _.Ensure(_, _) = refuse ()
        member _.Destroy(_, _) = Task.FromException(System.InvalidOperationException "Events are only read here.")

/// Reads events with their personal fields still sealed: `Personal.Known` then holds sealed text. For projectors whose rows
/// must not hold what is personal.
[<Sealed>]
type SealedEvents private () =
    static let sealing =
        { Keys = StillSealed()
          EventIds =
            { new IEventIds with
                member _.Next() = invalidOp "Events are only read here." } }

    /// `User-` streams.
    static member val Users: IEventCodec<User.Events.Event, StreamContext<EncodeContext>> = UserStream.codec sealing
    /// `EmailAddress-` streams.
    static member val Addresses: IEventCodec<EmailAddress.Events.Event, StreamContext<EncodeContext>> =
        EmailAddressStream.codec sealing
    /// `Team-` streams.
    static member val Teams: IEventCodec<Team.Events.Event, StreamContext<EncodeContext>> = TeamStream.codec sealing
    /// `TeamSlug-` streams.
    static member val TeamSlugs: IEventCodec<TeamSlug.Events.Event, StreamContext<EncodeContext>> = TeamSlugStream.codec sealing
    /// `Hierarchy-` streams.
    static member val Hierarchies: IEventCodec<Hierarchy.Events.Event, StreamContext<EncodeContext>> =
        HierarchyStream.codec sealing
    /// `Membership-` streams.
    static member val Memberships: IEventCodec<Membership.Events.Event, StreamContext<EncodeContext>> =
        MembershipStream.codec sealing
    /// `Role-` streams.
    static member val Roles: IEventCodec<Role.Events.Event, StreamContext<EncodeContext>> = RoleStream.codec sealing
    /// `Settings-` streams.
    static member val Settings: IEventCodec<SystemSettings.Events.Event, StreamContext<EncodeContext>> =
        SettingsStream.codec sealing
    /// `Access-` and `AccessDecision-` streams.
    static member val Activity: IEventCodec<Access.Events.Event, StreamContext<EncodeContext>> = ActivityStreams.codec sealing
    /// `Operator-` streams.
    static member val Operators: IEventCodec<Operator.Events.Event, StreamContext<EncodeContext>> = OperatorStream.codec sealing
    /// `Process-` streams.
    static member val Processes: IEventCodec<Process.Events.Event, StreamContext<EncodeContext>> = ProcessStream.codec sealing
    /// `Schedule-` streams.
    static member val Schedules: IEventCodec<Schedule.Events.Event, StreamContext<EncodeContext>> = ScheduleStream.codec sealing

/// Where somebody called from, opened for people's eyes.
type ClientView =
    {
        /// Null when unknown; `[ANONYMIZED]` after the erasure of the person.
        Ip: string | null
        UserAgent: string | null
    }

/// Opens sealed text that derived rows keep, as long as its key is there.
[<Sealed>]
type SealedTexts internal (seal: ISubjectSeal) =
    /// Address and user agent of an event.
    member _.Client(subject: string, eventId: int64, client: string | null) : ClientView =
        let struct (ip, agent) = Metadata.openClient seal subject eventId client
        { Ip = ip; UserAgent = agent }

    /// One personal field of an event; `[ANONYMIZED]` when the key is gone.
    member _.Text(subject: string, eventId: int64, sealedText: string) : string =
        match seal.Open(subject, eventId, sealedText) with
        | null -> Metadata.Anonymized
        | plain -> plain
