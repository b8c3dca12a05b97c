using UmsSti.Domain;
using UmsSti.ReadModels.Permissions;

namespace UmsSti.Projections.Rights;

/// <summary>
/// Decides rights from the permission index (design, section 9): who somebody is now, and whether he may. A strong check first
/// waits for the position of the projector <see cref="Teams.TeamProjectors.Rights"/>; the index is moved before that is told.
/// </summary>
public sealed class PermissionChecks(PermissionIndex index)
{
    // Decisions are made at once on one thread: one principal for each is enough, and nothing is left to collect.
    [ThreadStatic]
    private static (IndexedPrincipal Person, Principal Known)? _borrowed;

    /// <summary>An index that knows the domain's names; empty until it is loaded.</summary>
    public static PermissionIndex NewIndex() => new(IndexedPrincipal.Vocabulary);

    /// <summary>The rights as they are now.</summary>
    public PermissionSnapshot Current => index.Current;

    /// <summary>The person with an id as he is now, to be kept and asked more than one thing; anonymous when there is none.</summary>
    public Principal Find(UserId id) => Find(index.Current, id);

    /// <summary>The person with an id in one snapshot; anonymous when there is none.</summary>
    public static Principal Find(PermissionSnapshot snapshot, UserId id)
    {
        if (!snapshot.TryFind(id.Value, out var entry))
            return Principal.Anonymous;
        var person = new IndexedPrincipal();
        person.Become(id, entry);
        return Principal.NewKnown(person);
    }

    /// <summary>Whether a person holds a permission in a scope at a moment. Allocates nothing when it allows.</summary>
    public Decision Decide(UserId id, Scope scope, Permission permission, DateTimeOffset now)
    {
        var snapshot = index.Current;
        var (person, known) = _borrowed ??= Borrow();
        if (scope is { IsTeam: true, team: var team })
        {
            if (!snapshot.TryFind(id.Value, team.Value, out var entry, out var inTeam))
                return Authorization.decide(now, Principal.Anonymous, scope, permission);
            person.Become(id, entry, team, inTeam);
        }
        else
        {
            if (!snapshot.TryFind(id.Value, out var entry))
                return Authorization.decide(now, Principal.Anonymous, scope, permission);
            person.Become(id, entry);
        }
        return Authorization.decide(now, known, scope, permission);
    }

    private static (IndexedPrincipal Person, Principal Known) Borrow()
    {
        var person = new IndexedPrincipal();
        return (person, Principal.NewKnown(person));
    }
}
