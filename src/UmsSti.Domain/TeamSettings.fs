namespace UmsSti.Domain

open System
open System.Globalization
open System.Runtime.InteropServices

/// Who may see that a team exists (TM-20, OP-17). Its content still takes a membership (PE-02).
[<RequireQualifiedAccess; Struct>]
type TeamVisibility =
    | Public
    | Private
    | Restricted

    /// The stable lower-case name.
    member this.Name =
        match this with
        | Public -> "public"
        | Private -> "private"
        | Restricted -> "restricted"

    static member All = [| Public; Private; Restricted |]

/// The settings a team has (TM-21), and custom ones of the client's own making. Configuration may fall back to an ancestor's,
/// rights never (TM-22).
[<RequireQualifiedAccess>]
type TeamSetting =
    /// In levels from the root; only tightens (TM-11).
    | MaxHierarchyDepth
    | AllowSelfRegistration
    | ApprovalRequired
    /// The role of those who register themselves: never one that manages others.
    | DefaultRole
    | Visibility
    | AutoJoin
    /// `custom.{name}`
    | Custom of name: string

    /// The stable key.
    member this.Key =
        match this with
        | MaxHierarchyDepth -> "max_hierarchy_depth"
        | AllowSelfRegistration -> "allow_self_registration"
        | ApprovalRequired -> "approval_required"
        | DefaultRole -> "default_role"
        | Visibility -> "visibility"
        | AutoJoin -> "auto_join"
        | Custom name -> "custom." + name

    override this.ToString() = this.Key

    /// Those with a meaning of their own.
    static member Known = [| MaxHierarchyDepth; AllowSelfRegistration; ApprovalRequired; DefaultRole; Visibility; AutoJoin |]

    /// Most custom settings of one team.
    static member MaxCustom = 100

    /// Longest name of a custom setting, in characters.
    static member MaxCustomNameLength = 50

    /// Longest value of a custom setting, in characters.
    static member MaxCustomValueLength = 500

    /// Reads a key; unknown ones are refused.
    static member TryParse(text: string | null, [<Out>] result: byref<TeamSetting>) =
        match Named.tryFind TeamSetting.Known _.Key text with
        | Some known ->
            result <- known
            true
        | None ->
            match text with
            | null -> false
            | text when
                text.StartsWith("custom.", StringComparison.Ordinal)
                && Preferences.isKey (text.Substring 7)
                && text.Length - 7 <= TeamSetting.MaxCustomNameLength
                ->
                result <- Custom(text.Substring 7)
                true
            | _ -> false

    /// Self-registration is a deputy's business too (PE-12, PE-13, CX-50).
    member this.IsRegistration =
        match this with
        | AllowSelfRegistration
        | ApprovalRequired
        | DefaultRole -> true
        | MaxHierarchyDepth
        | Visibility
        | AutoJoin
        | Custom _ -> false

/// One setting with a valid value, as text: `true`, `4`, `private`.
[<Sealed>]
type TeamSettingEntry private (setting: TeamSetting, value: string) =
    /// Deepest limit that can be set, in levels.
    static member MaxDepthLimit = 32

    member _.Setting = setting
    member _.Value = value

    /// The depth limit it sets, if it is that setting.
    member _.DepthLimit =
        if setting = TeamSetting.MaxHierarchyDepth then
            ValueSome(int value)
        else
            ValueNone

    override _.GetHashCode() = String.GetHashCode value

    override _.Equals other =
        match other with
        | :? TeamSettingEntry as entry -> entry.Setting = setting && entry.Value = value
        | _ -> false

    static member private Validate(setting: TeamSetting, text: string | null) : Result<string, string> =
        let oneOf (allowed: string list) (text: string | null) =
            match text with
            | null -> Error "must be given"
            | text when List.contains text allowed -> Ok text
            | _ ->
                let names = String.concat ", " allowed
                Error $"must be one of {names}"

        match setting with
        | TeamSetting.MaxHierarchyDepth ->
            match Int32.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture) with
            | true, limit when limit >= 1 && limit <= TeamSettingEntry.MaxDepthLimit ->
                Ok(limit.ToString CultureInfo.InvariantCulture)
            | _ -> Error $"must be a whole number from 1 to {TeamSettingEntry.MaxDepthLimit}"
        | TeamSetting.AllowSelfRegistration
        | TeamSetting.ApprovalRequired
        | TeamSetting.AutoJoin -> oneOf [ "true"; "false" ] text
        | TeamSetting.DefaultRole -> oneOf [ TeamRole.Member.Name; TeamRole.Observer.Name ] text
        | TeamSetting.Visibility -> oneOf (TeamVisibility.All |> Array.map _.Name |> List.ofArray) text
        | TeamSetting.Custom _ -> Text.multiLine TeamSetting.MaxCustomValueLength text

    /// The entry, or what is wrong with the value.
    static member Create(setting: TeamSetting, text: string | null) : Result<TeamSettingEntry, string> =
        TeamSettingEntry.Validate(setting, text) |> Result.map (fun value -> TeamSettingEntry(setting, value))

    /// The entry, when the value is valid for the setting.
    static member TryCreate(setting: TeamSetting, text: string | null, [<Out>] result: byref<TeamSettingEntry>) =
        match TeamSettingEntry.Create(setting, text) with
        | Ok entry ->
            result <- entry
            true
        | Error _ -> false

/// What settings mean, read from the map of a team (`TeamSetting.Key` to value).
[<RequireQualifiedAccess>]
module TeamSettings =
    let private isTrue (setting: TeamSetting) (settings: Map<string, string>) = settings.TryFind setting.Key = Some "true"

    /// Whether people may ask for, or take, a membership themselves. Default: no.
    let allowsSelfRegistration settings = isTrue TeamSetting.AllowSelfRegistration settings

    /// Whether such a wish waits for approval. Default: yes.
    let needsApproval (settings: Map<string, string>) = settings.TryFind TeamSetting.ApprovalRequired.Key <> Some "false"

    /// The role of those who register themselves. Default: member.
    let defaultRole (settings: Map<string, string>) =
        match settings.TryFind TeamSetting.DefaultRole.Key with
        | Some text ->
            match TeamRole.TryParse text with
            | true, role -> role
            | _ -> TeamRole.Member
        | None -> TeamRole.Member

    /// The team's own depth limit.
    let depthLimit (settings: Map<string, string>) =
        settings.TryFind TeamSetting.MaxHierarchyDepth.Key
        |> Option.bind (fun text ->
            match Int32.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture) with
            | true, limit -> Some limit
            | _ -> None)
