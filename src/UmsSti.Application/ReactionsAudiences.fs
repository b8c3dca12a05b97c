namespace UmsSti.Application

open System
open System.Globalization
open System.Runtime.InteropServices
open UmsSti.Domain

/// People around a team, as a recipient names them. Such a group is looked up a page at a time when it is delivered to: what is
/// left is a group again, whose name says where to go on, so that no size of a team makes one step long.
[<RequireQualifiedAccess>]
type TeamAudience =
    /// Active members with one of the roles, or with any when none is named, from a place in the list on ("": its beginning).
    | Holders of team: string * roles: string[] * cursor: string
    /// Whom a move concerns: the members of the team that was moved and the leaders of those below it, from the n-th affected team on.
    | Affected of from: int

    /// How a recipient names it.
    member this.Name =
        match this with
        | Holders(team, [||], cursor) -> $"@team:{team}:*:{cursor}"
        | Holders(team, roles, cursor) -> $"""@team:{team}:{String.Join('+', roles)}:{cursor}"""
        | Affected from -> "@affected:" + from.ToString CultureInfo.InvariantCulture

    override this.ToString() = this.Name

    /// The group a recipient names; false for any other recipient.
    static member TryParse(recipient: string, [<Out>] result: byref<TeamAudience>) =
        match recipient.Split ':' with
        | [| "@team"; team; "*"; cursor |] ->
            result <- Holders(team, [||], cursor)
            true
        | [| "@team"; team; roles; cursor |] ->
            result <- Holders(team, roles.Split '+', cursor)
            true
        | [| "@affected"; from |] ->
            match Int32.TryParse(from, NumberStyles.None, CultureInfo.InvariantCulture) with
            | true, from ->
                result <- Affected from
                true
            | false, _ -> false
        | _ -> false

/// The groups notices about teams go to.
[<RequireQualifiedAccess>]
module TeamAudiences =
    /// Most affected teams of a move that one step of its notices names.
    [<Literal>]
    let MaxAffectedTeams = 50

    let private rolesFrom (lowest: TeamRole) =
        TeamRole.All |> Array.filter (fun role -> role.Rank >= lowest.Rank) |> Array.map _.Name

    let private heads = rolesFrom TeamRole.Admin
    let private leading = rolesFrom TeamRole.Leader

    /// Every active member.
    let members team = TeamAudience.Holders(team, [||], "")
    /// Executives, deputies and admins.
    let headsOf team = TeamAudience.Holders(team, heads, "")
    /// The heads and the leaders.
    let leadersOf team = TeamAudience.Holders(team, leading, "")

    /// Whether a role leads (CX-33).
    let isLeading role = Array.contains role leading

    /// The next groups of those a move concerns; `impact` lists the teams that changed their place, the moved one first.
    let affected (impact: string[]) from =
        let stop = min impact.Length (from + MaxAffectedTeams)

        [| for at in from .. stop - 1 do
               if at = 0 then members impact[at] else leadersOf impact[at]
           if stop < impact.Length then
               TeamAudience.Affected stop |]
