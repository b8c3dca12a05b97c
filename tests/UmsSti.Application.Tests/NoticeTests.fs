/// Who is told what (RE-10, NT-01...27), and whether he still is when the message is sent (RE-02, RE-11, NT-40).
module UmsSti.Application.Tests.NoticeTests

open System
open System.Collections.Generic
open Expecto
open FsCheck
open FsCheck.FSharp
open UmsSti.Application
open UmsSti.Domain
open UmsSti.Application.Tests.Generators

let private ada = "019ca9a5-6c00-7000-8000-000000000001"
let private grace = "019ca9a5-6c00-7000-8000-000000000002"
let private at = DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero)
let private known = Personal.Known
let private fold events = User.Fold.fold User.Fold.initial (Array.ofList events)

let private registered by =
    User.Events.UserRegistrationInitiated
        { Type = "standard"
          Email = known "Ada@Example.org"
          Name = known "Ada"
          Profile = [||]
          VerificationExpiresAt = Some(at.AddDays 1.)
          By = by
          At = at }

let private activated = User.Events.UserActivated { Method = "admin"; By = grace; At = at }
let private verified = User.Events.UserEmailVerified { By = "anonymous"; At = at }
let private prefers value =
    User.Events.UserPreferencesUpdated { Changes = [| { Key = "email_notifications"; Value = value } |]; By = ada; At = at }

let private emailChanged: User.Events.Event =
    User.Events.UserEmailChanged
        { Old = known "Ada@Example.org"
          New = known "ada@example.net"
          VerificationRequired = true
          VerificationExpiresAt = Some(at.AddDays 1.)
          By = ada
          At = at }

let private kinds effects = effects |> Array.map (fun (effect: Effect) -> effect.Kind, effect.Recipient) |> List.ofArray

let private facts kind cause then' now : NoticeFacts =
    { Kind = kind
      Parameters = Dictionary<string, string>()
      Cause = cause
      Then = then'
      Now = now
      RecipientId = ada
      Teams = NoticeTeams.None
      At = at
      IsEmailOn = true }

let private judged kind (events: User.Events.Event list) later =
    NoticeRules.judge (facts kind (Some(List.last events)) (fold events) (fold (events @ later)))

let private outcome verdict =
    match verdict with
    | NoticeVerdict.Send letter -> "send " + letter.To
    | NoticeVerdict.Skip reason -> "skip " + reason
    | NoticeVerdict.Cancel reason -> "cancel " + reason

let private reactions =
    testList
        "reactions"
        [ test "a self-registration is welcomed and sent its link" {
              Expect.equal
                  (NoticeReactions.user ada (registered "anonymous") |> kinds)
                  [ "welcome", ada; "verify-email", ada ]
                  "two"
          }

          test "an account made by somebody else is explained too; system users hear nothing" {
              Expect.contains (NoticeReactions.user ada (registered grace) |> kinds) ("credential-set-up", ada) "NT-06"

              match registered grace with
              | User.Events.UserRegistrationInitiated e ->
                  let machine = User.Events.UserRegistrationInitiated { e with Type = "system" }
                  Expect.isEmpty (NoticeReactions.user ada machine) "machines read no mail"
              | _ -> failtest "a registration"
          }

          test "an applicant for admin is welcomed, and those who may approve are asked" {
              let sample = Samples.users |> List.find (fun event -> event.IsAdminRegistrationInitiated)
              let effects = NoticeReactions.user ada sample
              Expect.equal
                  (kinds effects)
                  [ "admin-welcome", ada; "approval-needed", Audience.Approvers; "credential-set-up", ada ]
                  "NT-04...06"
              Expect.equal (effects[1].Parameters["applicant"]) ada "by id, never by name"
          }

          test "a changed address is told at both ends" {
              Expect.equal
                  (NoticeReactions.user ada emailChanged |> kinds)
                  [ "email-changed-new", ada; "email-changed-old", ada ]
                  "NT-09"
          }

          test "bypasses and tried addresses are told once a day" {
              let bypass at =
                  Access.Events.SystemBypass { Operation = "ListUsers"; Permission = "users.view"; Scope = "global"; At = at }
              let key at = NoticeReactions.access grace (bypass at) |> Array.head |> _.OnceKey
              Expect.equal (key at) (key (at.AddHours 11.)) "the same day"
              Expect.notEqual (key at) (key (at.AddHours 12.)) "the next"
              Expect.isEmpty (NoticeReactions.access "system:bootstrap" (bypass at)) "the program itself is no person"

              let refused = Access.Events.RegistrationRefused { Reason = "address_taken"; At = at }
              Expect.equal (NoticeReactions.access ada refused |> kinds) [ "address-in-use", ada ] "the owner"
          }

          property "nothing personal ever stands in an effect" (fun (event: User.Events.Event) ->
              NoticeReactions.user ada event
              |> Array.forall (fun effect ->
                  effect.Parameters
                  |> Seq.forall (fun pair ->
                      pair.Key = "fields" || not (pair.Value.Contains(PersonMark, StringComparison.Ordinal)))
                  && not (effect.Recipient.Contains PersonMark)))

          property "the same event always gives the same effects, each of a known kind" (fun (event: User.Events.Event) ->
              let one, two = NoticeReactions.user ada event, NoticeReactions.user ada event

              kinds one = kinds two
              && one |> Array.forall (fun effect -> fst (NoticeKind.TryParse effect.Kind) && effect.Channel = Channels.Mail))

          test "every kind's name is read back, and no two are alike" {
              for kind in NoticeKind.All do
                  Expect.equal (NoticeKind.TryParse kind.Name) (true, kind) kind.Name

              Expect.equal (NoticeKind.All |> Array.distinctBy _.Name |> Array.length) NoticeKind.All.Length "distinct"
          } ]

let private rules =
    testList
        "rules"
        [ test "the preference keeps notices away, but not those that protect the account" {
              let quiet = fold [ registered "anonymous"; activated; prefers (Some(known "false")) ]

              for kind in NoticeKind.All do
                  let result = outcome (NoticeRules.judge (facts kind None quiet quiet))

                  if kind.IsSecurity then
                      Expect.notEqual result "skip the recipient wants no notices" kind.Name
                  else
                      Expect.equal result "skip the recipient wants no notices" kind.Name
          }

          test "unset, cleared, erased or any other text: notices are wanted" {
              for value in [ None; Some Personal.Erased; Some(known "true"); Some(known "") ] do
                  let state = fold [ registered "anonymous"; activated; prefers value ]
                  Expect.equal
                      (outcome (NoticeRules.judge (facts NoticeKind.Welcome None state state)))
                      "send Ada@Example.org"
                      $"{value}"
          }

          test "with e-mail off nothing is sent at all" {
              let state = fold [ registered "anonymous" ]

              for kind in NoticeKind.All do
                  let result = NoticeRules.judge { facts kind None state state with IsEmailOn = false }
                  Expect.equal (outcome result) "skip e-mail notifications are off" kind.Name
          }

          property
              "whoever is erased or purged gets nothing, whatever happened"
              (fun (events: User.Events.Event list) (index: uint32) ->
                  let kind = NoticeKind.All[int (index % uint32 NoticeKind.All.Length)]

                  let purged =
                      fold (
                          [ registered "anonymous" ]
                          @ events
                          @ [ User.Events.UserArchived { Reason = None; By = grace; At = at }
                              User.Events.UserPurged { LegalBasis = "erasure_request"; By = grace; At = at } ]
                      )

                  match NoticeRules.judge (facts kind None purged purged) with
                  | NoticeVerdict.Cancel _ -> true
                  | NoticeVerdict.Send _
                  | NoticeVerdict.Skip _ -> false)

          property
              "judging is total, and what is sent has an address and a known language"
              (fun (events: User.Events.Event list) (later: User.Events.Event list) (index: uint32) ->
                  let kind = NoticeKind.All[int (index % uint32 NoticeKind.All.Length)]

                  match judged kind (registered "anonymous" :: events) later with
                  | NoticeVerdict.Send letter -> letter.To <> "" && (letter.Language = "en" || letter.Language = "de")
                  | NoticeVerdict.Skip reason
                  | NoticeVerdict.Cancel reason -> reason <> "")

          test "a link is sent while it would be taken, and only the newest" {
              let start = [ registered "anonymous" ]
              let resent = User.Events.UserVerificationResent { ExpiresAt = at.AddDays 2.; By = ada; At = at.AddHours 1. }
              let judge later = outcome (judged NoticeKind.VerifyEmail start later)
              Expect.equal (judge []) "send Ada@Example.org" "it is awaited"
              Expect.equal (judge [ verified ]) "skip the address is confirmed already" "done"
              Expect.equal (judge [ resent ]) "skip superseded: a newer link was sent" "a newer one"
              Expect.equal (judge [ emailChanged ]) "skip superseded: the address was changed again" "another address"

              let suspended = User.Events.UserSuspended { Reason = known "odd"; Until = None; By = grace; At = at }
              Expect.equal (judge [ suspended ]) "skip the account is suspended" "it would be refused"

              let late =
                  NoticeRules.judge
                      { facts NoticeKind.VerifyEmail (Some start[0]) (fold start) (fold start) with At = at.AddDays 1. }

              Expect.equal (outcome late) "skip the time to confirm is over" "too late"

              match judged NoticeKind.VerifyEmail start [] with
              | NoticeVerdict.Send letter -> Expect.equal letter.Proves "ada@example.org" "normalised, as the index takes it"
              | other -> failtest $"{other}"
          }

          test "the old address is read from the event, the new one must still be the present one" {
              let events = [ registered "anonymous"; verified; emailChanged ]
              Expect.equal (outcome (judged NoticeKind.EmailChangedOld events [])) "send Ada@Example.org" "old"
              Expect.equal (outcome (judged NoticeKind.EmailChangedNew events [])) "send ada@example.net" "new"
          }

          test "a respelled address is no change that anybody is told of" {
              let respelled =
                  User.Events.UserEmailChanged
                      { Old = known "Ada@Example.org"
                        New = known "ada@example.org"
                        VerificationRequired = false
                        VerificationExpiresAt = None
                        By = ada
                        At = at }

              for kind in [ NoticeKind.EmailChangedOld; NoticeKind.EmailChangedNew ] do
                  let result = outcome (judged kind [ registered "anonymous"; verified; respelled ] [])
                  Expect.equal result "skip only the spelling of the address was changed" kind.Name
          }

          test "confirming a changed address is no activation" {
              let first = [ registered "anonymous"; verified ]
              Expect.equal
                  (outcome (judged NoticeKind.AccountActivated first []))
                  "send Ada@Example.org"
                  "the first confirmation activates"
              let second = first @ [ emailChanged; User.Events.UserEmailVerified { By = "anonymous"; At = at.AddHours 2. } ]
              Expect.equal
                  (outcome (judged NoticeKind.AccountActivated second []))
                  "skip the account was active already"
                  "the second does not"
          }

          test "mail is in the person's language where there is one" {
              for locale, language in [ "de", "de"; "de-AT", "de"; "DE-CH", "de"; "den", "en"; "fr", "en"; "en-GB", "en" ] do
                  let change: User.Events.FieldChange = { Field = "locale"; Previous = None; New = Some(known locale) }
                  let state =
                      fold
                          [ registered "anonymous"; User.Events.UserProfileUpdated { Changes = [| change |]; By = ada; At = at } ]

                  match User.Queries.tryDetails state with
                  | Some user -> Expect.equal (NoticeRules.language user) language locale
                  | None -> failtest "registered"
          }

          test "a change of state names the state and its reason" {
              let suspended =
                  User.Events.UserSuspended { Reason = known "odd orders"; Until = Some(at.AddDays 3.); By = grace; At = at }

              match judged NoticeKind.StateChanged [ registered "anonymous"; activated; suspended ] [] with
              | NoticeVerdict.Send letter ->
                  Expect.equal (letter.Values["state-suspended"]) "yes" "state"
                  Expect.equal (letter.Values["reason"]) "odd orders" "reason"
                  Expect.equal (letter.Values["until"]) "2026-03-04 12:00 UTC" "until"
              | other -> failtest $"{other}"
          } ]

let private outside =
    testList
        "outside"
        [ property "an event that leaves the house carries nothing personal" (fun (event: User.Events.Event) ->
              let text = (EventBody.withhold event).GetRawText()
              // What is no `Personal` may hold the mark too: the generator puts it into personal values only.
              not (text.Contains(PersonMark, StringComparison.Ordinal))) ]

[<Tests>]
let tests = testList "Notices" [ reactions; rules; outside ]
