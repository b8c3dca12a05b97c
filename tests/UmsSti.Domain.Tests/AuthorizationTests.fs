module UmsSti.Domain.Tests.AuthorizationTests

open Expecto
open UmsSti.Domain

let private me = Samples.person 1
let private other = Samples.person 2
let private team = TeamId.Parse "01ARYZ6S410000000000000000"

// The whole of it: over the own account, by type in the installation or over another's account.
let private table =
    //  permission              self   standard admin
    [ "profile.view", true, false, true
      "profile.edit", true, false, true
      "teams.create", false, false, true
      "teams.manage", false, false, true
      "users.view", false, false, true
      "users.edit", false, false, true
      "users.manage", false, false, true
      "users.activate", false, false, true
      "users.create_admin", false, false, false
      "users.delete", false, false, false
      "users.data.delete", false, false, false
      "users.impersonate", false, false, false
      "permissions.assign", false, false, true
      "reports.basic", false, true, true
      "reports.advanced", false, false, true
      "system.admin_access", false, false, false
      "system.configuration", false, false, false
      "audit.view", false, false, true
      "gdpr.manage", false, false, false
      "onboarding.manage", false, false, true
      "content.public.view", false, true, true
      for permission in Permission.team.ToArray() do
          permission.Name, false, false, false ]

let private permission (name: string) =
    match Permission.TryParse name with
    | true, permission -> permission
    | _ -> failwith name

let private now = Samples.start

let private known userType state (grants: Permission[]) : KnownPrincipal =
    { KnownPrincipal.Plain((if userType = UserType.System then Samples.machine 1 else me), userType, state) with
        Holdings = grants |> Array.map (fun permission -> Holding.ofGrant permission None) }

let private decide principal scope permission = Authorization.decide now principal scope permission

let private expected (who: KnownPrincipal) scope (self, standard, admin) (permission: Permission) =
    let byDefault =
        match who.Type with
        | UserType.Standard -> standard
        | UserType.Admin -> admin
        | UserType.System -> false

    if who.State <> UserState.Active then
        Decision.Denied(Missing.ActiveState who.State)
    elif who.Type = UserType.System then
        Decision.Allowed Fact.SystemBypass
    else
        match scope with
        | Scope.Team team -> Decision.Denied(Missing.Membership team)
        | Scope.OfUser user when user = me && self -> Decision.Allowed Fact.Self
        | Scope.OfUser _
        | Scope.Global when permission.Scope = PermissionScope.Team -> Decision.Denied(Missing.TeamContext permission)
        | Scope.OfUser _
        | Scope.Global when who.Holdings.Length > 0 -> Decision.Allowed(Fact.Grant permission)
        | Scope.OfUser _
        | Scope.Global when byDefault -> Decision.Allowed(Fact.TypeDefault who.Type)
        | Scope.OfUser _
        | Scope.Global -> Decision.Denied(Missing.Permission(permission, scope))

let private scopes = [ Scope.Global; Scope.OfUser me; Scope.OfUser other; Scope.Team team ]
let private grants = [ [||]; Permission.All ]

let private matrix =
    testList
        "matrix"
        [ test "the table names every permission once" {
              let names = table |> List.map (fun (name, _, _, _) -> name)
              Expect.equal (Array.sort (Array.ofList names)) (Permission.All |> Array.map _.Name |> Array.sort) "all"
          }

          for name, self, standard, admin in table do
              test name {
                  let permission = permission name

                  for userType in UserType.All do
                      for state in UserState.All do
                          for grants in grants do
                              for scope in scopes do
                                  let who = known userType state grants

                                  Expect.equal
                                      (decide (Principal.Of who) scope permission)
                                      (expected who scope (self, standard, admin) permission)
                                      $"{userType} {state} {scope}"

                  for scope in scopes do
                      Expect.equal
                          (decide Principal.Anonymous scope permission)
                          (Decision.Denied Missing.Authentication)
                          $"anonymous {scope}"
              }

          test "one grant gives that right and no other" {
              for granted in Permission.All do
                  let who = Principal.Of(known UserType.Standard UserState.Active [| granted |])

                  for asked in Permission.All do
                      let isAllowed = (decide who (Scope.OfUser other) asked).IsAllowed
                      let isGiven = asked = granted && asked.Scope = PermissionScope.Global

                      let isDefault = List.contains asked [ Permission.ReportsBasic; Permission.ContentPublicView ]

                      Expect.equal isAllowed (isGiven || isDefault) $"{granted} {asked}"
          } ]

let private active userType = Principal.Of(known userType UserState.Active [||])
let private judge who requirement = Authorization.judge now who requirement

let private requirements =
    testList
        "requirements"
        [ test "anyone registers himself, except from an account that is not active" {
              let requirement = Requirement.SelfRegistration
              Expect.equal (judge Principal.Anonymous requirement) (Decision.Allowed Fact.SelfRegistration) "anonymous"

              for userType in UserType.All do
                  Expect.equal (judge (active userType) requirement) (Decision.Allowed Fact.SelfRegistration) "signed in"

                  for state in UserState.All |> Array.except [ UserState.Active ] do
                      Expect.equal
                          (judge (Principal.Of(known userType state [||])) requirement)
                          (Decision.Denied(Missing.ActiveState state))
                          "not active"
          }

          test "self-registration is all an anonymous caller can do" {
              for requirement in
                  [ Requirement.Owner me
                    Requirement.OwnerOr(me, Permission.UsersManage)
                    Requirement.Holds(Permission.ContentPublicView, Scope.Global)
                    Requirement.Both(Requirement.SelfRegistration, Requirement.Holds(Permission.UsersManage, Scope.Global)) ] do
                  Expect.equal (judge Principal.Anonymous requirement) (Decision.Denied Missing.Authentication) $"{requirement}"
          }

          test "the owner or a holder" {
              let requirement owner = Requirement.OwnerOr(owner, Permission.UsersManage)
              Expect.equal (judge (active UserType.Standard) (requirement me)) (Decision.Allowed Fact.Self) "own"

              Expect.equal
                  (judge (active UserType.Standard) (requirement other))
                  (Decision.Denied(Missing.Permission(Permission.UsersManage, Scope.OfUser other)))
                  "another's"

              Expect.equal
                  (judge (active UserType.Admin) (requirement other))
                  (Decision.Allowed(Fact.TypeDefault UserType.Admin))
                  "by right"
          }

          test "the owner alone, and system users" {
              let requirement = Requirement.Owner other
              Expect.equal
                  (judge (active UserType.Admin) requirement)
                  (Decision.Denied(Missing.Ownership other))
                  "not even admins"
              Expect.equal (judge (active UserType.System) requirement) (Decision.Allowed Fact.SystemBypass) "bypass"
          }

          test "both must hold, and a bypass among them is the fact reported" {
              let manage = Requirement.Holds(Permission.UsersManage, Scope.Global)
              let createAdmin = Requirement.Holds(Permission.UsersCreateAdmin, Scope.Global)
              let missing = Decision.Denied(Missing.Permission(Permission.UsersCreateAdmin, Scope.Global))
              Expect.equal (judge (active UserType.Admin) (Requirement.Both(manage, createAdmin))) missing "second missing"
              Expect.equal (judge (active UserType.Admin) (Requirement.Both(createAdmin, manage))) missing "first missing"

              Expect.equal
                  (judge (active UserType.System) (Requirement.Both(Requirement.SelfRegistration, manage)))
                  (Decision.Allowed Fact.SystemBypass)
                  "seen"
          }

          test "a denial names the permission and the team" {
              let message missing = (missing: Missing).Message
              Expect.stringContains (message (Missing.Permission(Permission.UsersEdit, Scope.Global))) "users.edit" "permission"
              Expect.stringContains (message (Missing.Membership team)) team.Value "team"
          }

          test "what is held in the installation as a whole" {
              Expect.equal (Authorization.globalPermissions now Principal.Anonymous) [||] "nothing"
              Expect.equal
                  (Authorization.globalPermissions now (active UserType.System))
                  (Permission.global'.ToArray())
                  "everything"

              Expect.equal
                  (Authorization.globalPermissions now (active UserType.Standard))
                  [| Permission.ReportsBasic; Permission.ContentPublicView |]
                  "the defaults"
          } ]

[<Tests>]
let tests = testList "authorization" [ matrix; requirements ]
