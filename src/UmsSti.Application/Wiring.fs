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
    {
        Events: IEventLog
        Commands: ICommandMemory
        Sealing: Sealing
        BlindIndex: IBlindIndex
        Ids: IIdGenerator
        Credentials: ICredentials
        /// Who people are, in memory; asked by checks and readers only.
        Principals: IPrincipalIndex
        /// Levels a hierarchy may have unless the system settings say otherwise.
        MaxTeamDepth: int
        Users: Category<User.Events.Event, User.Fold.State, EncodeContext>
        Addresses: Category<EmailAddress.Events.Event, EmailAddress.Fold.State, EncodeContext>
        Teams: Category<Team.Events.Event, Team.Fold.State, EncodeContext>
        Slugs: Category<TeamSlug.Events.Event, TeamSlug.Fold.State, EncodeContext>
        Hierarchies: Category<Hierarchy.Events.Event, Hierarchy.Fold.State, EncodeContext>
        Memberships: Category<Membership.Events.Event, Membership.Fold.State, EncodeContext>
        Roles: Category<Role.Events.Event, Role.Fold.State, EncodeContext>
        Settings: Category<SystemSettings.Events.Event, SystemSettings.Fold.State, EncodeContext>
        Access: Category<Access.Events.Event, Access.Fold.State, EncodeContext>
        AccessDecisions: Category<Access.Events.Event, Access.Fold.State, EncodeContext>
        Operators: Category<Operator.Events.Event, unit, EncodeContext>
        Processes: Category<Process.Events.Event, Process.Fold.State, EncodeContext>
        Schedules: Category<Schedule.Events.Event, Schedule.Fold.State, EncodeContext>
    }

    /// The stream of an address, by its blind index.
    member this.AddressStream(email: Email) = EmailAddressStream.streamId (this.BlindIndex.Compute email.Normalised)

    /// A state now. On the only writer a cached state is current, so no read is made.
    member private _.Load(category: Category<'e, 's, EncodeContext>, id: StreamId, ct) : Task<'s> =
        (Decider.forRequest category Unchecked.defaultof<EncodeContext> id).Query((fun state -> state), ct = ct)

    member this.LoadUser(id: UserId, ct) : Task<User.Fold.State> = this.Load(this.Users, UserStream.streamId id, ct)
    member this.LoadTeam(id: TeamId, ct) : Task<Team.Fold.State> = this.Load(this.Teams, TeamStream.streamId id, ct)
    member this.LoadSlug(slug: Slug, ct) : Task<TeamSlug.Fold.State> = this.Load(this.Slugs, TeamSlugStream.streamId slug, ct)

    member this.LoadHierarchy(organization: TeamId, ct) : Task<Hierarchy.Fold.State> =
        this.Load(this.Hierarchies, HierarchyStream.streamId organization, ct)

    member this.LoadMembership(team: TeamId, user: UserId, ct) : Task<Membership.Fold.State> =
        this.Load(this.Memberships, MembershipStream.streamId team user, ct)

    member this.LoadRole(id: RoleId, ct) : Task<Role.Fold.State> = this.Load(this.Roles, RoleStream.streamId id, ct)
    member this.LoadSettings ct : Task<SystemSettings.Fold.State> = this.Load(this.Settings, SettingsStream.streamId, ct)

    member this.UserParticipant(context: EncodeContext, id: UserId) =
        Participant.create this.Users context (UserStream.streamId id)

    member this.AddressParticipant(context: EncodeContext, email: Email) =
        Participant.create this.Addresses context (this.AddressStream email)

    member this.TeamParticipant(context: EncodeContext, id: TeamId) =
        Participant.create this.Teams context (TeamStream.streamId id)

    member this.SlugParticipant(context: EncodeContext, slug: Slug) =
        Participant.create this.Slugs context (TeamSlugStream.streamId slug)

    member this.HierarchyParticipant(context: EncodeContext, organization: TeamId) =
        Participant.create this.Hierarchies context (HierarchyStream.streamId organization)

    member this.MembershipParticipant(context: EncodeContext, team: TeamId, user: UserId) =
        Participant.create this.Memberships context (MembershipStream.streamId team user)

    member this.RoleParticipant(context: EncodeContext, id: RoleId) =
        Participant.create this.Roles context (RoleStream.streamId id)

    member this.SettingsParticipant(context: EncodeContext) = Participant.create this.Settings context SettingsStream.streamId

[<RequireQualifiedAccess>]
module internal Context =
    /// For events about `subject`: a caller who is no user has his address sealed with the subject's key.
    let about (subject: string) (commandId: string) (envelope: Envelope) =
        { Envelope = envelope
          CommandId = commandId
          ClientSubject = if Actors.isUser envelope.Actor then envelope.Actor else subject }
