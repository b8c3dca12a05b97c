namespace UmsSti.Application

open System
open System.Collections.Generic
open UmsSti.Domain
open UmsSti.Kernel

/// What the host hands in.
[<NoComparison; NoEquality>]
type Parts =
    {
        /// The domain log.
        Events: IEventLog
        Commands: ICommandMemory
        /// The activity log.
        Activity: IEventLog
        Keys: ISubjectKeys
        BlindIndex: IBlindIndex
        EventIds: IEventIds
        Ids: IIdGenerator
        Credentials: ICredentials
        Time: TimeProvider
        /// Folded states kept, in entries a category.
        CacheEntries: int
        /// This process is the only writer of both logs (SQLite), so a cached state is current.
        SoleWriter: bool
    }

/// The application: everything the edge, the projections and the command line call.
[<Sealed>]
type Application(parts: Parts) =
    /// How long an unused state stays in the cache.
    static let CacheWindow = TimeSpan.FromMinutes 20.

    let sealing = { Keys = parts.Keys; EventIds = parts.EventIds }
    let domainOptions = { CategoryOptions.For parts.Events with SoleWriter = parts.SoleWriter }
    let activityOptions = { CategoryOptions.For parts.Activity with SoleWriter = parts.SoleWriter }

    let caching name = CachingStrategy.SlidingWindow(Cache(name, parts.CacheEntries, parts.Time), CacheWindow)

    let userCodec = UserStream.codec sealing
    let addressCodec = EmailAddressStream.codec sealing
    let activityCodec = ActivityStreams.codec sealing
    let operatorCodec = OperatorStream.codec sealing
    let processCodec = ProcessStream.codec sealing
    let scheduleCodec = ScheduleStream.codec sealing

    let wiring: Wiring =
        { Events = parts.Events
          Commands = parts.Commands
          Sealing = sealing
          BlindIndex = parts.BlindIndex
          Ids = parts.Ids
          Credentials = parts.Credentials
          Users =
            Category(
                UserStream.Category,
                parts.Events,
                userCodec,
                User.Fold.fold,
                User.Fold.initial,
                AccessStrategy.Unoptimized,
                caching UserStream.Category,
                domainOptions
            )
          Addresses =
            Category(
                EmailAddressStream.Category,
                parts.Events,
                addressCodec,
                EmailAddress.Fold.fold,
                EmailAddress.Fold.initial,
                AccessStrategy.Unoptimized,
                caching EmailAddressStream.Category,
                domainOptions
            )
          Access =
            Category(
                AccessStream.Category,
                parts.Activity,
                activityCodec,
                Access.Fold.fold,
                Access.Fold.initial,
                AccessStrategy.Unoptimized,
                caching AccessStream.Category,
                activityOptions
            )
          AccessDecisions =
            Category(
                AccessDecisionStream.Category,
                parts.Activity,
                activityCodec,
                Access.Fold.fold,
                Access.Fold.initial,
                AccessStrategy.Unoptimized,
                CachingStrategy.NoCaching,
                activityOptions
            )
          Operators =
            Category(
                OperatorStream.Category,
                parts.Activity,
                operatorCodec,
                Operator.Fold.fold,
                Operator.Fold.initial,
                AccessStrategy.Unoptimized,
                CachingStrategy.NoCaching,
                activityOptions
            )
          Processes =
            Category(
                ProcessStream.Category,
                parts.Events,
                processCodec,
                Process.Fold.fold,
                Process.Fold.initial,
                AccessStrategy.Unoptimized,
                caching ProcessStream.Category,
                domainOptions
            )
          Schedules =
            Category(
                ScheduleStream.Category,
                parts.Activity,
                scheduleCodec,
                Schedule.Fold.fold,
                Schedule.Fold.initial,
                AccessStrategy.Unoptimized,
                caching ScheduleStream.Category,
                activityOptions
            ) }

    let guard = Guard wiring
    let views = EventViews(sealing, userCodec, addressCodec, activityCodec, operatorCodec, processCodec, scheduleCodec)
    let users = UserStreams(wiring, views)

    let door = Door(wiring, guard, users)

    /// The one door of commands.
    member _.Door = door
    /// The process managers of this program.
    member val Processes = Processes(wiring, door, ProcessFlows.all, ignore)
    /// The runs of schedules.
    member val ScheduleRuns = ScheduleRuns(wiring, parts.SoleWriter)
    /// The door of queries.
    member val Gate = Gate guard
    /// Users folded from their streams.
    member _.Users = users
    /// Shows stored events.
    member _.EventViews = views
    /// Sign-in facts.
    member val SignIns = SignIns(wiring, guard)
    /// Facts about the operator's hand.
    member val Operators = Operators wiring
    /// Opens sealed text of derived rows.
    member val SealedTexts = SealedTexts parts.Keys
    /// Reads events of `User-` streams, for projectors; anything else and unknown names give `ValueNone`.
    member _.UserCodec: IEventCodec<User.Events.Event, StreamContext<EncodeContext>> = userCodec
    /// Reads events of `Process-` streams, for projectors.
    member _.ProcessCodec: IEventCodec<Process.Events.Event, StreamContext<EncodeContext>> = processCodec
    /// Process managers of other flows over the same streams. `reached` is told how far each is, so that a test can cut it
    /// short anywhere.
    member _.ProcessesOf(flows: IReadOnlyList<ProcessFlow>, reached: Action<ProcessPoint>) =
        Processes(wiring, door, flows, reached.Invoke)
    /// Reads events of the activity log, for projectors.
    member _.ActivityCodec: IEventCodec<Access.Events.Event, StreamContext<EncodeContext>> = activityCodec
