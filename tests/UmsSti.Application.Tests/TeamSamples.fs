/// One event of every kind about teams, memberships and roles, every optional field filled: what the golden files hold.
module UmsSti.Application.Tests.TeamSamples

open System
open UmsSti.Domain

let private at = DateTimeOffset(2026, 3, 1, 12, 0, 0, 123, TimeSpan.Zero)
let private later = DateTimeOffset(2026, 3, 2, 12, 0, 0, 123, TimeSpan.Zero)
let private ada = "019ca9a5-6c00-7000-8000-000000000001"
let private grace = "019ca9a5-6c00-7000-8000-000000000002"
let private acme = "01HF7YAT00000000000000000A"
let private engine = "01HF7YAT00000000000000000B"
let private crew = "01HF7YAT00000000000000000C"

let teams: Team.Events.Event list =
    [ Team.Events.TeamCreated
          { Name = "Analytical Engine"
            Slug = "analytical-engine"
            Type = "project"
            ParentTeamId = Some acme
            OrganizationId = acme
            Details = [| { Field = "description"; Value = "Computes.\nSlowly." } |]
            Settings = [| { Field = "visibility"; Value = "private" } |]
            By = grace
            At = at }
      Team.Events.TeamUpdated
          { Changes =
              [| { Field = "name"; Previous = Some "Analytical Engine"; New = Some "Difference Engine" }
                 { Field = "email"; Previous = Some "engine@example.org"; New = Some "engine@example.net" } |]
            By = grace
            At = at }
      Team.Events.TeamArchived { Reason = "finished"; By = grace; At = at }
      Team.Events.TeamHierarchyChanged
          { OldParentId = Some acme
            NewParentId = crew
            HierarchyImpact = [| engine |]
            Note = Some "reorganised"
            By = grace
            At = at }
      Team.Events.TeamActivated { By = grace; At = at }
      Team.Events.TeamDeactivated { Reason = Some "summer"; By = grace; At = at }
      Team.Events.TeamReactivated { By = grace; At = at }
      Team.Events.TeamSuspended { Reason = "odd orders"; By = grace; At = at }
      Team.Events.TeamSuspensionLifted { Note = Some "explained"; By = grace; At = at }
      Team.Events.TeamCancelled { By = grace; At = at }
      Team.Events.TeamDeleted { By = "system:retention"; At = at }
      Team.Events.TeamPurged { By = "system:retention"; At = at }
      Team.Events.TeamMaintenanceStarted { By = grace; At = at }
      Team.Events.TeamMaintenanceCompleted { By = grace; At = at }
      Team.Events.TeamMembershipClosed { By = grace; At = at }
      Team.Events.TeamMembershipOpened { By = grace; At = at }
      Team.Events.TeamSettingChanged
          { SettingKey = "default_role"
            OldValue = Some "member"
            NewValue = Some "observer"
            By = grace
            At = at }
      Team.Events.TeamOwnerAssigned { OwnerUserId = ada; By = grace; At = at }
      Team.Events.TeamOwnerReleased { OwnerUserId = ada; By = grace; At = at } ]

let slugs: TeamSlug.Events.Event list =
    [ TeamSlug.Events.Claimed { TeamId = engine; At = at }
      TeamSlug.Events.Released { TeamId = engine; At = later } ]

let hierarchies: Hierarchy.Events.Event list =
    [ Hierarchy.Events.Placed
          { TeamId = engine
            ParentId = Some acme
            Type = "project"
            NameKey = "analytical engine"
            DepthLimit = Some 4
            By = grace
            At = at }
      Hierarchy.Events.Moved
          { TeamId = engine
            OldParentId = acme
            NewParentId = crew
            Moved = [| engine |]
            By = grace
            At = at }
      Hierarchy.Events.Renamed { TeamId = engine; NameKey = "difference engine"; By = grace; At = at }
      Hierarchy.Events.DepthLimited { TeamId = engine; Limit = Some 3; By = grace; At = at }
      Hierarchy.Events.Closed { TeamId = engine; By = grace; At = at }
      Hierarchy.Events.Removed { TeamId = engine; By = "system:retention"; At = at } ]

let private reason = Some(Personal.Known "on leave")

let memberships: Membership.Events.Event list =
    [ Membership.Events.TeamMemberAdded { Role = "member"; By = grace; At = at }
      Membership.Events.TeamMemberRemoved { Reason = reason; By = grace; At = at }
      Membership.Events.TeamMemberRoleChanged { OldRole = "member"; NewRole = "leader"; By = grace; At = at }
      Membership.Events.TeamInvitationSent
          { Role = "member"
            Message = Some(Personal.Known "Join us.")
            ExpiresAt = later
            By = grace
            At = at }
      Membership.Events.TeamInvitationAccepted { By = ada; At = at }
      Membership.Events.TeamInvitationDeclined { Reason = reason; By = ada; At = at }
      Membership.Events.TeamInvitationExpired { By = "system:schedule"; At = later }
      Membership.Events.TeamInvitationRevoked { Reason = reason; By = grace; At = at }
      Membership.Events.MembershipRequested { RequestedRole = "member"; By = ada; At = at }
      Membership.Events.MembershipRequestApproved { Role = "observer"; By = grace; At = at }
      Membership.Events.MembershipRequestRejected { Reason = reason; By = grace; At = at }
      Membership.Events.MembershipRequestWithdrawn { By = ada; At = at }
      Membership.Events.MemberDeactivated { Reason = reason; By = grace; At = at }
      Membership.Events.MemberReactivated { By = grace; At = at }
      Membership.Events.MemberSuspended { Reason = reason; By = grace; At = at }
      Membership.Events.MemberSuspensionLifted { By = grace; At = at }
      Membership.Events.MemberLeft { Reason = reason; By = ada; At = at }
      yield! Samples.rights |> List.map Membership.Events.Rights ]

let roles: Role.Events.Event list =
    [ Role.Events.RoleDefined
          { Kind = "custom"
            Description = Some "Looks after the books."
            Permissions = [| "audit.view"; "reports.advanced" |]
            By = grace
            At = at }
      Role.Events.RoleDescriptionChanged { Description = Some "Reads the books."; By = grace; At = at }
      Role.Events.RolePermissionAdded { Permission = "users.view"; By = grace; At = at }
      Role.Events.RolePermissionRemoved { Permission = "users.view"; By = grace; At = at }
      Role.Events.RoleRetired { Reason = Some "merged"; By = grace; At = at } ]

let settings: SystemSettings.Events.Event list =
    [ SystemSettings.Events.SettingChanged
          { Key = "max_hierarchy_depth"
            OldValue = Some "8"
            NewValue = "6"
            By = "system:command-line"
            At = at } ]
