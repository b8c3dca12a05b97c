namespace UmsSti.Domain.Membership

open System
open UmsSti.Domain

/// What has happened between one person and one team. The stream `Membership-{teamId}_{userId}` carries both ids; `Role` is a
/// `TeamRole.Name`, `By` a user id or "system:{job}". An event that ends a membership ends with it whatever was given inside the team
/// (XR-07).
// Stored format. Names of cases and fields are on disk for good: add, never rename.
[<RequireQualifiedAccess>]
module Events =
    /// EV-100
    type TeamMemberAdded = { Role: string; By: string; At: DateTimeOffset }

    /// EV-101
    type TeamMemberRemoved = { Reason: Personal option; By: string; At: DateTimeOffset }

    /// EV-102
    type TeamMemberRoleChanged = { OldRole: string; NewRole: string; By: string; At: DateTimeOffset }

    /// EV-103
    type TeamInvitationSent =
        { Role: string
          Message: Personal option
          ExpiresAt: DateTimeOffset
          By: string
          At: DateTimeOffset }

    /// EV-104
    type TeamInvitationAccepted = { By: string; At: DateTimeOffset }

    /// EV-104
    type TeamInvitationDeclined = { Reason: Personal option; By: string; At: DateTimeOffset }

    /// EV-104
    type TeamInvitationExpired = { By: string; At: DateTimeOffset }

    /// EV-104
    type TeamInvitationRevoked = { Reason: Personal option; By: string; At: DateTimeOffset }

    /// EV-105
    type MembershipRequested = { RequestedRole: string; By: string; At: DateTimeOffset }

    /// EV-105
    type MembershipRequestApproved = { Role: string; By: string; At: DateTimeOffset }

    /// EV-105
    type MembershipRequestRejected = { Reason: Personal option; By: string; At: DateTimeOffset }

    /// EV-105
    type MembershipRequestWithdrawn = { By: string; At: DateTimeOffset }

    /// EV-106
    type MemberDeactivated = { Reason: Personal option; By: string; At: DateTimeOffset }

    /// EV-106
    type MemberReactivated = { By: string; At: DateTimeOffset }

    /// EV-106
    type MemberSuspended = { Reason: Personal option; By: string; At: DateTimeOffset }

    /// EV-106
    type MemberSuspensionLifted = { By: string; At: DateTimeOffset }

    /// EV-107
    type MemberLeft = { Reason: Personal option; By: string; At: DateTimeOffset }

    /// Case name = stored name; the events of `Rights` are stored under their own names.
    type Event =
        | TeamMemberAdded of TeamMemberAdded
        | TeamMemberRemoved of TeamMemberRemoved
        | TeamMemberRoleChanged of TeamMemberRoleChanged
        | TeamInvitationSent of TeamInvitationSent
        | TeamInvitationAccepted of TeamInvitationAccepted
        | TeamInvitationDeclined of TeamInvitationDeclined
        | TeamInvitationExpired of TeamInvitationExpired
        | TeamInvitationRevoked of TeamInvitationRevoked
        | MembershipRequested of MembershipRequested
        | MembershipRequestApproved of MembershipRequestApproved
        | MembershipRequestRejected of MembershipRequestRejected
        | MembershipRequestWithdrawn of MembershipRequestWithdrawn
        | MemberDeactivated of MemberDeactivated
        | MemberReactivated of MemberReactivated
        | MemberSuspended of MemberSuspended
        | MemberSuspensionLifted of MemberSuspensionLifted
        | MemberLeft of MemberLeft
        /// What he is given inside the team besides his role.
        | Rights of UmsSti.Domain.Rights.Events.Event

/// One answer per event, for C# readers.
type IEventVisitor<'r> =
    abstract TeamMemberAdded: Events.TeamMemberAdded -> 'r
    abstract TeamMemberRemoved: Events.TeamMemberRemoved -> 'r
    abstract TeamMemberRoleChanged: Events.TeamMemberRoleChanged -> 'r
    abstract TeamInvitationSent: Events.TeamInvitationSent -> 'r
    abstract TeamInvitationAccepted: Events.TeamInvitationAccepted -> 'r
    abstract TeamInvitationDeclined: Events.TeamInvitationDeclined -> 'r
    abstract TeamInvitationExpired: Events.TeamInvitationExpired -> 'r
    abstract TeamInvitationRevoked: Events.TeamInvitationRevoked -> 'r
    abstract MembershipRequested: Events.MembershipRequested -> 'r
    abstract MembershipRequestApproved: Events.MembershipRequestApproved -> 'r
    abstract MembershipRequestRejected: Events.MembershipRequestRejected -> 'r
    abstract MembershipRequestWithdrawn: Events.MembershipRequestWithdrawn -> 'r
    abstract MemberDeactivated: Events.MemberDeactivated -> 'r
    abstract MemberReactivated: Events.MemberReactivated -> 'r
    abstract MemberSuspended: Events.MemberSuspended -> 'r
    abstract MemberSuspensionLifted: Events.MemberSuspensionLifted -> 'r
    abstract MemberLeft: Events.MemberLeft -> 'r
    /// To be told apart by `Rights.IEventVisitor`.
    abstract Rights: Rights.Events.Event -> 'r

[<RequireQualifiedAccess>]
module Reactions =
    /// Calls the visitor's member for the event.
    let dispatch (visitor: IEventVisitor<'r>) event =
        match event with
        | Events.TeamMemberAdded e -> visitor.TeamMemberAdded e
        | Events.TeamMemberRemoved e -> visitor.TeamMemberRemoved e
        | Events.TeamMemberRoleChanged e -> visitor.TeamMemberRoleChanged e
        | Events.TeamInvitationSent e -> visitor.TeamInvitationSent e
        | Events.TeamInvitationAccepted e -> visitor.TeamInvitationAccepted e
        | Events.TeamInvitationDeclined e -> visitor.TeamInvitationDeclined e
        | Events.TeamInvitationExpired e -> visitor.TeamInvitationExpired e
        | Events.TeamInvitationRevoked e -> visitor.TeamInvitationRevoked e
        | Events.MembershipRequested e -> visitor.MembershipRequested e
        | Events.MembershipRequestApproved e -> visitor.MembershipRequestApproved e
        | Events.MembershipRequestRejected e -> visitor.MembershipRequestRejected e
        | Events.MembershipRequestWithdrawn e -> visitor.MembershipRequestWithdrawn e
        | Events.MemberDeactivated e -> visitor.MemberDeactivated e
        | Events.MemberReactivated e -> visitor.MemberReactivated e
        | Events.MemberSuspended e -> visitor.MemberSuspended e
        | Events.MemberSuspensionLifted e -> visitor.MemberSuspensionLifted e
        | Events.MemberLeft e -> visitor.MemberLeft e
        | Events.Rights e -> visitor.Rights e
