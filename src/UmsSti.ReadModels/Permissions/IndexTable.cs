using System.Numerics;

namespace UmsSti.ReadModels.Permissions;

/// <summary>What an index table holds.</summary>
internal interface IIndexed
{
    CompactId Id { get; }
}

/// <summary>
/// A hash table that never changes once it is published: an edit copies the pages it touches and shares the rest. Readers take
/// no lock and see one state from beginning to end.
/// </summary>
internal sealed class IndexTable<T> where T : class, IIndexed
{
    /// <summary>Places of a page; a full probe stays within one.</summary>
    private const int PagePlaces = 256;

    /// <summary>Items a page may hold: some places stay free, so that every probe ends.</summary>
    private const int MaxPageItems = 224;

    /// <summary>Items a page holds on average when a table is made: with more, some page would overflow before its time.</summary>
    private const int NewPageItems = 128;

    private readonly T?[][] _pages;
    private readonly byte[] _items; // of each page
    private readonly int _shift;

    private IndexTable(T?[][] pages, byte[] items, int count)
    {
        _pages = pages;
        _items = items;
        _shift = 64 - BitOperations.Log2((uint)pages.Length);
        Count = count;
    }

    public int Count { get; }

    /// <summary>All items, in no order.</summary>
    public IEnumerable<T> Items => _pages.SelectMany(page => page).OfType<T>();

    /// <summary>An empty table with room for some items.</summary>
    public static IndexTable<T> Empty(int items = 0)
    {
        var pages = new T?[(int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(1, (items + NewPageItems - 1) / NewPageItems))][];
        for (var page = 0; page < pages.Length; page++)
            pages[page] = new T?[PagePlaces];
        return new IndexTable<T>(pages, new byte[pages.Length], 0);
    }

    public T? Find(in CompactId id)
    {
        var hash = id.Hash;
        var page = _pages[PageOf(hash)];
        for (var place = (int)hash & (PagePlaces - 1); ; place = (place + 1) & (PagePlaces - 1))
        {
            var item = page[place];
            if (item is null || item.Id == id)
                return item;
        }
    }

    /// <summary>Begins a change of this table.</summary>
    public Editor Edit() => new(this);

    // A shift by 64 is one by 0 to the processor, so one page needs the test.
    private int PageOf(ulong hash) => _shift == 64 ? 0 : (int)(hash >> _shift);

    /// <summary>Changes to one table by one writer; the table they are based on stays as it is.</summary>
    public sealed class Editor
    {
        private readonly HashSet<int> _own = [];
        private IndexTable<T> _table;
        private int _added;

        public Editor(IndexTable<T> table) => _table = new IndexTable<T>([.. table._pages], [.. table._items], table.Count);

        public T? Find(in CompactId id) => _table.Find(id);

        /// <summary>Puts an item in the place of the one with its id, or adds it.</summary>
        public void Put(T item)
        {
            var number = _table.PageOf(item.Id.Hash);
            if (_own.Add(number))
                _table._pages[number] = [.. _table._pages[number]];
            if (!_table.Place(item))
                return;
            _added++;
            if (_table._items[number] == MaxPageItems)
                Grow();
        }

        /// <summary>The changed table. The editor must not be used after.</summary>
        public IndexTable<T> Done() => new(_table._pages, _table._items, _table.Count + _added);

        private void Grow()
        {
            var old = _table;
            var larger = Empty(old._pages.Length * 2 * NewPageItems);
            _table = new IndexTable<T>(larger._pages, larger._items, old.Count);
            _own.UnionWith(Enumerable.Range(0, larger._pages.Length));
            foreach (var item in old.Items)
                _table.Place(item);
        }
    }

    // True: it was not there before.
    private bool Place(T item)
    {
        var hash = item.Id.Hash;
        var number = PageOf(hash);
        var page = _pages[number];
        var place = (int)hash & (PagePlaces - 1);
        while (page[place] is { } other && other.Id != item.Id)
            place = (place + 1) & (PagePlaces - 1);
        var isNew = page[place] is null;
        page[place] = item;
        if (isNew)
            _items[number]++;
        return isNew;
    }
}
