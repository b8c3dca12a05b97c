using Microsoft.FSharp.Core;
using UmsSti.Application;
using UmsSti.Domain;
using UmsSti.Projections.Teams;
using UmsSti.ReadModels.Permissions;

namespace UmsSti.Projections.Rights;

/// <summary>
/// The permission index as checks and readers ask it: an answer only where the index is known to hold everything up to the position
/// that is asked for. Rows that failed to load, streams that are parked and events that were skipped all mean that it is not known.
/// </summary>
/// <param name="index">The index; moved before the position of its projector is told.</param>
public sealed class LivePrincipals(PermissionIndex index) : IPrincipalIndex
{
    private ProjectorProgress? _progress;

    /// <summary>Names who knows how far the index is; until then it answers nothing.</summary>
    public void Follow(ProjectionMonitor monitor) => Volatile.Write(ref _progress, monitor.Runner(TeamProjectors.Rights).Progress);

    /// <inheritdoc />
    public FSharpValueOption<ValueTuple<Principal, long>> Find(UserId user, long atLeast) => TryReach(atLeast, out var position)
        ? FSharpValueOption<ValueTuple<Principal, long>>.NewValueSome((PermissionChecks.Find(index.Current, user), position))
        : default;

    /// <inheritdoc />
    public FSharpValueOption<IReadOnlySet<string>> TeamsOf(UserId user, long atLeast) => TryReach(atLeast, out _)
        ? FSharpValueOption<IReadOnlySet<string>>.NewValueSome(index.Current.TeamsOf(user.Value))
        : default;

    // The position comes first: what is parked is told before it, and the index holds what it names.
    private bool TryReach(long atLeast, out long position)
    {
        position = 0;
        if (Volatile.Read(ref _progress) is not { } progress)
            return false;
        position = progress.Position;
        return position >= atLeast && progress.IsWhole && index.IsLoaded;
    }
}
