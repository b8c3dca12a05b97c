/// What holds for the whole installation: the one stream `Settings-system`.
module UmsSti.Domain.SystemSettings

open System
open System.Globalization
open System.Runtime.InteropServices
open UmsSti.Domain

/// The settings there are.
[<RequireQualifiedAccess>]
type Setting =
    /// Levels a hierarchy may have (TM-11); a value below what is there blocks growth and moves nothing (OP-11).
    | MaxHierarchyDepth
    /// From that level on an organisation is told it nears its limit (TM-12, CX-20); 0 turns the warning off.
    | HierarchyDepthWarning
    /// Assignments of roles wait for another's approval (FS-50.1).
    | RoleAssignmentsNeedApproval

    /// The stable key.
    member this.Key =
        match this with
        | MaxHierarchyDepth -> "max_hierarchy_depth"
        | HierarchyDepthWarning -> "hierarchy_depth_warning"
        | RoleAssignmentsNeedApproval -> "role_assignments_need_approval"

    override this.ToString() = this.Key
    static member All = [| MaxHierarchyDepth; HierarchyDepthWarning; RoleAssignmentsNeedApproval |]

    /// Reads a key; unknown ones are refused.
    static member TryParse(text: string | null, [<Out>] result: byref<Setting>) =
        match Named.tryFind Setting.All _.Key text with
        | Some setting ->
            result <- setting
            true
        | None -> false

/// One setting with a valid value, as text.
[<Sealed>]
type Entry private (setting: Setting, value: string) =
    member _.Setting = setting
    member _.Value = value
    override _.GetHashCode() = String.GetHashCode value

    override _.Equals other =
        match other with
        | :? Entry as entry -> entry.Setting = setting && entry.Value = value
        | _ -> false

    static member private Levels(least: int, text: string | null) : Result<string, string> =
        match Int32.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture) with
        | true, levels when levels >= least && levels <= TeamSettingEntry.MaxDepthLimit ->
            Ok(levels.ToString CultureInfo.InvariantCulture)
        | _ -> Error $"must be a whole number from {least} to {TeamSettingEntry.MaxDepthLimit}"

    /// The entry, or what is wrong with the value.
    static member Create(setting: Setting, text: string | null) : Result<Entry, string> =
        let valid: Result<string, string> =
            match setting with
            | Setting.MaxHierarchyDepth -> Entry.Levels(1, text)
            | Setting.HierarchyDepthWarning -> Entry.Levels(0, text)
            | Setting.RoleAssignmentsNeedApproval ->
                match text with
                | "true" -> Ok "true"
                | "false" -> Ok "false"
                | _ -> Error "must be one of true, false"

        valid |> Result.map (fun value -> Entry(setting, value))

// Stored format. Names of cases and fields are on disk for good: add, never rename.
[<RequireQualifiedAccess>]
module Events =
    /// `Key` is a `Setting.Key`.
    type SettingChanged = { Key: string; OldValue: string option; NewValue: string; By: string; At: DateTimeOffset }

    type Event = SettingChanged of SettingChanged

/// One answer per event, for C# readers.
type IEventVisitor<'r> =
    abstract SettingChanged: Events.SettingChanged -> 'r

[<RequireQualifiedAccess>]
module Reactions =
    /// Calls the visitor's member for the event.
    let dispatch (visitor: IEventVisitor<'r>) event =
        match event with
        | Events.SettingChanged e -> visitor.SettingChanged e

[<RequireQualifiedAccess>]
module Fold =
    /// By `Setting.Key`; what was never set is not there.
    type State = Map<string, string>

    let initial: State = Map.empty

    let evolve (state: State) event =
        match event with
        | Events.SettingChanged e -> state.Add(e.Key, e.NewValue)

    let fold state events = Array.fold evolve state events

[<RequireQualifiedAccess>]
module Decisions =
    /// Sets a value; setting what holds already changes nothing.
    let set now (actor: string) (entry: Entry) (state: Fold.State) =
        let known = state.TryFind entry.Setting.Key

        if known = Some entry.Value then
            [||]
        else
            [| Events.SettingChanged { Key = entry.Setting.Key; OldValue = known; NewValue = entry.Value; By = actor; At = now } |]

[<RequireQualifiedAccess>]
module Queries =
    let private number (setting: Setting) otherwise (state: Fold.State) =
        match state.TryFind setting.Key with
        | Some text ->
            match Int32.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture) with
            | true, value -> value
            | _ -> otherwise
        | None -> otherwise

    /// What holds of a setting, as text; `levels` is the depth limit the installation was started with.
    let valueOf (levels: int) (setting: Setting) (state: Fold.State) =
        match state.TryFind setting.Key, setting with
        | Some value, _ -> value
        | None, Setting.MaxHierarchyDepth -> levels.ToString CultureInfo.InvariantCulture
        | None, Setting.HierarchyDepthWarning -> "0"
        | None, Setting.RoleAssignmentsNeedApproval -> "false"

    /// Levels a hierarchy may have; `otherwise` is what the installation was started with.
    let maxHierarchyDepth otherwise state = number Setting.MaxHierarchyDepth otherwise state

    /// The level from which on to warn; 0 for never.
    let hierarchyDepthWarning state = number Setting.HierarchyDepthWarning 0 state

    /// Whether assignments of roles wait for approval.
    let roleAssignmentsNeedApproval (state: Fold.State) = state.TryFind Setting.RoleAssignmentsNeedApproval.Key = Some "true"
