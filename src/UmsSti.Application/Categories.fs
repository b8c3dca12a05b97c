namespace UmsSti.Application

open UmsSti.Kernel

/// Which log holds what.
[<RequireQualifiedAccess>]
module Categories =
    /// Those of the domain log.
    let domain =
        [| UserStream.Category
           EmailAddressStream.Category
           TeamStream.Category
           TeamSlugStream.Category
           HierarchyStream.Category
           MembershipStream.Category
           RoleStream.Category
           SettingsStream.Category
           ProcessStream.Category |]

    /// Those of the activity log.
    let activity =
        [| AccessStream.Category; AccessDecisionStream.Category; OperatorStream.Category; ScheduleStream.Category |]

    /// Whether a stream is kept in the activity log.
    let isActivity (stream: StreamName) = activity |> Array.exists stream.IsIn
