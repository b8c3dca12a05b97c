namespace UmsSti.Domain

open System
open System.Globalization
open System.Runtime.InteropServices

/// What is noted about a team besides its name: a description and ways to reach it for all, the rest by type (TM-01...04).
[<RequireQualifiedAccess>]
type TeamField =
    | Description
    | Email
    | Phone
    | LegalName
    | TaxId
    | RegistrationNumber
    | LegalAddresses
    | DepartmentCode
    | Budget
    | CostCenter
    | HeadUserId
    | StartDate
    | EndDate
    | ProjectStatus
    | ProjectBudget
    | ManagerId
    | Methodology
    | SprintLength
    | Tools
    | ScrumMasterId

    /// The stable name in events, the API and tables (camelCase).
    member this.Key =
        match this with
        | Description -> "description"
        | Email -> "email"
        | Phone -> "phone"
        | LegalName -> "legalName"
        | TaxId -> "taxId"
        | RegistrationNumber -> "registrationNumber"
        | LegalAddresses -> "legalAddresses"
        | DepartmentCode -> "departmentCode"
        | Budget -> "budget"
        | CostCenter -> "costCenter"
        | HeadUserId -> "headUserId"
        | StartDate -> "startDate"
        | EndDate -> "endDate"
        | ProjectStatus -> "projectStatus"
        | ProjectBudget -> "projectBudget"
        | ManagerId -> "managerId"
        | Methodology -> "methodology"
        | SprintLength -> "sprintLength"
        | Tools -> "tools"
        | ScrumMasterId -> "scrumMasterId"

    override this.ToString() = this.Key

    static member All =
        [| Description
           Email
           Phone
           LegalName
           TaxId
           RegistrationNumber
           LegalAddresses
           DepartmentCode
           Budget
           CostCenter
           HeadUserId
           StartDate
           EndDate
           ProjectStatus
           ProjectBudget
           ManagerId
           Methodology
           SprintLength
           Tools
           ScrumMasterId |]

    /// Reads a key.
    static member TryParse(text: string | null, [<Out>] result: byref<TeamField>) =
        match Named.tryFind TeamField.All _.Key text with
        | Some field ->
            result <- field
            true
        | None -> false

    /// The type of team the field belongs to; none: all have it.
    member this.Type =
        match this with
        | Description
        | Email
        | Phone -> ValueNone
        | LegalName
        | TaxId
        | RegistrationNumber
        | LegalAddresses -> ValueSome TeamType.Organization
        | DepartmentCode
        | Budget
        | CostCenter
        | HeadUserId -> ValueSome TeamType.Department
        | StartDate
        | EndDate
        | ProjectStatus
        | ProjectBudget
        | ManagerId -> ValueSome TeamType.Project
        | Methodology
        | SprintLength
        | Tools
        | ScrumMasterId -> ValueSome TeamType.Squad

/// What each field of a team may hold.
[<RequireQualifiedAccess>]
module TeamField =
    /// Whether a team of the type has the field.
    let belongsTo (teamType: TeamType) (field: TeamField) =
        match field.Type with
        | ValueSome owner -> owner = teamType
        | ValueNone -> true

    /// Digits before and after the point of an amount (15,2).
    let private isAmount (text: string) =
        match Decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture) with
        | true, amount -> amount < 10_000_000_000_000m && Decimal.Round(amount, 2) = amount
        | _ -> false

    let private isDate (text: string) =
        fst (DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None))

    let private isWeeks (text: string) =
        match Int32.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture) with
        | true, weeks -> weeks >= 1 && weeks <= 52
        | _ -> false

    let private isPhone (text: string) =
        String.exists Char.IsAsciiDigit text
        && text |> String.forall (fun c -> Char.IsAsciiDigit c || c = '+' || c = ' ')

    let private shaped isShape problem maxLength text =
        Text.singleLine maxLength text |> Result.bind (fun clean -> if isShape clean then Ok clean else Error problem)

    let private userId text = shaped (fun clean -> fst (UserId.TryParse clean)) "must be a user id" 36 text
    let private amount text = shaped isAmount "must be an amount of at most 13 digits and 2 decimals" 16 text
    let private date text = shaped isDate "must be a date like 2026-03-01" 10 text

    /// The cleaned text for a field, or what is wrong with it.
    let validate (field: TeamField) (text: string | null) : Result<string, string> =
        match field with
        | TeamField.Description
        | TeamField.LegalAddresses
        | TeamField.Tools -> Text.multiLine 1000 text
        | TeamField.Email -> Email.Create text |> Result.map _.Display
        | TeamField.Phone -> shaped isPhone "must consist of digits, spaces and '+'" 32 text
        | TeamField.LegalName -> Text.singleLine 255 text
        | TeamField.DepartmentCode -> Text.singleLine 20 text
        | TeamField.TaxId
        | TeamField.RegistrationNumber
        | TeamField.CostCenter
        | TeamField.ProjectStatus
        | TeamField.Methodology -> Text.singleLine 50 text
        | TeamField.Budget
        | TeamField.ProjectBudget -> amount text
        | TeamField.StartDate
        | TeamField.EndDate -> date text
        | TeamField.SprintLength -> shaped isWeeks "must be a number of weeks from 1 to 52" 2 text
        | TeamField.HeadUserId
        | TeamField.ManagerId
        | TeamField.ScrumMasterId -> userId text

/// One field with a valid text.
[<Sealed>]
type TeamDetail private (field: TeamField, value: string) =
    member _.Field = field
    member _.Value = value
    override _.GetHashCode() = String.GetHashCode value

    override _.Equals other =
        match other with
        | :? TeamDetail as detail -> detail.Field = field && detail.Value = value
        | _ -> false

    /// The detail, or what is wrong with the text.
    static member Create(field: TeamField, text: string | null) : Result<TeamDetail, string> =
        TeamField.validate field text |> Result.map (fun clean -> TeamDetail(field, clean))

    /// The detail, when the text is valid for the field.
    static member TryCreate(field: TeamField, text: string | null, [<Out>] result: byref<TeamDetail>) =
        match TeamDetail.Create(field, text) with
        | Ok detail ->
            result <- detail
            true
        | Error _ -> false

/// What an update does to one field of a team.
[<RequireQualifiedAccess>]
type TeamChange =
    | Set of TeamDetail
    | Clear of TeamField
