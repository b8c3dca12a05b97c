using System.Text.RegularExpressions;
using UmsSti.ReadModels.Sqlite;

namespace UmsSti.ReadModels;

/// <summary>One table of two generations.</summary>
/// <param name="Table">Name of the table, without the number of the generation.</param>
/// <param name="Rows">Rows of the generation that answers.</param>
/// <param name="Different">Rows that only one of the two has, or that differ.</param>
/// <param name="First">Key of the first such row; null when there is none.</param>
public sealed record TableComparison(string Table, long Rows, long Different, string? First);

/// <summary>
/// Compares the tables of models with those of a generation built beside them, row by row in order of their keys, in one view
/// of the file: what is written after <see cref="Open"/> is not seen. Takes no memory but one row of each.
/// </summary>
public sealed partial class GenerationComparison : IDisposable
{
    private readonly IReadOnlyList<(ReadModelLayout Model, int Active, int Built)> _pairs;
    private readonly ReadPool.Lease _lease;

    private GenerationComparison(IReadOnlyList<(ReadModelLayout, int, int)> pairs, ReadPool.Lease lease) => (_pairs, _lease) = (pairs, lease);

    /// <summary>Takes the view. The caller sees to it that both generations stand at one position at that moment.</summary>
    public static async Task<GenerationComparison> Open(ReadModelDatabase database, IReadOnlyList<(ReadModelLayout Model, int Built)> built, CancellationToken ct)
    {
        var lease = await database.Readers.Rent(ct).ConfigureAwait(false);
        try
        {
            lease.Connection.Execute("BEGIN");
            lease.Connection.Get("Catalogue/models_all").Scalar(); // the view is taken with the first read
            return new GenerationComparison([.. built.Select(pair => (pair.Model, database.Generations.Active(pair.Model.Name), pair.Built))], lease);
        }
        catch
        {
            lease.Dispose();
            throw;
        }
    }

    /// <summary>Compares every table.</summary>
    public IReadOnlyList<TableComparison> Run(CancellationToken ct) =>
        [.. _pairs.SelectMany(pair => TablesOf(pair.Model).Select(table => Compare(table, pair.Active, pair.Built, ct)))];

    /// <summary>Lets go of the view.</summary>
    public void Dispose()
    {
        _lease.Connection.Execute("COMMIT");
        _lease.Dispose();
    }

    private static IEnumerable<string> TablesOf(ReadModelLayout model) =>
        TableName().Matches(SqlText.Read($"{model.Folder}/tables")).Select(match => match.Groups[1].Value).Except(model.Passing);

    private TableComparison Compare(string table, int active, int built, CancellationToken ct)
    {
        var keys = KeysOf($"{table}_g{active}");
        using var ours = Rows($"{table}_g{active}", keys);
        using var theirs = Rows($"{table}_g{built}", keys);
        var (rows, different, first) = (0L, 0L, (string?)null);
        var (left, right) = (ours.Step(), theirs.Step());
        while (left || right)
        {
            ct.ThrowIfCancellationRequested();
            var side = !left ? 1 : !right ? -1 : CompareKeys(ours, theirs, keys);
            if (side != 0 || !ours.EqualsRow(theirs))
            {
                different++;
                first ??= string.Join(' ', keys.Select(key => (side > 0 ? theirs : ours).Shown(key)));
            }
            if (side <= 0)
            {
                rows++;
                left = ours.Step();
            }
            if (side >= 0)
                right = theirs.Step();
        }
        return new TableComparison(table, rows, different, first);
    }

    private static int CompareKeys(Statement ours, Statement theirs, int[] keys)
    {
        foreach (var key in keys)
            if (ours.CompareColumn(theirs, key) is var order and not 0)
                return order;
        return 0;
    }

    private Statement Rows(string table, int[] keys) => _lease.Connection.Once(SqlText.Read("Catalogue/compare_rows")
        .Replace("{table}", table, StringComparison.Ordinal)
        .Replace("{keys}", string.Join(", ", keys.Select(key => key + 1)), StringComparison.Ordinal));

    // Columns of the primary key, in its order.
    private int[] KeysOf(string table)
    {
        var columns = _lease.Connection.Get("Catalogue/compare_keys").Bind(1, table);
        var keys = new List<int>();
        while (columns.Step())
            keys.Add((int)columns.Int64(0));
        columns.Reset();
        return keys.Count > 0 ? [.. keys] : throw new InvalidOperationException($"Table {table} has no primary key; without one its rows cannot be compared.");
    }

    [GeneratedRegex(@"^CREATE TABLE (\w+)_g\{g\}", RegexOptions.Multiline)]
    private static partial Regex TableName();
}
