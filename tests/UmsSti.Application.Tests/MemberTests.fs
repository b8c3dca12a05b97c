/// People in teams at the door (CM-50...56, FS-40, FS-45, XR-06).
module UmsSti.Application.Tests.MemberTests

open System
open Expecto
open UmsSti.Application
open UmsSti.Domain
open UmsSti.Kernel
open UmsSti.Application.Tests.World
open UmsSti.Application.Tests.TeamWorld

[<Tests>]
let tests =
    testList
        "Members of teams"
        [ test "the ladder is climbed step by step, by those above only" {
              let firm = firm ()
              let house, team = firm.House, firm.Squad
              let ada = hire firm team "member" "ada"
              let chief = hire firm team "admin" "chief"
              Expect.equal (codeOf house chief (roleIn team ada "admin")) "grant-above-rank" "not his own rank"
              Expect.equal (codeOf house firm.Boss (roleIn team ada "admin")) "role-step-not-allowed" "member to admin"
              house.Do(chief, roleIn team ada "leader") |> ignore
              Expect.equal (codeOf house ada (roleIn team chief "leader")) "forbidden" "from below"
              house.Do(firm.Boss, roleIn team ada "admin") |> ignore
              Expect.equal (codeOf house chief (roleIn team ada "leader")) "target-above-rank" "a peer"
              Expect.equal (codeOf house chief (removeFrom team firm.Boss)) "target-above-rank" "an executive"
              house.Do(firm.Boss, roleIn team ada "executive") |> ignore
              Expect.equal (TeamWorld.team house team).Executives.Length 2 "the team knows"
              let periods = (person house team ada).Roles |> Array.map _.Role
              Expect.equal periods [| "executive"; "admin"; "leader"; "member" |] "TM-42"
          }

          test "the last executive neither leaves nor is removed, demoted, suspended" {
              let firm = firm ()
              let house, team, boss = firm.House, firm.Squad, firm.Boss

              for command in
                  [ leave team boss
                    removeFrom team boss
                    roleIn team boss "member"
                    ofMember team boss (MembershipStep.Suspend null)
                    ofMember team boss (MembershipStep.Deactivate null) ] do
                  Expect.equal (codeOf house boss command) "last-executive" "XR-06"

              let ada = hire firm team "executive" "ada"
              Expect.equal (storedBy house boss (leave team boss)) [ "MemberLeft"; "TeamOwnerReleased" ] "one of two"
              Expect.equal (TeamWorld.team house team).Executives [| ada |] "the other stays"
          }

          test "two last executives leave at once: one stays" {
              for _ in 1..20 do
                  let firm = firm ()
                  let house, team = firm.House, firm.Squad
                  let ada = hire firm team "executive" "ada"
                  house.EventLog.Mix()

                  let answers =
                      [ ada; firm.Boss ]
                      |> List.map (fun user -> fun () -> house.Start(house.Envelope user, leave team user))
                      |> atOnce

                  Expect.equal (accepted answers).Length 1 "one leaves"
                  Expect.equal (refused answers |> Array.map _.Code) [| "last-executive" |] "one stays"
          }

          test "who cannot be a member, and who is one already" {
              let firm = firm ()
              let house, team = firm.House, firm.Squad
              let code user = codeOf house firm.Boss (addTo team user "member")
              let ada = hire firm team "member" "ada"
              Expect.equal (code ada) "already-member" "twice"
              Expect.equal (code "01HF7YAT00000000000000000A") "guests-cannot-be-members" "a guest"
              Expect.equal (code "42x") "not-found" "nobody"
              Expect.equal (code (house.Parts.Ids.NewUserId(UserType.Standard).Value)) "not-found" "an unknown user"
              Expect.equal (code (house.Active("system", "root@localhost"))) "system-users-cannot-be-members" "a system user"
              Expect.equal (code (house.Pending("standard", "new@example.org"))) "subject-not-active" "pending"
              Expect.equal (codeOf house firm.Boss (addTo team ada "king")) "validation-failed" "no such role"
              Expect.equal (codeOf house root (addTo (house.Parts.Ids.NewTeamId().Value) ada "member")) "not-found" "no team"
              let eve = house.Active("standard", "eve@example.org")
              Expect.equal (codeOf house eve (addTo team eve "member")) "not-found" "an outsider learns of no team"
              Expect.equal (codeOf house ada (addTo team eve "member")) "forbidden" "a member may not"
              let admin = house.Active("admin", "admin@example.org")
              Expect.equal (codeOf house admin (addTo team admin "member")) "self-grant-not-allowed" "an administrator himself"
              house.Do(admin, addTo team eve "executive") |> ignore
          }

          test "fifty add the same person at once: one membership" {
              let firm = firm ()
              let house, team = firm.House, firm.Squad
              let ada = house.Active("standard", "ada@example.org")
              house.EventLog.Mix()
              house.Time.Advance(TimeSpan.FromSeconds 1.0)
              let admins = [ for n in 1..50 -> house.Active("admin", $"admin{n}@example.org") ]

              let answers =
                  admins
                  |> List.map (fun admin -> fun () -> house.Start(house.Envelope admin, addTo team ada "member"))
                  |> atOnce

              Expect.equal (accepted answers).Length 1 "one"
              Expect.equal (refused answers |> Array.map _.Code |> Array.distinct) [| "already-member" |] "and no more"
          }

          test "a team is seen by its members while its state lets them look" {
              let firm = firm ()
              let house = firm.House
              let ada = hire firm firm.Squad "executive" "ada"
              house.Do(root, addTo firm.Project ada "executive") |> ignore
              house.Do(root, stepTeam firm.Squad (TeamStep.Suspend "odd orders")) |> ignore
              let teams = [| firm.Org; firm.Project; firm.Squad |]
              let seen = run (house.App.Gate.TeamsSeen(ada, teams, house.Time.GetUtcNow(), anyToken))
              Expect.equal (Seq.toList seen) [ firm.Project ] "a member of it, and it is open"
          }

          test "requests" {
              let firm = firm ()
              let house, team = firm.House, firm.Squad
              let ada = house.Active("standard", "ada@example.org")
              let wish role = ofMember team ada (MembershipStep.Request role)
              Expect.equal (codeOf house ada (wish null)) "not-found" "closed by default, and not there for who is outside"
              house.Do(firm.Boss, setTeam team "allow_self_registration" "true") |> ignore
              Expect.equal (codeOf house firm.Boss (wish null)) "forbidden" "nobody else's wish"
              house.Do(ada, wish "executive") |> ignore
              Expect.equal
                  (codeOf house ada (ofMember team ada (MembershipStep.ApproveRequest null)))
                  "not-found"
                  "not by himself"
              let chief = hire firm team "admin" "chief"
              let approve role = ofMember team ada (MembershipStep.ApproveRequest role)
              Expect.equal (codeOf house chief (approve null)) "grant-above-rank" "what was asked is above him"
              Expect.equal (memberOf (house.Do(chief, approve "member"))).Role "member" "less"
              house.Do(ada, leave team ada) |> ignore
              house.Do(firm.Boss, setTeam team "approval_required" "false") |> ignore
              house.Do(firm.Boss, setTeam team "default_role" "observer") |> ignore
              Expect.equal (memberOf (house.Do(ada, wish null))).Role "observer" "by the team's own rules"
              house.Do(ada, leave team ada) |> ignore
              Expect.equal (memberOf (house.Do(ada, wish "admin"))).State "requested" "more waits for a word"
              house.Do(ada, ofMember team ada MembershipStep.WithdrawRequest) |> ignore
              house.Do(ada, wish "admin") |> ignore
              Expect.equal
                  (memberOf (house.Do(firm.Boss, ofMember team ada (MembershipStep.RejectRequest null)))).State
                  "rejected"
                  "no"
          }

          test "invitations" {
              let firm = firm ()
              let house, team = firm.House, firm.Squad
              let ada = house.Active("standard", "ada@example.org")
              let leader = hire firm team "leader" "leader"
              let invite role (expiresAt: Nullable<DateTimeOffset>) =
                  ofMember team ada (MembershipStep.Invite(role, expiresAt, "Join us."))
              let past = Nullable(house.Time.GetUtcNow())
              Expect.equal (codeOf house leader (invite "leader" noEnd)) "grant-above-rank" "not his own rank"
              Expect.equal (codeOf house leader (invite "member" past)) "expiry-not-in-future" "over before it begins"
              house.Do(leader, invite "member" noEnd) |> ignore
              Expect.equal (codeOf house leader (ofMember team ada MembershipStep.AcceptInvitation)) "forbidden" "hers alone"
              house.Time.Advance(TimeSpan.FromDays 7.0)
              Expect.equal (codeOf house ada (ofMember team ada MembershipStep.AcceptInvitation)) "invitation-expired" "NF-14"
              house.Do(leader, ofMember team ada (MembershipStep.RevokeInvitation null)) |> ignore
              house.Do(leader, invite "member" noEnd) |> ignore
              house.Do(ada, ofMember team ada (MembershipStep.DeclineInvitation "no time")) |> ignore
              house.Do(leader, invite "member" noEnd) |> ignore
              Expect.equal (memberOf (house.Do(ada, ofMember team ada MembershipStep.AcceptInvitation))).State "active" "in"
          }

          test "a purged person is removed without a word about him" {
              let firm = firm ()
              let house, team = firm.House, firm.Squad
              let ada = hire firm team "member" "ada"
              house.Do(root, Command.ArchiveUser(ada, null)) |> ignore
              house.Do(root, Command.PurgeUser(ada, "erasure_request")) |> ignore
              let remove = ofMember team ada (MembershipStep.Remove "She is gone.")
              Expect.equal (memberOf (house.Do(firm.Boss, remove))).State "removed" "removed"
              Expect.equal
                  (codeOf house root (ofGrant ada null "audit.view" (GrantStep.Revoke "over")))
                  "subject-not-active"
                  "no rights"
          }

          test "If-Match counts for every kind of entity" {
              let firm = firm ()
              let house = firm.House
              let ada = hire firm firm.Squad "member" "ada"
              house.Do(root, define null "auditor" [| "audit.view" |]) |> ignore
              house.Do(root, give ada null "audit.view") |> ignore
              house.Do(root, setSystem "max_hierarchy_depth" "7") |> ignore

              for command in
                  [ renameTeam firm.Squad "Band"
                    move firm.Project firm.Org
                    archiveTeam firm.Squad
                    setTeam firm.Squad "max_hierarchy_depth" "5"
                    stepTeam firm.Squad (TeamStep.Suspend "odd orders")
                    roleIn firm.Squad ada "leader"
                    give ada firm.Squad "team.members.invite"
                    revoke ada null "audit.view"
                    permitIn null "auditor" [||]
                    setSystem "max_hierarchy_depth" "6" ] do
                  let stale = { house.Envelope root with ExpectedVersion = 77L }
                  Expect.equal (house.Refusal(stale, command)).Code "version-mismatch" $"{command}"
          } ]
