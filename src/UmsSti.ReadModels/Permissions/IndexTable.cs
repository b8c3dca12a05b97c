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
/// no lock and see one state from beginning to end. Items lie in the pages themselves, one after the other, so that finding one
/// fetches little more from memory than the item.
/// </summary>
internal sealed class IndexTable<T> where T : struct, IIndexed
{
    /// <summary>Items of a page when a table is made, at most: a change copies the pages it touches.</summary>
    private const int NewPageItems = 256;

    /// <summary>Items of a page on average at which a table is made anew with more pages.</summary>
    private const int MaxAverageItems = 4 * NewPageItems;

    /// <summary>Places of the page of a table that is made for nothing in particular.</summary>
    private const int FewPlaces = 8;

    /// <summary>Places in ten of a page that are taken at most, so that a look-up meets the item at its first or second place.</summary>
    private const int MaxTaken = 6;

    private readonly T[][] _pages;
    private readonly int _shift;

    private IndexTable(T[][] pages, int count)
    {
        _pages = pages;
        _shift = 64 - BitOperations.Log2((uint)pages.Length);
        Count = count;
    }

    public int Count { get; }

    /// <summary>An empty table with room for some items.</summary>
    public static IndexTable<T> Empty(int items = 0)
    {
        var pages = (int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(1, (items + NewPageItems - 1) / NewPageItems));
        var each = (double)items / pages;
        var places = Math.Max(FewPlaces, (int)((each + (2 * Math.Sqrt(each))) * 10 / MaxTaken)); // chance puts more into some
        return new IndexTable<T>([.. Enumerable.Repeat(new T[places], pages)], 0); // shared until they are written to
    }

    /// <summary>The item with an id, or an empty one.</summary>
    public ref readonly T Find(in CompactId id) => ref Locate(id, out var place)[place];

    /// <summary>The page and place of the item with an id, or of an empty one. A page that was given out never changes.</summary>
    public T[] Locate(in CompactId id, out int place)
    {
        var hash = id.Hash;
        var page = _pages[PageOf(hash)];
        place = PlaceOf(id, hash, page);
        return page;
    }

    /// <summary>Begins a change of this table.</summary>
    public Editor Edit() => new(this);

    // A shift by 64 is one by 0 to the processor, so one page needs the test.
    private int PageOf(ulong hash) => _shift == 64 ? 0 : (int)(hash >> _shift);

    private static int PlaceOf(in CompactId id, ulong hash, T[] page)
    {
        var place = (int)(((hash & uint.MaxValue) * (ulong)page.Length) >> 32);
        while (true)
        {
            ref readonly var item = ref page[place];
            if (item.Has(id) || item.IsEmpty)
                return place;
            place = place + 1 == page.Length ? 0 : place + 1;
        }
    }

    private static T[] Grown(T[] page)
    {
        var larger = new T[page.Length + (page.Length / 4) + FewPlaces];
        foreach (ref readonly var item in page.AsSpan())
            if (!item.IsEmpty)
                Put(larger, item);
        return larger;
    }

    // True: it was not there before.
    private static bool Put(T[] page, in T item)
    {
        var id = item.Id;
        ref var place = ref page[PlaceOf(id, id.Hash, page)];
        var isNew = place.IsEmpty;
        place = item;
        return isNew;
    }

    /// <summary>Changes to one table by one writer; the table they are based on stays as it is.</summary>
    public sealed class Editor
    {
        private readonly Dictionary<int, int> _own = []; // items of the pages that are this editor's
        private IndexTable<T> _table;
        private int _count;

        public Editor(IndexTable<T> table)
        {
            _table = new IndexTable<T>([.. table._pages], table.Count);
            _count = table.Count;
        }

        public ref readonly T Find(in CompactId id) => ref _table.Find(id);

        /// <summary>Puts an item in the place of the one with its id, or adds it.</summary>
        public void Put(in T item)
        {
            if (_count > _table._pages.Length * (long)MaxAverageItems)
                MorePages();
            var number = _table.PageOf(item.Id.Hash);
            if (!_own.TryGetValue(number, out var items))
            {
                var shared = _table._pages[number];
                items = ItemsOf(shared);
                _table._pages[number] = [.. shared];
            }
            ref var page = ref _table._pages[number];
            if ((items + 1) * 10 > page.Length * MaxTaken)
                page = Grown(page);
            if (IndexTable<T>.Put(page, item))
            {
                items++;
                _count++;
            }
            _own[number] = items;
        }

        /// <summary>The changed table. The editor must not be used after.</summary>
        public IndexTable<T> Done() => new(_table._pages, _count);

        private void MorePages()
        {
            var old = _table;
            _table = Empty(_count);
            _own.Clear();
            _count = 0;
            foreach (var page in old._pages)
                foreach (ref readonly var item in page.AsSpan())
                    if (!item.IsEmpty)
                        Put(item);
        }

        private static int ItemsOf(T[] page)
        {
            var items = 0;
            foreach (ref readonly var item in page.AsSpan())
                items += item.IsEmpty ? 0 : 1;
            return items;
        }
    }
}
