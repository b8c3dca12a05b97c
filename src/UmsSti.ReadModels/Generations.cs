using System.Collections.Immutable;
using UmsSti.ReadModels.Sqlite;

namespace UmsSti.ReadModels;

/// <summary>
/// Blue/green tables. A model's generation is built beside the one that answers, then takes its place in one transaction;
/// the old one is emptied in small transactions and dropped. A query sees one generation from beginning to end.
/// </summary>
public sealed class Generations
{
    private readonly ReadModelDatabase _database;
    private readonly SemaphoreSlim _dropping = new(1, 1);
    private ImmutableDictionary<string, ModelRow> _models = ImmutableDictionary<string, ModelRow>.Empty;

    internal Generations(ReadModelDatabase database) => _database = database;

    private sealed record ModelRow(int Active, int? Building);

    /// <summary>The generation that answers queries.</summary>
    public int Active(string model) => _models[model].Active;

    /// <summary>The generation being built; null when there is none.</summary>
    public int? Building(string model) => _models[model].Building;

    /// <summary>Every generation of a model that rows go to: the one that answers, and the one being built.</summary>
    public IEnumerable<int> Live(string model)
    {
        var row = _models[model];
        yield return row.Active;
        if (row.Building is { } building)
            yield return building;
    }

    /// <summary>Makes empty tables, without indexes, beside the active ones. A build left over from before is given up.</summary>
    public async Task<int> BeginBuild(ReadModelLayout model, CancellationToken ct)
    {
        await AbandonBuild(model, ct).ConfigureAwait(false);
        return await _database.WriteAsync(session =>
        {
            var generation = NextGeneration(session.Connection, model);
            session.Connection.Execute(SqlText.Get($"{model.Folder}/tables", generation));
            Save(session, model, new ModelRow(Active(model.Name), generation));
            return generation;
        }, ct).ConfigureAwait(false);
    }

    /// <summary>Gives the generation being built its indexes and full text, one bounded transaction after the other.</summary>
    public async Task BuildIndexes(ReadModelLayout model, int generation, CancellationToken ct)
    {
        foreach (var statement in Statements($"{model.Folder}/indexes", generation))
            await _database.WriteAsync(session => BuildIndex(session.Connection, model, statement), ct).ConfigureAwait(false);
        if (model == ReadModelLayout.Users)
            await _database.SearchIndex.Fill(generation, ct).ConfigureAwait(false);
    }

    /// <summary>Puts the generation being built in the place of the active one, in the caller's transaction.</summary>
    public void Swap(WriteSession session, ReadModelLayout model, int generation)
    {
        var row = _models[model.Name];
        if (row.Building != generation)
            throw new InvalidOperationException($"Generation {generation} of '{model.Name}' is not being built.");
        session.Connection.Execute(SqlText.Get($"{model.Folder}/views", generation));
        Doom(session.Connection, model.Name, row.Active);
        Save(session, model, new ModelRow(generation, null));
    }

    /// <summary>Gives up the generation being built, if there is one.</summary>
    public Task AbandonBuild(ReadModelLayout model, CancellationToken ct) => _database.WriteAsync(session =>
    {
        if (_models[model.Name] is not { Building: { } building } row)
            return;
        Doom(session.Connection, model.Name, building);
        Save(session, model, row with { Building = null });
    }, ct);

    /// <summary>Empties and drops every generation nothing asks any more, in bounded transactions.</summary>
    /// <param name="projectors">Names of the projectors of each model, whose checkpoints go with the tables.</param>
    /// <param name="ct">Stops between two transactions; the rest is done next time.</param>
    public async Task DropDoomed(Func<string, IEnumerable<string>> projectors, CancellationToken ct)
    {
        await _dropping.WaitAsync(ct).ConfigureAwait(false);
        try
        {
            var doomed = await _database.WriteAsync(session => Doomed(session.Connection), ct).ConfigureAwait(false);
            foreach (var (name, generation) in doomed)
                await Drop(ReadModelLayout.All.Single(model => model.Name == name), generation, projectors(name).ToArray(), ct).ConfigureAwait(false);
        }
        finally
        {
            _dropping.Release();
        }
    }

    private void BuildIndex(Connection connection, ReadModelLayout model, string statement)
    {
        if (!model.SortsOnDisk)
        {
            connection.Execute(statement);
            return;
        }
        Pragmas.SortOnDisk(connection, _database.Options);
        try
        {
            connection.Execute(statement);
        }
        finally
        {
            Pragmas.SortInMemory(connection, _database.Options);
        }
    }

    internal void Start(Connection writer)
    {
        var stored = ReadModels(writer);
        writer.Execute("BEGIN IMMEDIATE");
        foreach (var model in ReadModelLayout.All)
        {
            if (stored.TryGetValue(model.Name, out var row) && row.Layout == model.Layout)
                _models = _models.SetItem(model.Name, new ModelRow(row.Active, row.Building));
            else
                CreateEmpty(writer, model, stored.TryGetValue(model.Name, out var old) ? old.Active : null);
        }
        writer.Execute("COMMIT");
    }

    // First start, or tables of another layout: an empty generation answers at once and fills from the log.
    private void CreateEmpty(Connection writer, ReadModelLayout model, int? outdated)
    {
        if (outdated is { } old)
        {
            _models = _models.SetItem(model.Name, new ModelRow(old, null));
            Doom(writer, model.Name, old);
        }
        var generation = NextGeneration(writer, model);
        writer.Execute(SqlText.Get($"{model.Folder}/tables", generation));
        writer.Execute(SqlText.Get($"{model.Folder}/indexes", generation));
        writer.Execute(SqlText.Get($"{model.Folder}/views", generation));
        Save(writer, model, new ModelRow(generation, null));
        _models = _models.SetItem(model.Name, new ModelRow(generation, null));
    }

    private async Task Drop(ReadModelLayout model, int generation, string[] projectors, CancellationToken ct)
    {
        foreach (var statement in Statements($"{model.Folder}/drop_indexes", generation))
            await _database.WriteAsync(session => session.Connection.Execute(statement), ct).ConfigureAwait(false);
        long removed;
        do
            removed = await _database.WriteAsync(session =>
            {
                session.Connection.Get($"{model.Folder}/drop_slice", generation).Bind(1, _database.Options.DropSliceRows).Run();
                return session.Connection.Changes;
            }, ct).ConfigureAwait(false);
        while (removed > 0);
        await _database.WriteAsync(session =>
        {
            session.Connection.Forget(model.Folder, generation);
            session.Connection.Execute(SqlText.Get($"{model.Folder}/drop", generation));
            foreach (var projector in projectors)
                session.ForgetProjector(projector, generation);
            session.Connection.Get("Catalogue/doomed_delete").Bind(1, model.Name).Bind(2, generation).Run();
        }, ct).ConfigureAwait(false);
    }

    private int NextGeneration(Connection writer, ReadModelLayout model)
    {
        var used = Doomed(writer).Where(doomed => doomed.Model == model.Name).Select(doomed => doomed.Generation)
            .Concat(_models.ContainsKey(model.Name) ? Live(model.Name) : []);
        return used.DefaultIfEmpty(0).Max() + 1;
    }

    private void Save(WriteSession session, ReadModelLayout model, ModelRow row)
    {
        Save(session.Connection, model, row);
        session.OnCommitted(() =>
        {
            _models = _models.SetItem(model.Name, row);
            var isBuilding = _models.Values.Any(other => other.Building is not null);
            Pragmas.ResizeCache(session.Connection, isBuilding ? _database.Options.BuildCacheKiB : _database.Options.WriterCacheKiB);
        });
    }

    private static void Save(Connection writer, ReadModelLayout model, ModelRow row) =>
        writer.Get("Catalogue/models_upsert").Bind(1, model.Name).Bind(2, model.Layout).Bind(3, row.Active).Bind(4, row.Building).Run();

    private static void Doom(Connection writer, string model, int generation) =>
        writer.Get("Catalogue/doomed_insert").Bind(1, model).Bind(2, generation).Run();

    private static List<(string Model, int Generation)> Doomed(Connection writer)
    {
        var statement = writer.Get("Catalogue/doomed_all");
        var doomed = new List<(string, int)>();
        while (statement.Step())
            doomed.Add((statement.Text(0), (int)statement.Int64(1)));
        statement.Reset();
        return doomed;
    }

    private static Dictionary<string, (int Layout, int Active, int? Building)> ReadModels(Connection writer)
    {
        var statement = writer.Get("Catalogue/models_all");
        var models = new Dictionary<string, (int, int, int?)>();
        while (statement.Step())
            models.Add(statement.Text(0), ((int)statement.Int64(1), (int)statement.Int64(2), (int?)statement.Int64OrNull(3)));
        statement.Reset();
        return models;
    }

    private static IEnumerable<string> Statements(string script, int generation) =>
        SqlText.Get(script, generation).Text.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
}
