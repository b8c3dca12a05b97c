namespace UmsSti.Application

open System
open System.Collections.Generic
open System.Threading
open System.Threading.Tasks

/// What still stands on record although it gives nothing any more, around one person, team or role. Checks refuse it from the
/// moment of the event that took it (XR-11); here it is looked for so that the record says so too.
[<RequireQualifiedAccess>]
type UpkeepQuery =
    /// Memberships of a person who is archived or gone (XR-01, XR-05).
    | MembershipsOf of userId: string
    /// Memberships of a team that is archived or gone (XR-02).
    | MembershipsIn of teamId: string
    /// What a person who is archived or gone was given inside teams (XR-07).
    | RightsOf of userId: string
    /// What was given inside a team that is archived or gone (XR-07).
    | RightsIn of teamId: string
    /// What the suspension took from an admin (XR-04).
    | DroppedOf of userId: string
    /// Assignments of a role that is retired (XR-09).
    | AssignmentsOf of roleId: string

/// Some of it: one command for each thing that is to be put on record.
[<NoComparison; NoEquality>]
type UpkeepPage =
    {
        Commands: IReadOnlyList<Command>
        /// Where the next page begins; null: this was the last one.
        Next: obj | null
    }

/// The rows cannot be looked at now because they are behind the log; going on later is safe.
[<Sealed>]
type ReadModelBehindException(message: string) =
    inherit Exception(message)

/// Finds it in the read models.
type IUpkeep =
    /// A page in a fixed order, as the log stands at the call or later. Throws `ReadModelBehindException` when the rows do not
    /// get there in time.
    abstract Find: query: UpkeepQuery * after: (obj | null) * limit: int * ct: CancellationToken -> Task<UpkeepPage>
