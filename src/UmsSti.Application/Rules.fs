namespace UmsSti.Application

open UmsSti.Domain

/// Who may do what: one exhaustive match for commands and one for queries (CQ-06). A new case does not compile without
/// its rule, and an operation without a rule cannot be expressed.
[<RequireQualifiedAccess>]
module internal Rules =
    let private global' permission = Requirement.Holds(permission, Scope.Global)
    let private over user permission = Requirement.Holds(permission, Scope.OfUser user)

    let private registration (register: User.Register) =
        match register.Type, register.Activate with
        | UserType.Standard, None -> Requirement.SelfRegistration
        | UserType.Standard, Some _ -> Requirement.Both(global' Permission.UsersManage, global' Permission.UsersActivate)
        | UserType.Admin, _ -> global' Permission.UsersCreateAdmin
        | UserType.System, _ -> global' Permission.SystemConfiguration

    /// A new address takes an account over, and archiving ends it. An admin suffers that from himself or from those who make
    /// admins, not from his peers; suspending stays theirs, so that one of them can be stopped at once (CM-11, CM-18).
    let private ownerOr user (target: User.Fold.State) permission =
        match User.Queries.tryDetails target with
        | Some { Type = UserType.Admin } -> Requirement.OwnerOr(user, Permission.UsersCreateAdmin)
        | _ -> Requirement.OwnerOr(user, permission)

    let private onUser user (target: User.Fold.State) (command: User.Command) =
        match command with
        | User.Command.Register register -> registration register
        | User.Command.CompleteRegistration _ -> Requirement.Owner user
        | User.Command.Activate _ when User.Queries.activationIsApproval target -> over user Permission.UsersCreateAdmin
        | User.Command.Activate _ -> over user Permission.UsersActivate
        | User.Command.Deactivate _ -> Requirement.OwnerOr(user, Permission.UsersManage)
        | User.Command.Archive _ -> ownerOr user target Permission.UsersManage
        | User.Command.Suspend _
        | User.Command.LiftSuspension _
        | User.Command.OpenReview _
        | User.Command.ConcludeReview _ -> over user Permission.UsersManage
        | User.Command.Purge _ -> over user Permission.GdprManage
        // Whoever holds the single-use token is the one it was sent to; the edge has checked it.
        | User.Command.VerifyEmail _ -> Requirement.SelfRegistration
        | User.Command.ExpireVerification
        | User.Command.CleanupExpired _
        | User.Command.EndSuspension
        | User.Command.AutoInactivate _ -> global' Permission.SystemConfiguration
        | User.Command.ResendVerification -> Requirement.OwnerOr(user, Permission.UsersActivate)
        | User.Command.UpdateProfile _ -> Requirement.OwnerOr(user, Permission.UsersEdit)
        | User.Command.ChangeEmail _ -> ownerOr user target Permission.UsersEdit
        | User.Command.UpdatePreferences _ -> Requirement.Owner user
        | User.Command.ApproveAdmin
        | User.Command.RejectAdmin _ -> over user Permission.UsersCreateAdmin

    /// What a command asks of its caller; all of it must hold. `target` is the state of the user it is about.
    let command (command: ValidCommand) (target: User.Fold.State) : Requirement list =
        match command with
        | ValidCommand.Register(_, register, _) -> [ registration register ]
        | ValidCommand.ChangeEmail(user, _) -> [ ownerOr user target Permission.UsersEdit ]
        | ValidCommand.VerifyEmail _ -> [ Requirement.SelfRegistration ]
        // A change of nothing still asks for the right to change.
        | ValidCommand.OfUser(user, []) -> [ Requirement.OwnerOr(user, Permission.UsersEdit) ]
        | ValidCommand.OfUser(user, commands) -> commands |> List.map (onUser user target)
        | ValidCommand.OfTeams command -> TeamRules.requirements command

    /// What a query asks of its caller; one of the alternatives suffices. The last one names what is missing in a denial.
    let query (query: Query) (actor: UserId voption) : Result<Requirement list, Refusal> =
        let aboutUser (text: string) permission =
            match UserId.TryParse text with
            | true, user -> Ok [ Requirement.OwnerOr(user, permission) ]
            | false, _ -> Error(Refusals.notFound "user")

        match query, actor with
        | Query.GetUser user, _ -> aboutUser user Permission.UsersView
        | Query.ReadUserEvents user, _
        | Query.ReadStateHistory user, _ -> aboutUser user Permission.AuditView
        | Query.ListSessions user, _
        | Query.CloseSessions user, _ -> aboutUser user Permission.UsersManage
        | Query.ListUsers, _ -> Ok [ global' Permission.UsersView ]
        | Query.ReadEvents, _
        | Query.SeeProjections, _ -> Ok [ global' Permission.SystemConfiguration; global' Permission.AuditView ]
        | Query.SeeSchedules, _ -> Ok [ global' Permission.SystemConfiguration; global' Permission.AuditView ]
        | Query.OperateSchedules, _
        | Query.OperateProjections, _
        // Not by the right to look: whoever reads what was refused to him does not wave it away.
        | Query.ResolveSecurityEvents, _ -> Ok [ global' Permission.SystemConfiguration ]
        | Query.ReadAudit, _
        | Query.ReadSecurityEvents, _ -> Ok [ global' Permission.AuditView ]
        // Figures of the whole installation: `reports.basic`, which every user holds, is for reports on one's own.
        | Query.ReadAnalytics, _ -> Ok [ global' Permission.ReportsAdvanced ]
        | Query.SeeOwnAccount, ValueSome self -> Ok [ Requirement.Owner self ]
        | Query.SeeOwnAccount, ValueNone -> Error Refusals.unauthenticated
        | Query.OfTeams operation, _ -> Ok [ Operation.requirement operation ]

    /// The stable name of a command, for audit facts and metrics.
    let commandName (command: Command) =
        match command with
        | Command.RegisterUser _ -> "RegisterUser"
        | Command.CompleteRegistration _ -> "CompleteRegistration"
        | Command.ActivateUser _ -> "ActivateUser"
        | Command.DeactivateUser _ -> "DeactivateUser"
        | Command.SuspendUser _ -> "SuspendUser"
        | Command.UnsuspendUser _ -> "UnsuspendUser"
        | Command.EndSuspension _ -> "EndSuspension"
        | Command.ArchiveUser _ -> "ArchiveUser"
        | Command.PurgeUser _ -> "PurgeUser"
        | Command.UpdateUser _ -> "UpdateUser"
        | Command.ChangeEmail _ -> "ChangeEmail"
        | Command.VerifyEmail _ -> "VerifyEmail"
        | Command.ResendVerification _ -> "ResendVerification"
        | Command.ExpireVerification _ -> "ExpireVerification"
        | Command.CleanupExpired _ -> "CleanupExpired"
        | Command.AutoInactivate _ -> "AutoInactivate"
        | Command.RejectAdmin _ -> "RejectAdmin"
        | Command.OpenAdminReview _ -> "OpenAdminReview"
        | Command.ConcludeAdminReview _ -> "ConcludeAdminReview"
        | Command.OfTeams command -> TeamRules.commandName command

    /// The stable name of a query.
    let queryName (query: Query) =
        match query with
        | Query.GetUser _ -> "GetUser"
        | Query.ListUsers -> "ListUsers"
        | Query.ReadUserEvents _ -> "ReadUserEvents"
        | Query.ReadEvents -> "ReadEvents"
        | Query.SeeProjections -> "SeeProjections"
        | Query.OperateProjections -> "OperateProjections"
        | Query.ReadAudit -> "ReadAudit"
        | Query.ReadSecurityEvents -> "ReadSecurityEvents"
        | Query.ResolveSecurityEvents -> "ResolveSecurityEvents"
        | Query.ReadStateHistory _ -> "ReadStateHistory"
        | Query.ListSessions _ -> "ListSessions"
        | Query.CloseSessions _ -> "CloseSessions"
        | Query.ReadAnalytics -> "ReadAnalytics"
        | Query.SeeSchedules -> "SeeSchedules"
        | Query.OperateSchedules -> "OperateSchedules"
        | Query.SeeOwnAccount -> "SeeOwnAccount"
        | Query.OfTeams operation -> Operation.name operation
