namespace UmsSti.Domain

open System
open System.Runtime.InteropServices

/// The kinds of users that are stored (US-02). Guests are sessions without a stream (US-40).
[<RequireQualifiedAccess>]
type UserType =
    | Standard
    | Admin
    | System

    /// The stable lower-case name used in events, the API and tables.
    member this.Name =
        match this with
        | Standard -> "standard"
        | Admin -> "admin"
        | System -> "system"

    override this.ToString() = this.Name

    /// All types, in the order of their level (US-03...06).
    static member All = [| Standard; Admin; System |]

    /// Reads the stable name; only the exact lower-case codes are accepted.
    static member TryParse(text: string | null, [<Out>] result: byref<UserType>) =
        match text with
        | "standard" ->
            result <- Standard
            true
        | "admin" ->
            result <- Admin
            true
        | "system" ->
            result <- System
            true
        | _ -> false

/// The ways an id can be made (ID-10, ID-20, ID-21).
[<RequireQualifiedAccess>]
type IdKind =
    | Uuid7
    | Snowflake
    | Ulid

/// Identifies a user: a UUID v7 for standard users and admins (ID-31), a Snowflake for system users (ID-33).
/// Never a secret, and without personal meaning.
[<Struct>]
type UserId =
    private
    | UserId of string

    /// The canonical text: lower-case UUID, or decimal digits without leading zeros.
    member this.Value = let (UserId value) = this in value
    override this.ToString() = this.Value

    /// Which layout the id has; system users are told from people by it.
    member this.Kind = if this.Value.Length = Uuid7.Length then IdKind.Uuid7 else IdKind.Snowflake

    /// The kind of id a user of the type carries.
    static member KindOf(userType: UserType) =
        match userType with
        | UserType.Standard
        | UserType.Admin -> IdKind.Uuid7
        | UserType.System -> IdKind.Snowflake

    /// Accepts the canonical form only, so that one user has one spelling.
    static member TryParse(text: string | null, [<Out>] result: byref<UserId>) =
        match text with
        | null -> false
        | text when Uuid7.isCanonical text || Snowflake.isCanonical text ->
            result <- UserId text
            true
        | _ -> false

    /// Throws FormatException for anything but a canonical id.
    static member Parse(text: string | null) =
        match UserId.TryParse text with
        | true, id -> id
        | _ -> raise (FormatException "A user id is a lower-case UUID v7 or a Snowflake of at most 19 digits.")

/// Identifies a team: a ULID in upper case (ID-34).
[<Struct>]
type TeamId =
    private
    | TeamId of string

    /// The canonical text: 26 upper-case characters.
    member this.Value = let (TeamId value) = this in value
    override this.ToString() = this.Value

    /// Accepts either case (ID-21) and keeps the upper-case form.
    static member TryParse(text: string | null, [<Out>] result: byref<TeamId>) =
        match text with
        | null -> false
        | text when Ulid.isValid text ->
            result <- TeamId(text.ToUpperInvariant())
            true
        | _ -> false

    /// Throws FormatException for anything but a ULID.
    static member Parse(text: string | null) =
        match TeamId.TryParse text with
        | true, id -> id
        | _ -> raise (FormatException "A team id is a ULID of 26 characters.")

/// Identifies a session: a UUID v7 (ID-35). Not the secret that opens it.
[<Struct>]
type SessionId =
    private
    | SessionId of string

    /// The canonical text: a lower-case UUID.
    member this.Value = let (SessionId value) = this in value
    override this.ToString() = this.Value

    /// Accepts the canonical form only.
    static member TryParse(text: string | null, [<Out>] result: byref<SessionId>) =
        match text with
        | null -> false
        | text when Uuid7.isCanonical text ->
            result <- SessionId text
            true
        | _ -> false

    /// Throws FormatException for anything but a lower-case UUID v7.
    static member Parse(text: string | null) =
        match SessionId.TryParse text with
        | true, id -> id
        | _ -> raise (FormatException "A session id is a lower-case UUID v7.")

/// Names one command of one caller (the Idempotency-Key): 1 to 128 printable ASCII characters, not all blank.
[<Struct>]
type CommandId =
    private
    | CommandId of string

    /// Longest id, in characters.
    static member MaxLength = 128

    member this.Value = let (CommandId value) = this in value
    override this.ToString() = this.Value

    static member TryParse(text: string | null, [<Out>] result: byref<CommandId>) =
        let printable c = c >= ' ' && c <= '~'

        match text with
        | null -> false
        | text when not (String.IsNullOrWhiteSpace text) && text.Length <= CommandId.MaxLength && String.forall printable text ->
            result <- CommandId text
            true
        | _ -> false

    /// Throws FormatException when the text is no command id.
    static member Parse(text: string | null) =
        match CommandId.TryParse text with
        | true, id -> id
        | _ -> raise (FormatException "A command id has 1 to 128 printable ASCII characters.")

/// Makes new ids. The one place ids come from (ID-03); implemented outside the domain with a clock and randomness.
type IIdGenerator =
    /// A UUID v7 for standard users and admins, a Snowflake for system users.
    abstract NewUserId: userType: UserType -> UserId
    abstract NewTeamId: unit -> TeamId
    abstract NewSessionId: unit -> SessionId
