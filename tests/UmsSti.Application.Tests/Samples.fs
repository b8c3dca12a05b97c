/// One event of every kind, every optional field filled: what the golden files hold.
module UmsSti.Application.Tests.Samples

open System
open UmsSti.Domain

let private at = DateTimeOffset(2026, 3, 1, 12, 0, 0, 123, TimeSpan.Zero)
let private later = DateTimeOffset(2026, 3, 2, 12, 0, 0, 123, TimeSpan.Zero)
let private ada = "019ca9a5-6c00-7000-8000-000000000001"
let private grace = "019ca9a5-6c00-7000-8000-000000000002"
let private session = "019ca9a5-6c00-7000-8000-00000000000a"
let private known text = Personal.Known text

let private profile: User.Events.ProfileValue[] =
    [| { Field = "bio"; Value = known "Counts.\nSlowly." }; { Field = "city"; Value = known "Zürich" } |]

/// What is given: the same in the streams of users and of memberships.
let rights: Rights.Events.Event list =
    [ Rights.Events.UserPermissionGranted
          { Permission = "gdpr.manage"
            Level = "full_access"
            ExpiresAt = Some later
            Reason = Some(known "audit season")
            By = grace
            At = at }
      Rights.Events.UserPermissionRevoked { Permission = "gdpr.manage"; Reason = known "audit over"; By = grace; At = at }
      Rights.Events.UserRoleAssigned { Role = "global.auditor"; ExpiresAt = Some later; IsPending = true; By = grace; At = at }
      Rights.Events.UserRoleRevoked { Role = "global.auditor"; Reason = known "audit over"; By = grace; At = at }
      Rights.Events.PermissionRequested
          { Permission = "gdpr.manage"
            Level = "full_access"
            ExpiresAt = Some later
            Justification = known "audit season"
            By = grace
            At = at }
      Rights.Events.PermissionRequestApproved { Permission = "gdpr.manage"; By = grace; At = at }
      Rights.Events.PermissionRequestDenied { Permission = "gdpr.manage"; Reason = known "not needed"; By = grace; At = at }
      Rights.Events.PermissionRequestExpired { Permission = "gdpr.manage"; By = grace; At = at }
      Rights.Events.PermissionSuspended { Permission = "gdpr.manage"; Reason = known "under question"; By = grace; At = at }
      Rights.Events.PermissionSuspensionLifted { Permission = "gdpr.manage"; Reason = known "explained"; By = grace; At = at }
      Rights.Events.PermissionLevelChanged
          { Permission = "gdpr.manage"
            OldLevel = "full_access"
            NewLevel = "read_only"
            By = grace
            At = at }
      Rights.Events.PermissionsExpired { Permissions = [| "gdpr.manage" |]; Roles = [| "global.auditor" |]; By = grace; At = at }
      Rights.Events.RoleAssignmentActivated { Role = "global.auditor"; By = grace; At = at }
      Rights.Events.RoleAssignmentCancelled { Role = "global.auditor"; Reason = known "not needed"; By = grace; At = at }
      Rights.Events.RoleAssignmentDeactivated { Role = "global.auditor"; Reason = known "on leave"; By = grace; At = at }
      Rights.Events.RoleAssignmentReactivated { Role = "global.auditor"; By = grace; At = at }
      Rights.Events.RoleAssignmentSuspended { Role = "global.auditor"; Reason = known "under question"; By = grace; At = at }
      Rights.Events.RoleAssignmentSuspensionLifted { Role = "global.auditor"; Reason = known "explained"; By = grace; At = at } ]

let users: User.Events.Event list =
    [ User.Events.UserRegistrationInitiated
          { Type = "standard"
            Email = known "Ada@Example.org"
            Name = known "Ada Lovelace"
            Profile = profile
            VerificationExpiresAt = Some later
            By = "anonymous"
            At = at }
      User.Events.UserRegistrationCompleted { Profile = profile; By = ada; At = at }
      User.Events.UserActivated { Method = "admin"; By = grace; At = at }
      User.Events.UserDeactivated { Reason = known "on leave"; By = grace; At = at }
      User.Events.UserSuspended { Reason = known "odd orders"; Until = Some later; By = grace; At = at }
      User.Events.UserUnsuspended { Note = known "explained"; By = grace; At = at }
      User.Events.UserArchived { Reason = Some(known "left"); By = grace; At = at }
      User.Events.UserPurged { LegalBasis = "erasure_request"; By = "system:retention"; At = at }
      User.Events.UserReactivated { By = grace; At = at }
      User.Events.UserEmailVerified { By = "anonymous"; At = at }
      User.Events.UserVerificationExpired { By = "system:schedule"; At = at }
      User.Events.UserVerificationResent { ExpiresAt = later; By = ada; At = at }
      User.Events.UserStateAutoInactivated { LastActivityAt = at; ThresholdDays = 90; By = "system:schedule"; At = later }
      User.Events.AdminRegistrationInitiated
          { Email = known "grace@example.org"
            Name = known "Grace Hopper"
            Profile = profile
            By = grace
            At = at }
      User.Events.AdminUserActivated { By = grace; At = at }
      User.Events.AdminUserRejected { Reason = known "unknown here"; By = grace; At = at }
      User.Events.AdminReviewStarted { Trigger = known "odd hours"; By = grace; At = at }
      User.Events.AdminReviewConcluded { Outcome = "passed"; Note = known "explained"; By = grace; At = at }
      User.Events.UserProfileUpdated
          { Changes =
              [| { Field = "name"; Previous = Some(known "Ada Lovelace"); New = Some(known "Ada King") }
                 { Field = "city"; Previous = Some(known "Zürich"); New = Some(known "London") } |]
            By = ada
            At = at }
      User.Events.UserEmailChanged
          { Old = known "Ada@Example.org"
            New = known "ada@example.net"
            VerificationRequired = true
            VerificationExpiresAt = Some later
            By = ada
            At = at }
      User.Events.UserPreferencesUpdated { Changes = [| { Key = "theme"; Value = Some(known "dark") } |]; By = ada; At = at }
      User.Events.UserActiveTeamSwitched
          { From = Some "01HF7YAT00000000000000000A"; To = "01HF7YAT00000000000000000B"; By = grace; At = at }
      yield! rights |> List.map User.Events.Rights ]

let addresses: EmailAddress.Events.Event list =
    [ EmailAddress.Events.Claimed { UserId = ada; At = at }
      EmailAddress.Events.Released { UserId = ada; Reason = "changed"; At = at } ]

let access: Access.Events.Event list =
    [ Access.Events.UserLoggedIn { SessionId = session; Method = "password"; ExpiresAt = later; At = at }
      Access.Events.UserLoggedOut { SessionId = session; Method = "manual"; At = at }
      Access.Events.FailedLoginAttempt { Reason = "invalid_credentials"; At = at }
      Access.Events.AccessDenied { Operation = "SuspendUser"; Permission = "users.manage"; Scope = "global"; At = at }
      Access.Events.SystemBypass { Operation = "PurgeUser"; Permission = "gdpr.manage"; Scope = ada; At = at }
      Access.Events.RegistrationRefused { Reason = "address_taken"; At = at } ]

let operators: Operator.Events.Event list =
    [ Operator.Events.ProjectionRebuildRequested { Model = "users"; At = at }
      Operator.Events.ParkedStreamRetried { Projection = "user-directory"; Stream = $"User-{ada}"; At = at }
      Operator.Events.ParkedStreamSkipped
          { Projection = "user-directory"
            Stream = $"User-{ada}"
            FromPosition = 1200L
            Extent = "event"
            Reason = known "beyond repair"
            At = at }
      Operator.Events.OutboxItemRetried { ItemId = "17"; At = at }
      Operator.Events.OutboxItemSkipped { ItemId = "17"; Reason = known "address is gone"; At = at }
      Operator.Events.FailedReactionRetried { Reactor = "processes"; Position = 1200L; At = at }
      Operator.Events.WebhookReplayed { EndpointId = "3"; FromPosition = 1200L; At = at }
      Operator.Events.AuditExported { Format = "csv"; From = Some at; To = Some later; At = later }
      Operator.Events.SecurityEventResolved { Log = "activity"; Position = 1200L; Note = known "a typo of his own"; At = at } ]

let processes: Process.Events.Event list =
    [ Process.Events.Started
          { Steps = [| { Name = "expire"; NotBefore = at; Undoable = false } |]
            Facts = [| { Name = "graceDays"; Value = "7" } |]
            CorrelationId = "run-1"
            CausationId = Some "4711"
            NextAt = at
            At = at
            StandsOnFailure = Some true }
      Process.Events.StepDone { Step = "expire"; NextAt = later; At = at }
      Process.Events.StepFailed { Step = "archive"; Attempt = 2; Code = "concurrency-conflict"; RetryAt = Some later; At = at }
      Process.Events.StepGivenUp { Step = "memberships"; Attempt = 5; Code = "concurrency-conflict"; At = at }
      Process.Events.StepCompensated { Step = "expire"; At = at }
      Process.Events.CompensationFailed
          { Step = "expire"; Attempt = 1; Code = "concurrency-conflict"; RetryAt = Some later; At = at }
      Process.Events.Resumed { By = grace; At = at }
      Process.Events.Superseded { Step = "archive"; Code = "invalid-transition"; At = at }
      Process.Events.Completed { At = at }
      Process.Events.Failed { Code = "unknown-step"; At = at } ]

let schedules: Schedule.Events.Event list =
    [ Schedule.Events.RunStarted
          { RunId = "run-1"; Owner = "host-1"; Trigger = "due"; Slot = Some at; LeaseUntil = later; At = at }
      Schedule.Events.RunContinued { RunId = "run-1"; Done = 5; Failed = 1; LeaseUntil = later; At = at }
      Schedule.Events.RunEnded
          { RunId = "run-1"
            State = "failed"
            Done = 5
            Skipped = 2
            Failed = 1
            Error = Some "The read model did not catch up in time."
            At = later } ]
