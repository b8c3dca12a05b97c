using System.Numerics;

namespace UmsSti.ReadModels.Permissions;

/// <summary>What an index table holds, in place; the default is an empty place.</summary>
internal interface IIndexed
{
    bool IsEmpty { get; }

    CompactId Id { get; }

    bool Has(in CompactId id);
}

/// <summary>
/// A hash table that never changes once it is published: an edit copies the pages it touches and shares the rest. Readers take
/// no lock and see one state from beginning to end. Items lie in the pages themselves, and a page that is full is split alone
/// (extendible hashing): a look-up fetches the name of a page and then the item, however large the table is.
/// </summary>
internal sealed class IndexTable<T> where T : struct, IIndexed
{
    /// <summary>Items of a page when a table is made, at most: a change copies the pages it touches.</summary>
    private const int NewPageItems = 256;

    /// <summary>Places of a page at least.</summary>
    private const int MinPlaces = 64;

    /// <summary>Places taken in a hundred when a table is made.</summary>
    private const int NewTaken = 55;

    /// <summary>Places taken in a hundred at most: a page that would hold more is split.</summary>
    private const int MaxTaken = 75;

    private readonly T[][] _pages; // by the highest bits of the hash; neighbours may share one
    private readonly int _shift;
    private readonly int _places; // of each page

    private IndexTable(T[][] pages, int places, int count)
    {
        (_pages, _places, Count) = (pages, places, count);
        _shift = 64 - BitOperations.Log2((uint)pages.Length);
    }

    public int Count { get; }

    /// <summary>An empty table with room for some items.</summary>
    public static IndexTable<T> Empty(int items = 0)
    {
        var pages = new T[(int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(1, (items + NewPageItems - 1) / NewPageItems))][];
        var places = Math.Max(MinPlaces, (int)(items * 100L / NewTaken / pages.Length));
        for (var page = 0; page < pages.Length; page++)
            pages[page] = new T[places];
        return new IndexTable<T>(pages, places, 0);
    }

    /// <summary>The item with an id, or an empty one.</summary>
    public ref readonly T Find(in CompactId id) => ref Locate(id, out var place)[place];

    /// <summary>The page and place of the item with an id, or of an empty one. A page that was given out never changes.</summary>
    public T[] Locate(in CompactId id, out int place)
    {
        var hash = id.Hash;
        var page = _pages[PageOf(hash)];
        place = PlaceOf(page, id, hash);
        return page;
    }

    /// <summary>Begins to fetch what a look-up of an id will read.</summary>
    public void WillFind(in CompactId id)
    {
        var hash = id.Hash;
        Memory.WillRead(ref _pages[PageOf(hash)][FirstPlaceOf(hash)]);
    }

    /// <summary>Begins a change of this table.</summary>
    public Editor Edit() => new(this);

    // A shift by 64 is one by 0 to the processor, so one page needs the test.
    private int PageOf(ulong hash) => _shift == 64 ? 0 : (int)(hash >> _shift);

    private int FirstPlaceOf(ulong hash) => (int)(((hash & uint.MaxValue) * (ulong)_places) >> 32);

    private int PlaceOf(T[] page, in CompactId id, ulong hash)
    {
        for (var place = FirstPlaceOf(hash); ; place = place + 1 == _places ? 0 : place + 1)
        {
            ref readonly var item = ref page[place];
            if (item.Has(id) || item.IsEmpty)
                return place;
        }
    }

    /// <summary>Changes to one table by one writer; the table they are based on stays as it is.</summary>
    public sealed class Editor
    {
        private readonly Dictionary<T[], int> _own = []; // pages that nobody else sees, with how many items each holds
        private readonly int _most; // items of a page
        private IndexTable<T> _table;
        private int _count;

        public Editor(IndexTable<T> table)
        {
            _table = new IndexTable<T>([.. table._pages], table._places, table.Count);
            _most = table._places * MaxTaken / 100;
            _count = table.Count;
        }

        public ref readonly T Find(in CompactId id) => ref _table.Find(id);

        /// <summary>Puts an item in the place of the one with its id, or adds it.</summary>
        public void Put(in T item)
        {
            var id = item.Id;
            var hash = id.Hash;
            while (true)
            {
                var number = _table.PageOf(hash);
                var (page, items) = Own(number);
                ref var place = ref page[_table.PlaceOf(page, id, hash)];
                if (!place.IsEmpty || items < _most)
                {
                    if (place.IsEmpty)
                        Count(page, items + 1);
                    place = item;
                    return;
                }
                Split(number);
            }
        }

        /// <summary>The changed table. The editor must not be used after.</summary>
        public IndexTable<T> Done() => new(_table._pages, _table._places, _count);

        private void Count(T[] page, int items)
        {
            _own[page] = items;
            _count++;
        }

        private (T[] Page, int Items) Own(int number)
        {
            var page = _table._pages[number];
            if (_own.TryGetValue(page, out var items))
                return (page, items);
            foreach (ref readonly var item in page.AsSpan())
                items += item.IsEmpty ? 0 : 1;
            T[] own = [.. page];
            var (from, count) = SharersOf(number);
            Array.Fill(_table._pages, own, from, count);
            _own.Add(own, items);
            return (own, items);
        }

        private void Split(int number)
        {
            var (from, count) = SharersOf(number);
            if (count == 1)
            {
                _table = new IndexTable<T>([.. _table._pages.SelectMany(each => new[] { each, each })], _table._places, _table.Count);
                (from, count) = (2 * number, 2);
            }
            var (full, middle) = (_table._pages[from], from + (count / 2));
            T[] low = new T[_table._places], high = new T[_table._places];
            var lowItems = 0;
            foreach (ref readonly var item in full.AsSpan())
            {
                if (item.IsEmpty)
                    continue;
                var id = item.Id;
                var hash = id.Hash;
                var isLow = _table.PageOf(hash) < middle;
                var half = isLow ? low : high;
                half[_table.PlaceOf(half, id, hash)] = item;
                lowItems += isLow ? 1 : 0;
            }
            Array.Fill(_table._pages, low, from, count / 2);
            Array.Fill(_table._pages, high, middle, count / 2);
            var items = _own[full];
            _own.Remove(full);
            _own.Add(low, lowItems);
            _own.Add(high, items - lowItems);
        }

        // Those who share a page stand side by side.
        private (int From, int Count) SharersOf(int number)
        {
            var (pages, from, to) = (_table._pages, number, number + 1);
            while (from > 0 && ReferenceEquals(pages[from - 1], pages[number]))
                from--;
            while (to < pages.Length && ReferenceEquals(pages[to], pages[number]))
                to++;
            return (from, to - from);
        }
    }
}
