using System.Runtime.CompilerServices;

namespace UmsSti.ReadModels.Permissions;

/// <summary>
/// One person, in place: what nearly every check needs lies in these 64 bytes, as much as a processor fetches at once. A few
/// memberships lie in them, of teams in which nothing was given besides the role; all others are among <see cref="Extras"/>.
/// </summary>
internal struct IndexedPerson : IIndexed
{
    /// <summary>Memberships that lie in place.</summary>
    public const int InPlace = 6;

    private readonly ulong _high;
    private readonly ulong _low;
    private Numbers _teams;
    private Codes _states;
    private Codes _roles;
    private readonly CompactId.Kind _form;
    private byte _count;

    /// <summary>A person of no type, in no state and no team.</summary>
    public IndexedPerson(in CompactId id)
    {
        (_high, _low, _form) = (id.High, id.Low, id.Form);
        (Type, State) = (RightsVocabulary.Unknown, RightsVocabulary.Unknown);
    }

    public byte Type { get; set; }

    public byte State { get; set; }

    /// <summary>Null: given nothing outside teams, and no memberships but those in place.</summary>
    public IndexedExtras? Extras { get; private set; }

    public readonly bool IsEmpty => _form == CompactId.Kind.None;

    public readonly CompactId Id => new(_high, _low, _form);

    /// <summary>Null: given nothing outside teams.</summary>
    public readonly IndexedRights? Rights => Extras?.Rights;

    public readonly bool Has(in CompactId id) => _low == id.Low && _high == id.High && _form == id.Form;

    /// <summary>The membership of a team, in any state. False when there is none.</summary>
    public readonly bool TryInTeam(int team, out IndexedMembership membership)
    {
        for (var place = 0; place < _count; place++)
            if (_teams[place] == team)
            {
                membership = InPlaceAt(place);
                return true;
            }
        var further = Extras?.PlaceOf(team) ?? -1;
        membership = further < 0 ? default : Extras!.Memberships[further];
        return further >= 0;
    }

    /// <summary>All memberships, in no order.</summary>
    public readonly List<IndexedMembership> Memberships()
    {
        var all = new List<IndexedMembership>(_count);
        for (var place = 0; place < _count; place++)
            all.Add(InPlaceAt(place));
        if (Extras is { } extras)
            all.AddRange(extras.Memberships);
        return all;
    }

    /// <summary>Gives what he holds outside teams another value.</summary>
    public void Give(IndexedRights? rights) => Keep(rights, Extras?.Memberships ?? []);

    /// <summary>Gives a person without memberships all he has, one of each team.</summary>
    public void Begin(IReadOnlyCollection<IndexedMembership> memberships)
    {
        var others = new List<IndexedMembership>();
        foreach (var membership in memberships)
            if (membership.Rights is null && _count < InPlace)
                Put(membership);
            else
                others.Add(membership);
        others.Sort(static (left, right) => left.Team.CompareTo(right.Team));
        Keep(Rights, [.. others]);
    }

    /// <summary>Puts a membership in the place of the one of the same team, or adds it.</summary>
    public void Put(in IndexedMembership membership)
    {
        var place = PlaceOf(membership.Team);
        if (membership.Rights is null && (place >= 0 || _count < InPlace))
        {
            if (place < 0)
            {
                place = _count++;
                Leave(membership.Team);
            }
            (_teams[place], _states[place], _roles[place]) = (membership.Team, membership.State, membership.Role);
            return;
        }
        if (place >= 0)
            Remove(place);
        Join(membership);
    }

    private readonly int PlaceOf(int team)
    {
        for (var place = 0; place < _count; place++)
            if (_teams[place] == team)
                return place;
        return -1;
    }

    private readonly IndexedMembership InPlaceAt(int place) => new(null, _teams[place], _states[place], _roles[place]);

    private void Remove(int place)
    {
        var last = --_count;
        (_teams[place], _states[place], _roles[place]) = (_teams[last], _states[last], _roles[last]);
    }

    private void Join(in IndexedMembership membership)
    {
        var all = Extras?.Memberships ?? [];
        var place = Extras?.PlaceOf(membership.Team) ?? ~0;
        IndexedMembership[] changed = place >= 0 ? [.. all] : [.. all.AsSpan(0, ~place), membership, .. all.AsSpan(~place)];
        if (place >= 0)
            changed[place] = membership;
        Keep(Rights, changed);
    }

    private void Leave(int team)
    {
        if (Extras is { } extras && extras.PlaceOf(team) is >= 0 and var place)
            Keep(extras.Rights, [.. extras.Memberships.AsSpan(0, place), .. extras.Memberships.AsSpan(place + 1)]);
    }

    private void Keep(IndexedRights? rights, IndexedMembership[] memberships) =>
        Extras = rights is null && memberships.Length == 0 ? null : new IndexedExtras(rights, memberships);

    [InlineArray(InPlace)]
    private struct Numbers
    {
        private int _first;
    }

    [InlineArray(InPlace)]
    private struct Codes
    {
        private byte _first;
    }
}
