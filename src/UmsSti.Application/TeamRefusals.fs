namespace UmsSti.Application

open UmsSti.Domain

type private SlugRejected = TeamSlug.Decisions.Rejected
type private ActiveTeamRejected = User.ActiveTeam.Rejected
type private TeamRejected = Team.Decisions.Rejected
type private TreeRejected = Hierarchy.Decisions.Rejected
type private MemberRejected = Membership.Decisions.Rejected
type private RightsRejected = Rights.Decisions.Rejected
type private RoleRejected = Role.Decisions.Rejected

/// Puts the refusals of the decisions about teams into the words of the API. Codes are the Domain's.
[<RequireQualifiedAccess>]
module internal TeamRefusals =
    let private withArticle (name: string) = if "aeiou".Contains name[0] then $"an {name}" else $"a {name}"

    let private invalid code field detail = { Refusals.invalid [ field, detail ] with Code = code; Detail = detail }

    let team (rejected: TeamRejected) : Refusal =
        let code = Team.Decisions.code rejected
        let conflict detail facts = Refusals.conflict code detail facts

        match rejected with
        | TeamRejected.NotFound -> Refusals.notFound "team"
        | TeamRejected.AlreadyCreated -> conflict "A team with this id was created with other data." []
        | TeamRejected.InvalidTransition(state, event) ->
            conflict $"A team that is {state} cannot take the step {event}." [ "state", state; "event", event ]
        | TeamRejected.ParentNotOpen -> conflict "The parent takes no teams in its state." []
        | TeamRejected.DetailNotOfType field ->
            invalid code $"details.{field.Key}" $"Teams of this type have no field {field.Key}."
        | TeamRejected.EndBeforeStart -> invalid code "details.endDate" "The end lies before the start."
        | TeamRejected.TooManySettings limit -> invalid code "settings" $"A team has at most {limit} settings of its own."
        | TeamRejected.OwnerRequired -> conflict "An active team needs an executive." []
        | TeamRejected.OwnerNotActive -> conflict "None of the team's executives is active." []
        | TeamRejected.LastExecutive ->
            conflict "The last executive cannot go: make somebody else an executive first, or archive the team." []

    /// There is no team to stand below; the field is the request's that names it.
    let parentNotFound field =
        invalid (Hierarchy.Decisions.code TreeRejected.ParentNotFound) field "There is no such team to stand below."

    /// The children of a team that is archived cannot stand below one that is archived or hangs below it.
    let reassignTargetBelow =
        Refusals.conflict
            "reassign-target-below"
            "The teams below cannot be given to the team that is archived, nor to one below it: name a team outside its branch."
            []

    /// A permission was asked about in a scope it is not held in.
    let scopeMismatch detail =
        let code = Rights.Decisions.code (RightsRejected.PermissionScopeMismatch Permission.TeamView)
        invalid code "permission" detail

    let tree (rejected: TreeRejected) : Refusal =
        let code = Hierarchy.Decisions.code rejected
        let conflict detail facts = Refusals.conflict code detail facts

        match rejected with
        | TreeRejected.NotFound -> Refusals.notFound "team"
        | TreeRejected.AlreadyPlaced -> conflict "The team stands somewhere else already." []
        | TreeRejected.ParentNotFound -> parentNotFound "parentId"
        | TreeRejected.CrossOrganization -> conflict "A team stays in its organisation." []
        | TreeRejected.Cycle -> conflict "A team cannot stand below itself." []
        | TreeRejected.ParentTypeNotAllowed(child, Some parent) ->
            conflict
                $"No {child.Name} stands below {withArticle parent.Name}."
                [ "teamType", child.Name; "parentType", parent.Name ]
        | TreeRejected.ParentTypeNotAllowed(child, None) ->
            conflict $"Only an organization stands alone: {withArticle child.Name} needs a parent." [ "teamType", child.Name ]
        | TreeRejected.TooDeep(depth, limit) ->
            conflict
                $"The deepest team would stand at level {depth}; {limit} are allowed."
                [ "depth", string depth; "limit", string limit ]
        | TreeRejected.NameTaken -> conflict "A team beside it has this name." []
        | TreeRejected.ParentClosed -> conflict "The parent takes no teams in its state." []
        | TreeRejected.TeamClosed -> conflict "The team is archived or cancelled." []
        | TreeRejected.LimitNotTighter limit ->
            invalid code "value" $"Must be at most {limit}: what is allowed above can only be tightened."
        | TreeRejected.ChildPolicyRequired children ->
            let teams = if children = 1 then "1 team stands" else $"{children} teams stand"
            conflict $"{teams} below: say children: cascade or reassign." [ "children", string children ]
        | TreeRejected.ChildrenPresent -> conflict "Teams stand below: purge or move them first." []
        | TreeRejected.NotClosed -> conflict "The team is neither archived nor cancelled." []

    let slug (rejected: SlugRejected) : Refusal =
        let code = TeamSlug.Decisions.code rejected

        match rejected with
        | SlugRejected.SlugTaken -> Refusals.conflict code "Another team took the slug; try again." []

    /// Whether a command failed because another team took the slug meanwhile.
    let isSlugTaken answer =
        match answer with
        | Answer.Refused refusal -> refusal.Code = TeamSlug.Decisions.code SlugRejected.SlugTaken
        | Answer.Accepted _ -> false

    let membership (rejected: MemberRejected) : Refusal =
        let code = Membership.Decisions.code rejected
        let conflict detail facts = Refusals.conflict code detail facts

        match rejected with
        | MemberRejected.NotAMember -> { Refusals.notFound "member" with Code = code; Detail = "He is no member of the team." }
        | MemberRejected.AlreadyMember -> conflict "He is a member of the team already." []
        | MemberRejected.InvalidTransition(state, event) ->
            conflict $"A membership that is {state} cannot take the step {event}." [ "state", state; "event", event ]
        | MemberRejected.SystemUserNotAllowed -> conflict "System users are members of no team." []
        | MemberRejected.SubjectNotActive -> conflict "The user's account is not active." []
        | MemberRejected.TeamNotOpen -> conflict "The team takes no members now." []
        | MemberRejected.GrantAboveRank -> conflict "Nobody gives a role that is not below his own." []
        | MemberRejected.TargetAboveRank -> conflict "Nobody changes the membership of one who is not below him." []
        | MemberRejected.SelfGrantNotAllowed -> conflict "Nobody gives a role to himself." []
        | MemberRejected.RoleStepNotAllowed(from, target) ->
            conflict $"There is no step from {from.Name} to {target.Name}." [ "from", from.Name; "to", target.Name ]
        | MemberRejected.SelfRegistrationDisabled -> conflict "The team takes no requests." []
        | MemberRejected.InvitationExpired -> conflict "The invitation has run out." []
        | MemberRejected.InvitationNotExpired -> conflict "The invitation has not run out yet." []
        | MemberRejected.ExpiryNotInFuture -> invalid code "expiresAt" "Must lie in the future."

    let rights (rejected: RightsRejected) : Refusal =
        let code = Rights.Decisions.code rejected
        let conflict detail facts = Refusals.conflict code detail facts

        match rejected with
        | RightsRejected.InvalidTransition(state, event) ->
            conflict $"What is {state} cannot take the step {event}." [ "state", state; "event", event ]
        | RightsRejected.PermissionScopeMismatch permission ->
            invalid code "permission" $"{permission.Name} is not held in this scope."
        | RightsRejected.PermissionNotHeld permission ->
            conflict $"Nobody gives what he lacks: {permission.Name}." [ "permission", permission.Name ]
        | RightsRejected.GrantAboveRank -> conflict "Rights are given to those below only." []
        | RightsRejected.SelfGrantNotAllowed -> conflict "Nobody gives rights to himself." []
        | RightsRejected.SubjectNotActive -> conflict "The user is not active here." []
        | RightsRejected.ExpiryNotInFuture -> invalid code "expiresAt" "Must lie in the future."
        | RightsRejected.AlreadyGranted permission ->
            conflict $"{permission.Name} is given already, in other terms." [ "permission", permission.Name ]
        | RightsRejected.GrantExpired -> conflict "It has run out: give it anew." []
        | RightsRejected.RequestExpired -> conflict "Nobody decided the request in time: ask again." []
        | RightsRejected.RequestNotExpired -> conflict "The request still waits for a decision." []
        | RightsRejected.SelfApprovalNotAllowed -> conflict "Whoever gave the role does not approve it himself." []
        | RightsRejected.UnknownRole _ -> Refusals.notFound "role"
        | RightsRejected.RoleRetired _ -> conflict "The role is retired." []
        | RightsRejected.RoleScopeMismatch _ -> invalid code "role" "The role belongs to another scope."
        | RightsRejected.SystemRoleReserved -> conflict "This role is for system users." []
        | RightsRejected.RoleAlreadyAssigned _ -> conflict "The role is given already, in other terms." []

    let role (rejected: RoleRejected) : Refusal =
        let code = Role.Decisions.code rejected
        let conflict detail facts = Refusals.conflict code detail facts

        match rejected with
        | RoleRejected.NotFound -> Refusals.notFound "role"
        | RoleRejected.NameTaken -> conflict "A role of this scope has the name." []
        | RoleRejected.RoleRetired -> conflict "The role is retired." []
        | RoleRejected.PermissionScopeMismatch permission ->
            invalid code "permissions" $"{permission.Name} is not held in this scope."
        | RoleRejected.PermissionNotHeld permission ->
            conflict $"Nobody puts into a role what he lacks: {permission.Name}." [ "permission", permission.Name ]
        | RoleRejected.GrantAboveRank -> conflict "Only executives put anything into a role that others may have." []
        | RoleRejected.SelfGrantNotAllowed -> conflict "Nobody puts anything into a role that he has himself." []
        | RoleRejected.RoleReserved -> conflict "Built-in roles are not defined by anyone." []

    let activeTeam (rejected: ActiveTeamRejected) : Refusal =
        let code = User.ActiveTeam.code rejected

        match rejected with
        | ActiveTeamRejected.NotFound -> Refusals.notFound "user"
        | ActiveTeamRejected.NotActive state -> Refusals.conflict code $"The account is {state.Name}." [ "state", state.Name ]
        | ActiveTeamRejected.NotAMember _ -> Refusals.conflict code "The user is no active member of this team." []
