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
        /// Snapshots of streams of the domain log.
        Snapshots: ISnapshotStore
        /// The activity log.
        Activity: IEventLog
        Keys: ISubjectKeys
        BlindIndex: IBlindIndex
        EventIds: IEventIds
        Ids: IIdGenerator
        Credentials: ICredentials
        /// Who people are, in memory; `NoPrincipalIndex` where there is none.
        Principals: IPrincipalIndex
        /// What processes see to.
        Upkeep: IUpkeep
        Time: TimeProvider
        /// Folded states kept, in entries a category.
        CacheEntries: int
        /// Levels a hierarchy of teams may have unless the system settings say otherwise (TM-11).
        MaxTeamDepth: int
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
    let teamCodec = TeamStream.codec sealing
    let slugCodec = TeamSlugStream.codec sealing
    let hierarchyCodec = HierarchyStream.codec sealing
    let membershipCodec = MembershipStream.codec sealing
    let roleCodec = RoleStream.codec sealing
    let settingsCodec = SettingsStream.codec sealing
    let activityCodec = ActivityStreams.codec sealing
    let operatorCodec = OperatorStream.codec sealing
    let processCodec = ProcessStream.codec sealing
    let scheduleCodec = ScheduleStream.codec sealing

    let category options log caching name codec fold initial =
        Category(name, log, codec, fold, initial, AccessStrategy.Unoptimized, caching, options)

    let hierarchies =
        Category(
            HierarchyStream.Category,
            parts.Events,
            hierarchyCodec,
            Hierarchy.Fold.fold,
            Hierarchy.Fold.initial,
            AccessStrategy.AdjacentSnapshots(parts.Snapshots, HierarchySnapshots.format),
            caching HierarchyStream.Category,
            domainOptions
        )

    let domain name codec fold initial = category domainOptions parts.Events (caching name) name codec fold initial
    let activity caching name codec fold initial = category activityOptions parts.Activity caching name codec fold initial

    let wiring: Wiring =
        { Events = parts.Events
          Commands = parts.Commands
          Sealing = sealing
          BlindIndex = parts.BlindIndex
          Ids = parts.Ids
          Credentials = parts.Credentials
          Principals = parts.Principals
          MaxTeamDepth = parts.MaxTeamDepth
          Users = domain UserStream.Category userCodec User.Fold.fold User.Fold.initial
          Addresses = domain EmailAddressStream.Category addressCodec EmailAddress.Fold.fold EmailAddress.Fold.initial
          Teams = domain TeamStream.Category teamCodec Team.Fold.fold Team.Fold.initial
          Slugs = domain TeamSlugStream.Category slugCodec TeamSlug.Fold.fold TeamSlug.Fold.initial
          Hierarchies = hierarchies
          Memberships = domain MembershipStream.Category membershipCodec Membership.Fold.fold Membership.Fold.initial
          Roles = domain RoleStream.Category roleCodec Role.Fold.fold Role.Fold.initial
          Settings = domain SettingsStream.Category settingsCodec SystemSettings.Fold.fold SystemSettings.Fold.initial
          Access =
            activity (caching AccessStream.Category) AccessStream.Category activityCodec Access.Fold.fold Access.Fold.initial
          AccessDecisions =
            activity CachingStrategy.NoCaching AccessDecisionStream.Category activityCodec Access.Fold.fold Access.Fold.initial
          Operators =
            activity CachingStrategy.NoCaching OperatorStream.Category operatorCodec Operator.Fold.fold Operator.Fold.initial
          Processes = domain ProcessStream.Category processCodec Process.Fold.fold Process.Fold.initial
          Schedules =
            activity
                (caching ScheduleStream.Category)
                ScheduleStream.Category
                scheduleCodec
                Schedule.Fold.fold
                Schedule.Fold.initial }

    let guard = Guard.OfStreams wiring
    let readers = Guard.OfIndex wiring

    let views =
        EventViews(
            sealing,
            [ EventOpener.ofCodec UserStream.Category userCodec
              EventOpener.ofCodec EmailAddressStream.Category addressCodec
              EventOpener.ofCodec TeamStream.Category teamCodec
              EventOpener.ofCodec TeamSlugStream.Category slugCodec
              EventOpener.ofCodec HierarchyStream.Category hierarchyCodec
              EventOpener.ofCodec MembershipStream.Category membershipCodec
              EventOpener.ofCodec RoleStream.Category roleCodec
              EventOpener.ofCodec SettingsStream.Category settingsCodec
              EventOpener.ofCodec AccessStream.Category activityCodec
              EventOpener.ofCodec AccessDecisionStream.Category activityCodec
              EventOpener.ofCodec OperatorStream.Category operatorCodec
              EventOpener.ofCodec ProcessStream.Category processCodec
              EventOpener.ofCodec ScheduleStream.Category scheduleCodec ]
        )

    let users = UserStreams(wiring, views)
    let teams = TeamHistories wiring

    let door = Door(wiring, guard, users, teams)

    let processes = Processes(wiring, door, parts.Upkeep, ProcessFlows.all, ignore)

    /// The one door of commands.
    member _.Door = door
    /// The process managers of this program.
    member _.Processes = processes
    /// Begins and advances them as reactions ask for it.
    member val ProcessRequests = ProcessDesk(wiring, processes, parts.Upkeep)
    /// The runs of schedules.
    member val ScheduleRuns = ScheduleRuns(wiring, parts.SoleWriter)
    /// The door of queries.
    member val Gate = Gate readers
    /// Users folded from their streams.
    member _.Users = users
    /// Teams, members, rights and roles folded from their streams.
    member _.Teams = teams
    /// Who may do what, why, and who holds what.
    member val Checks = Checks wiring
    /// Shows stored events.
    member _.EventViews = views
    /// Judges notices when they are to be sent.
    member val Notices = NoticeDesk wiring
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
        Processes(wiring, door, parts.Upkeep, flows, reached.Invoke)
    /// Read events of the streams about teams, for projectors.
    member _.TeamCodec: IEventCodec<Team.Events.Event, StreamContext<EncodeContext>> = teamCodec
    member _.HierarchyCodec: IEventCodec<Hierarchy.Events.Event, StreamContext<EncodeContext>> = hierarchyCodec
    member _.MembershipCodec: IEventCodec<Membership.Events.Event, StreamContext<EncodeContext>> = membershipCodec
    member _.RoleCodec: IEventCodec<Role.Events.Event, StreamContext<EncodeContext>> = roleCodec
    member _.SettingsCodec: IEventCodec<SystemSettings.Events.Event, StreamContext<EncodeContext>> = settingsCodec
    /// Reads events of the activity log, for projectors.
    member _.ActivityCodec: IEventCodec<Access.Events.Event, StreamContext<EncodeContext>> = activityCodec
