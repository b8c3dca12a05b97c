/// What people are given at the door: grants, roles, settings of the installation, the active team (CM-16, CM-60...66).
module UmsSti.Application.Tests.GrantTests

open System
open Expecto
open UmsSti.Application
open UmsSti.Kernel
open UmsSti.Application.Tests.World
open UmsSti.Application.Tests.TeamWorld

[<Tests>]
let tests =
    testList
        "Grants and roles"
        [ test "nobody gives what he lacks, above his rank, to himself, or to the wrong scope" {
              let firm = firm ()
              let house, team = firm.House, firm.Squad
              let chief = hire firm team "admin" "chief"
              let ada = hire firm team "member" "ada"
              let peer = hire firm team "admin" "peer"
              let past = Nullable(house.Time.GetUtcNow())
              Expect.equal (codeOf house chief (give ada team "team.archive")) "permission-not-held" "he lacks it"
              Expect.equal (codeOf house chief (give peer team "team.members.invite")) "grant-above-rank" "a peer"
              Expect.equal (codeOf house chief (give chief team "team.members.invite")) "self-grant-not-allowed" "himself"
              Expect.equal (codeOf house chief (give ada team "users.view")) "permission-scope-mismatch" "not in a team"
              Expect.equal (codeOf house root (give ada null "team.view")) "permission-scope-mismatch" "only in a team"
              Expect.equal (codeOf house chief (give ada team "team.fly")) "unknown-permission" "no such thing"
              Expect.equal (codeOf house chief (giveUntil ada team "team.members.invite" past)) "expiry-not-in-future" "over"
              Expect.equal (codeOf house ada (give peer team "team.view")) "forbidden" "a member"
              Expect.equal (codeOf house chief (give ada firm.Project "team.view")) "not-found" "another team"
              Expect.equal (codeOf house chief (revoke ada team "team.members.invite")) "invalid-transition" "never given"
              let eve = house.Active("standard", "eve@example.org")
              Expect.equal (codeOf house chief (give eve team "team.view")) "subject-not-active" "no member"
              house.Do(chief, give ada team "team.members.invite") |> ignore
              Expect.equal (storedBy house chief (give ada team "team.members.invite")) [] "a repeat"
              let tomorrow = Nullable(house.Time.GetUtcNow().AddDays 1.0)
              Expect.equal
                  (codeOf house chief (giveUntil ada team "team.members.invite" tomorrow))
                  "permission-already-granted"
                  "else"
              Expect.equal
                  (codeOf house chief (ofGrant ada team "team.members.invite" (GrantStep.Revoke null)))
                  "validation-failed"
                  "why"
              Expect.equal (grantOf (house.Do(chief, revoke ada team "team.members.invite"))).State "revoked" "taken back"
          }

          test "a grant ends when its time has come, event or no event" {
              let firm = firm ()
              let house, team = firm.House, firm.Squad
              let ada = hire firm team "member" "ada"
              let bob = house.Active("standard", "bob@example.org")
              house.Do(firm.Boss, giveUntil ada team "team.members.invite" (Nullable(house.Time.GetUtcNow().AddHours 1.0)))
              |> ignore
              house.Do(ada, ofMember team bob (MembershipStep.Invite("observer", noEnd, null))) |> ignore
              house.Time.Advance(TimeSpan.FromHours 1.0)
              Expect.equal (codeOf house ada (ofMember team bob (MembershipStep.RevokeInvitation null))) "forbidden" "PE-24"
              Expect.equal (codeOf house firm.Boss (ofTeams (TeamCommand.ExpireRights(ada, team)))) "forbidden" "a job's"
              Expect.equal (storedBy house root (ofTeams (TeamCommand.ExpireRights(ada, team)))) [ "PermissionsExpired" ] "closed"
              Expect.equal (storedBy house root (ofTeams (TeamCommand.ExpireRights(ada, team)))) [] "once"
          }

          test "requests for a permission" {
              let house = House()
              let ada = house.Active("standard", "ada@example.org")
              let admin = house.Active("admin", "admin@example.org")
              let ask = ofGrant ada null "users.view" (GrantStep.Request(noEnd, "to help"))
              Expect.equal (codeOf house admin ask) "forbidden" "nobody else's wish"
              house.Do(ada, ask) |> ignore
              Expect.equal (codeOf house ada (ofGrant ada null "users.view" GrantStep.Approve)) "forbidden" "not by himself"
              Expect.equal (grantOf (house.Do(admin, ofGrant ada null "users.view" GrantStep.Approve))).State "active" "given"
              house.Do(ada, ofGrant ada null "gdpr.manage" (GrantStep.Request(noEnd, "to help"))) |> ignore
              Expect.equal
                  (codeOf house admin (ofGrant ada null "gdpr.manage" GrantStep.Approve))
                  "permission-not-held"
                  "he lacks it"
              Expect.equal (grantOf (house.Do(admin, ofGrant ada null "gdpr.manage" (GrantStep.Deny "no")))).State "denied" "no"
          }

          test "roles: scope, retirement, and what is put into them" {
              let firm = firm ()
              let house, team = firm.House, firm.Squad
              let ada = hire firm team "member" "ada"
              let chief = hire firm team "admin" "chief"
              Expect.equal (codeOf house chief (define team "host" [| "team.members.invite" |])) "forbidden" "executives define"
              Expect.equal
                  (codeOf house firm.Boss (define team "host" [| "users.view" |]))
                  "permission-scope-mismatch"
                  "wrong scope"
              Expect.equal (codeOf house firm.Boss (define team "host" [| "team.fly" |])) "unknown-permission" "no such thing"
              Expect.equal (codeOf house firm.Boss (define team "Deputy" [||])) "validation-failed" "built in"
              Expect.equal
                  (codeOf house firm.Boss (define null "auditor" [| "gdpr.manage" |]))
                  "permission-not-held"
                  "he lacks it"
              house.Do(firm.Boss, define team "host" [| "team.members.invite" |]) |> ignore
              Expect.equal (codeOf house firm.Boss (define team "HOST" [||])) "role-name-taken" "in any case"
              Expect.equal (codeOf house firm.Boss (assign ada firm.Project "host")) "not-found" "another team's"
              Expect.equal (codeOf house root (assign ada null "system-admin")) "system-role-reserved" "for system users"
              Expect.equal (assignmentOf (house.Do(chief, assign ada team "host"))).State "active" "given"
              let bob = house.Active("standard", "bob@example.org")
              house.Do(ada, ofMember team bob (MembershipStep.Invite("observer", noEnd, null))) |> ignore
              house.Do(firm.Boss, ofRole team "host" (RoleStep.Retire null)) |> ignore
              Expect.equal (codeOf house ada (ofMember team bob (MembershipStep.RevokeInvitation null))) "forbidden" "XR-09"
              Expect.equal (codeOf house firm.Boss (permitIn team "host" [| "team.view" |])) "role-retired" "retired"
              Expect.equal (codeOf house firm.Boss (assign chief team "host")) "role-retired" "retired"
          }

          test "a role that is assigned to somebody outside lets him in first, by who may add him (PE-23)" {
              let firm = firm ()
              let house, team = firm.House, firm.Squad
              let eve = house.Active("standard", "eve@example.org")
              let leader = hire firm team "leader" "leader"
              house.Do(firm.Boss, define team "host" [| "team.view" |]) |> ignore
              house.Do(firm.Boss, define team "old" [| "team.view" |]) |> ignore
              house.Do(firm.Boss, ofRole team "old" (RoleStep.Retire null)) |> ignore
              house.Do(firm.Boss, give leader team "team.roles.assign") |> ignore
              Expect.equal (codeOf house leader (assign eve team "host")) "subject-not-active" "he may not add members"
              Expect.equal (codeOf house firm.Boss (assign eve team "old")) "role-retired" "and is not let in without a role"
              Expect.equal (codeOf house firm.Boss (give eve team "team.move")) "subject-not-active" "a grant lets nobody in"
              Expect.equal (storedBy house firm.Boss (assign eve team "host")) [ "TeamMemberAdded"; "UserRoleAssigned" ] "both"
              Expect.equal (person house team eve).Role "member" "as a member"
              house.Do(eve, leave team eve) |> ignore
              house.Do(firm.Boss, stepTeam team TeamStep.CloseMembership) |> ignore
              Expect.equal (codeOf house firm.Boss (assign eve team "host")) "team-not-open" "the team's own rules hold"
          }

          test "the kind of a role" {
              let house = House()
              let kind text = ofRole null "auditor" (RoleStep.Define(null, [| "audit.view" |], text))
              Expect.equal (codeOf house root (kind "royal")) "validation-failed" "no such kind"
              Expect.equal (roleOf (house.Do(root, kind "temporary"))).Kind "temporary" "kept"
          }

          test "nobody keeps what he may lose by a role of his own" {
              let firm = firm ()
              let house, team = firm.House, firm.Squad
              let eve = hire firm team "executive" "eve"
              house.Do(eve, define team "host" [| "team.view" |]) |> ignore
              house.Do(firm.Boss, assign eve team "host") |> ignore
              Expect.equal
                  (codeOf house eve (permitIn team "host" [| "team.view"; "team.archive" |]))
                  "self-grant-not-allowed"
                  "in a team"
              house.Do(firm.Boss, roleIn team eve "member") |> ignore
              Expect.equal (codeOf house eve (archiveTeam team)) "forbidden" "gone with the rank"
              let admin = house.Active("admin", "admin@example.org")
              house.Do(root, define null "helper" [| "audit.view" |]) |> ignore
              house.Do(root, assign admin null "helper") |> ignore
              house.Do(root, giveUntil admin null "gdpr.manage" (Nullable(house.Time.GetUtcNow().AddHours 1.0))) |> ignore
              Expect.equal
                  (codeOf house admin (permitIn null "helper" [| "gdpr.manage" |]))
                  "self-grant-not-allowed"
                  "outside teams"
              house.Do(admin, permitIn null "helper" [||]) |> ignore
          }

          test "the settings of the installation and the active team" {
              let firm = firm ()
              let house = firm.House
              Expect.equal (codeOf house firm.Boss (setSystem "max_hierarchy_depth" "5")) "forbidden" "not an admin's"
              Expect.equal (codeOf house root (setSystem "max_hierarchy_depth" "x")) "validation-failed" "a number"
              Expect.equal (codeOf house root (setSystem "gravity" "0")) "not-found" "no setting"
              Expect.equal (storedBy house root (setSystem "max_hierarchy_depth" "5")) [ "SettingChanged" ] "set"
              let ada = hire firm firm.Squad "observer" "ada"
              Expect.equal (house.Do(ada, workIn ada firm.Squad)).User.ActiveTeamId firm.Squad "his team"
              Expect.equal (codeOf house ada (workIn ada firm.Project)) "not-a-member" "not his"
              Expect.equal (codeOf house firm.Boss (workIn ada firm.Squad)) "forbidden" "his choice"
              Expect.equal (codeOf house ada (workIn ada "42")) "not-found" "no team"
          } ]
