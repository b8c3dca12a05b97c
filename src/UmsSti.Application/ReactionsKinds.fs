namespace UmsSti.Application

open System
open System.Collections.Generic
open System.Runtime.InteropServices

/// What a notice to a person is about (NT-01...40). The names are stored in the outbox and name the templates: add, never rename.
[<RequireQualifiedAccess>]
type NoticeKind =
    /// NT-01
    | Welcome
    /// NT-02: the link that proves an address.
    | VerifyEmail
    /// NT-03
    | AccountActivated
    /// NT-04
    | AdminWelcome
    /// NT-05, to those who may approve.
    | ApprovalNeeded
    /// NT-05, to the applicant.
    | ApprovalDecided
    /// NT-06: somebody else made the account.
    | CredentialSetUp
    /// NT-09, to the new address.
    | EmailChangedNew
    /// NT-09, to the old address.
    | EmailChangedOld
    /// NT-20
    | StateChanged
    /// NT-20
    | ProfileUpdated
    /// Somebody tried to register with the address of this account.
    | AddressInUse
    /// NT-27: a system user passed a check by his type alone.
    | BypassAlert
    /// NT-12
    | TeamInvitation
    /// NT-13: with the role.
    | TeamWelcome
    /// NT-14
    | TeamRemoved
    /// NT-15
    | TeamRoleChanged
    /// NT-16
    | TeamCreated
    /// NT-17
    | TeamMoved
    /// NT-18
    | TeamArchived
    /// NT-19: a permission or a role.
    | RightGiven
    /// NT-19, of what followed from another change too.
    | RightTaken
    /// NT-19
    | RightsExpired

    /// The stable name.
    member this.Name =
        match this with
        | Welcome -> "welcome"
        | VerifyEmail -> "verify-email"
        | AccountActivated -> "account-activated"
        | AdminWelcome -> "admin-welcome"
        | ApprovalNeeded -> "approval-needed"
        | ApprovalDecided -> "approval-decided"
        | CredentialSetUp -> "credential-set-up"
        | EmailChangedNew -> "email-changed-new"
        | EmailChangedOld -> "email-changed-old"
        | StateChanged -> "state-changed"
        | ProfileUpdated -> "profile-updated"
        | AddressInUse -> "address-in-use"
        | BypassAlert -> "bypass-alert"
        | TeamInvitation -> "team-invitation"
        | TeamWelcome -> "team-welcome"
        | TeamRemoved -> "team-removed"
        | TeamRoleChanged -> "team-role-changed"
        | TeamCreated -> "team-created"
        | TeamMoved -> "team-moved"
        | TeamArchived -> "team-archived"
        | RightGiven -> "right-given"
        | RightTaken -> "right-taken"
        | RightsExpired -> "rights-expired"

    /// Whether it is sent to people who want no notices too: it protects or opens their account (NT-40).
    member this.IsSecurity =
        match this with
        | VerifyEmail
        | CredentialSetUp
        | EmailChangedNew
        | EmailChangedOld
        | AddressInUse
        | BypassAlert -> true
        | Welcome
        | AccountActivated
        | AdminWelcome
        | ApprovalNeeded
        | ApprovalDecided
        | StateChanged
        | ProfileUpdated
        | TeamInvitation
        | TeamWelcome
        | TeamRemoved
        | TeamRoleChanged
        | TeamCreated
        | TeamMoved
        | TeamArchived
        | RightGiven
        | RightTaken
        | RightsExpired -> false

    /// Whether it is about teams and rights: only people with an active account are told of those.
    member this.IsOfRights =
        match this with
        | TeamInvitation
        | TeamWelcome
        | TeamRemoved
        | TeamRoleChanged
        | TeamCreated
        | TeamMoved
        | TeamArchived
        | RightGiven
        | RightTaken
        | RightsExpired -> true
        | Welcome
        | VerifyEmail
        | AccountActivated
        | AdminWelcome
        | ApprovalNeeded
        | ApprovalDecided
        | CredentialSetUp
        | EmailChangedNew
        | EmailChangedOld
        | StateChanged
        | ProfileUpdated
        | AddressInUse
        | BypassAlert -> false

    override this.ToString() = this.Name

    /// Every kind.
    static member All =
        [| Welcome
           VerifyEmail
           AccountActivated
           AdminWelcome
           ApprovalNeeded
           ApprovalDecided
           CredentialSetUp
           EmailChangedNew
           EmailChangedOld
           StateChanged
           ProfileUpdated
           AddressInUse
           BypassAlert
           TeamInvitation
           TeamWelcome
           TeamRemoved
           TeamRoleChanged
           TeamCreated
           TeamMoved
           TeamArchived
           RightGiven
           RightTaken
           RightsExpired |]

    /// The kind of a stable name.
    static member TryParse(name: string, [<Out>] result: byref<NoticeKind>) =
        match NoticeKind.All |> Array.tryFind (fun kind -> kind.Name = name) with
        | Some kind ->
            result <- kind
            true
        | None -> false

/// Makes the effects that are notices.
[<RequireQualifiedAccess>]
module internal Notice =
    /// To a person or a group; parameters are ids, names and numbers.
    let make (kind: NoticeKind) recipient (parameters: (string * string) list) : Effect =
        let all = Dictionary<string, string>()

        for key, value in parameters do
            all[key] <- value

        { Channel = Channels.Mail
          Kind = kind.Name
          Recipient = recipient
          Parameters = all
          OnceKey = null
          NotBefore = Nullable() }
