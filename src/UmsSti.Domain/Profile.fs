namespace UmsSti.Domain

open System
open System.Globalization
open System.Runtime.InteropServices

/// The fields of a profile (US-10...12) besides the name. Each holds one text; all are personal.
[<RequireQualifiedAccess>]
type ProfileField =
    | Bio
    | Locale
    | Timezone
    | Country
    | Phone
    | Department
    | JobTitle
    | HireDate
    | AddressLine1
    | AddressLine2
    | City
    | Province
    | PostalCode
    | EmergencyContactName
    | EmergencyContactPhone
    | EmergencyContactRelationship
    | ContactInfo
    | SocialLinks
    | Skills
    | Certifications

    /// The stable name in events, the API and tables (camelCase).
    member this.Key =
        match this with
        | Bio -> "bio"
        | Locale -> "locale"
        | Timezone -> "timezone"
        | Country -> "country"
        | Phone -> "phone"
        | Department -> "department"
        | JobTitle -> "jobTitle"
        | HireDate -> "hireDate"
        | AddressLine1 -> "addressLine1"
        | AddressLine2 -> "addressLine2"
        | City -> "city"
        | Province -> "province"
        | PostalCode -> "postalCode"
        | EmergencyContactName -> "emergencyContactName"
        | EmergencyContactPhone -> "emergencyContactPhone"
        | EmergencyContactRelationship -> "emergencyContactRelationship"
        | ContactInfo -> "contactInfo"
        | SocialLinks -> "socialLinks"
        | Skills -> "skills"
        | Certifications -> "certifications"

    override this.ToString() = this.Key

    static member All =
        [| Bio
           Locale
           Timezone
           Country
           Phone
           Department
           JobTitle
           HireDate
           AddressLine1
           AddressLine2
           City
           Province
           PostalCode
           EmergencyContactName
           EmergencyContactPhone
           EmergencyContactRelationship
           ContactInfo
           SocialLinks
           Skills
           Certifications |]

/// What each profile field may hold.
[<RequireQualifiedAccess>]
module ProfileField =
    /// Longest text of each field, in characters (NF-24 where it names one).
    let maxLength field =
        match field with
        | ProfileField.Country -> 2
        | ProfileField.Locale
        | ProfileField.HireDate -> 10
        | ProfileField.PostalCode -> 20
        | ProfileField.Phone
        | ProfileField.EmergencyContactPhone -> 32
        | ProfileField.Timezone -> 50
        | ProfileField.Department
        | ProfileField.JobTitle
        | ProfileField.City
        | ProfileField.Province
        | ProfileField.EmergencyContactRelationship -> 100
        | ProfileField.AddressLine1
        | ProfileField.AddressLine2
        | ProfileField.EmergencyContactName -> 255
        | ProfileField.Bio
        | ProfileField.ContactInfo
        | ProfileField.SocialLinks
        | ProfileField.Skills
        | ProfileField.Certifications -> 1000

    let private byKey = ProfileField.All |> Array.map (fun field -> field.Key, field) |> Map.ofArray

    /// The stable name of a field.
    let key (field: ProfileField) = field.Key

    /// The field of a stable name.
    let tryFromKey key = Map.tryFind key byKey

    let private isAlphanumeric = String.forall Char.IsAsciiLetterOrDigit

    /// Shaped like a BCP 47 tag: a language of 2 or 3 letters, then subtags of 1 to 8 letters or digits.
    let private isLocale (text: string) =
        match List.ofArray (text.Split '-') with
        | language :: subtags ->
            language.Length >= 2
            && language.Length <= 3
            && String.forall Char.IsAsciiLetter language
            && subtags |> List.forall (fun tag -> tag <> "" && tag.Length <= 8 && isAlphanumeric tag)
        | [] -> false

    /// Shaped like an IANA time zone id: `UTC`, `Europe/Berlin`, `America/Argentina/Buenos_Aires`, `Etc/GMT+3`.
    let private isTimezone (text: string) =
        let isPart part =
            part <> ""
            && Char.IsAsciiLetter part[0]
            && String.forall (fun c -> Char.IsAsciiLetterOrDigit c || c = '_' || c = '-' || c = '+') part

        Array.forall isPart (text.Split '/')

    let private isCountry (text: string) = text.Length = 2 && String.forall Char.IsAsciiLetterUpper text

    let private isPhone (text: string) =
        String.exists Char.IsAsciiDigit text
        && text |> String.forall (fun c -> Char.IsAsciiDigit c || c = '+' || c = ' ')

    let private isDate (text: string) =
        fst (DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None))

    let private shaped isShape problem text = if isShape text then Ok text else Error problem

    /// The cleaned text for a field, or what is wrong with it.
    let validate field text =
        let limit = maxLength field

        match field with
        | ProfileField.Bio
        | ProfileField.ContactInfo
        | ProfileField.SocialLinks
        | ProfileField.Skills
        | ProfileField.Certifications -> Text.multiLine limit text
        | ProfileField.Locale ->
            Text.singleLine limit text |> Result.bind (shaped isLocale "must be a language tag such as 'en' or 'de-AT'")
        | ProfileField.Timezone ->
            Text.singleLine limit text |> Result.bind (shaped isTimezone "must be a time zone such as 'Europe/Berlin'")
        | ProfileField.Country -> Text.singleLine limit text |> Result.bind (shaped isCountry "must be two upper-case letters")
        | ProfileField.Phone
        | ProfileField.EmergencyContactPhone ->
            Text.singleLine limit text |> Result.bind (shaped isPhone "must consist of digits, '+' and spaces")
        | ProfileField.HireDate -> Text.singleLine limit text |> Result.bind (shaped isDate "must be a date such as '2026-02-28'")
        | ProfileField.Department
        | ProfileField.JobTitle
        | ProfileField.AddressLine1
        | ProfileField.AddressLine2
        | ProfileField.City
        | ProfileField.Province
        | ProfileField.PostalCode
        | ProfileField.EmergencyContactName
        | ProfileField.EmergencyContactRelationship -> Text.singleLine limit text

/// One field of a profile with a valid text.
[<Sealed>]
type ProfileEntry private (field: ProfileField, value: string) =
    member _.Field = field
    member _.Value = value

    /// The entry, or what is wrong with the text.
    static member Create(field: ProfileField, text: string | null) : Result<ProfileEntry, string> =
        ProfileField.validate field text |> Result.map (fun clean -> ProfileEntry(field, clean))

    /// The entry, when the text is valid for the field.
    static member TryCreate(field: ProfileField, text: string | null, [<Out>] result: byref<ProfileEntry>) =
        match ProfileEntry.Create(field, text) with
        | Ok entry ->
            result <- entry
            true
        | Error _ -> false

/// What a profile update does to one field.
[<RequireQualifiedAccess>]
type ProfileChange =
    | Set of entry: ProfileEntry
    | Clear of field: ProfileField

/// Limits of preferences (US-10): a small map of the client's own making.
[<RequireQualifiedAccess>]
module Preferences =
    /// Most keys one user may have.
    [<Literal>]
    let MaxKeys = 100

    /// Longest key, in characters.
    [<Literal>]
    let MaxKeyLength = 50

    /// Longest value, in characters.
    [<Literal>]
    let MaxValueLength = 500

    /// Whether a text may be a key: 1 to 50 of `a-z A-Z 0-9 . _ -`.
    let isKey (text: string) =
        not (String.IsNullOrEmpty text)
        && text.Length <= MaxKeyLength
        && text |> String.forall (fun c -> Char.IsAsciiLetterOrDigit c || c = '.' || c = '_' || c = '-')

/// One preference with a valid key and value.
[<Sealed>]
type PreferenceEntry private (key: string, value: string) =
    member _.Key = key
    member _.Value = value

    /// The entry, or what is wrong with key or value.
    static member Create(key: string, text: string | null) : Result<PreferenceEntry, string> =
        if Preferences.isKey key then
            Text.multiLine Preferences.MaxValueLength text |> Result.map (fun clean -> PreferenceEntry(key, clean))
        else
            Error "must have a key of 1 to 50 letters, digits, '.', '_' or '-'"

    /// The entry, when key and value are valid.
    static member TryCreate(key: string, text: string | null, [<Out>] result: byref<PreferenceEntry>) =
        match PreferenceEntry.Create(key, text) with
        | Ok entry ->
            result <- entry
            true
        | Error _ -> false

/// What a preference update does to one key.
[<RequireQualifiedAccess>]
type PreferenceChange =
    | Set of entry: PreferenceEntry
    | Clear of key: string
