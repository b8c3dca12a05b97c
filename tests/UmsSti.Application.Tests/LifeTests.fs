/// A user's life through the door: each command on its good path, with the events it stores (EV-201).
module UmsSti.Application.Tests.LifeTests

open System
open Expecto
open UmsSti.Application
open UmsSti.Application.Tests.World

/// Sends the commands one after the other; after each: sub-state, and the types of the events it stored.
let private tour (house: House) (commands: (string * Command) list) =
    [ for actor, command in commands do
          let head = house.Head
          let answer = house.Do(actor, command)
          Expect.equal answer.Position house.Head "position of its last event"
          Expect.equal (shape answer.User) (shape (house.View answer.User.Id)) "the answer is the state"
          yield answer.User.SubState, house.TypesAfter head ]

[<Tests>]
let tests =
    testList
        "Life"
        [ test "a standard user, from registration to purge" {
              let house = House()
              let admin = house.Active("admin", "grace@example.org")
              let other = house.Active("admin", "hopper@example.org")
              let ada = house.Pending("standard", "ada@example.org")
              let until = Nullable(house.Time.GetUtcNow().AddDays 7.0)

              Expect.equal
                  (tour
                      house
                      [ admin, Command.ActivateUser ada
                        admin, Command.ActivateUser ada
                        ada, Command.CompleteRegistration { update ada with Profile = fields [ "bio", "Counts." ] }
                        ada, rename ada "Ada King"
                        ada, Command.UpdateUser { update ada with Preferences = fields [ "theme", "dark" ] }
                        ada, Command.ChangeEmail(ada, "king@example.org")
                        ada, Command.ResendVerification ada
                        admin, Command.SuspendUser(ada, "odd orders", until)
                        other, Command.UnsuspendUser(ada, "explained")
                        ada, Command.DeactivateUser(ada, "on leave")
                        admin, Command.ActivateUser ada
                        ada, Command.ArchiveUser(ada, null)
                        root, Command.PurgeUser(ada, "retention_expired") ])
                  [ "active", [ "UserActivated" ]
                    "active", []
                    "active", [ "UserRegistrationCompleted" ]
                    "active", [ "UserProfileUpdated" ]
                    "active", [ "UserPreferencesUpdated" ]
                    "active", [ "UserEmailChanged"; "Claimed"; "Released" ]
                    "active", [ "UserVerificationResent" ]
                    "suspended", [ "UserSuspended" ]
                    "active", [ "UserUnsuspended" ]
                    "inactive", [ "UserDeactivated" ]
                    "active", [ "UserReactivated" ]
                    "archived", [ "UserArchived" ]
                    "purged", [ "UserPurged"; "Released" ] ]
                  "step by step"
          }

          test "an admin, through approval, review and rejection" {
              let house = House()
              let boss = house.Active("system", "root@localhost")
              let grace = house.Pending("admin", "grace@example.org")
              let eve = house.Pending("admin", "eve@example.org")

              Expect.equal
                  (tour
                      house
                      [ boss, Command.ActivateUser grace
                        boss, Command.OpenAdminReview(grace, "odd hours")
                        boss, Command.ConcludeAdminReview(grace, "passed", "explained")
                        boss, Command.OpenAdminReview(grace, "odd hours again")
                        boss, Command.ConcludeAdminReview(grace, "failed", "not explained")
                        boss, Command.OpenAdminReview(grace, "appeal")
                        boss, Command.ConcludeAdminReview(grace, "terminated", "left")
                        boss, Command.RejectAdmin(eve, "unknown here")
                        boss, Command.ArchiveUser(eve, "application closed") ])
                  [ "active", [ "AdminUserActivated" ]
                    "under_review", [ "AdminReviewStarted" ]
                    "active", [ "AdminReviewConcluded" ]
                    "under_review", [ "AdminReviewStarted" ]
                    "suspended", [ "AdminReviewConcluded" ]
                    "under_review", [ "AdminReviewStarted" ]
                    "archived", [ "AdminReviewConcluded" ]
                    "rejected", [ "AdminUserRejected" ]
                    "archived", [ "UserArchived" ] ]
                  "step by step"
          }

          test "verification: confirmed in time, run out, sent again" {
              let house = House()
              let schedule = Actors.system "schedule"
              let ada = house.Pending("standard", "ada@example.org")
              let bob = house.Pending("standard", "bob@example.org")
              let verify id email = Actors.Anonymous, Command.VerifyEmail(id, house.IndexOf email)
              Expect.equal (tour house [ verify ada "ada@example.org" ]) [ "active", [ "UserEmailVerified" ] ] "in time"
              Expect.isTrue (house.View ada).EmailVerified "verified"
              house.Time.Advance(TimeSpan.FromHours 24.5)

              Expect.equal
                  (tour
                      house
                      [ schedule, Command.ExpireVerification bob
                        schedule, Command.ExpireVerification bob
                        root, Command.ResendVerification bob
                        verify bob "bob@example.org" ])
                  [ "expired", [ "UserVerificationExpired" ]
                    "expired", []
                    "pending_verification", [ "UserVerificationResent" ]
                    "active", [ "UserEmailVerified" ] ]
                  "run out"
          }

          test "the 90-day rule, told by the schedule" {
              let house = House()
              let ada = house.Active("standard", "ada@example.org")
              let last = house.Time.GetUtcNow()
              house.Time.Advance(TimeSpan.FromDays 91.0)

              Expect.equal
                  (tour house [ Actors.system "schedule", Command.AutoInactivate(ada, last) ])
                  [ "inactive", [ "UserStateAutoInactivated" ] ]
                  "inactive"
          }

          test "name, profile and preferences in one command are one step of two events" {
              let house = House()
              let ada = house.Active("standard", "ada@example.org")
              let version = (house.View ada).Version

              let everything =
                  { update ada with
                      Name = "Ada King"
                      Profile = fields [ "city", "London"; "bio", "Counts." ]
                      Preferences = fields [ "theme", "dark" ] }

              Expect.equal
                  (tour house [ ada, Command.UpdateUser everything ])
                  [ "active", [ "UserProfileUpdated"; "UserPreferencesUpdated" ] ]
                  "both"

              let view = house.View ada
              Expect.equal (view.Name, view.Profile["city"], view.Preferences["theme"]) ("Ada King", "London", "dark") "all of it"
              Expect.equal view.Version (version + 2L) "two events"
          }

          test "a suspension with an end to the microsecond is the same suspension after a restart" {
              // The log keeps milliseconds: an end that is cut only on disk would make a retry another wish.
              let house = House()
              let ada = house.Active("standard", "ada@example.org")
              let until = Nullable(house.Time.GetUtcNow().AddDays(7.0).AddTicks 1L)
              let command = Command.SuspendUser(ada, "odd orders", until)
              house.Do(root, command) |> ignore
              let head = house.Head
              house.Do(root, command) |> ignore
              let cold = house.Cold()

              match run (cold.Door.Execute(house.Envelope root, command, anyToken)) with
              | Answer.Accepted _ -> Expect.equal house.Head head "no event, cold or warm"
              | Answer.Refused refusal -> failtest refusal.Code
          } ]
