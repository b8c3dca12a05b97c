using System.Diagnostics;
using SQLitePCL;
using UmsSti.Store;
using UmsSti.Store.EventLog;
using UmsSti.Store.Sqlite;

namespace UmsSti.Benchmarks.Raw;

/// <summary>
/// The raw side of the append rows: writes the rows of a log again into a new file, by prepared statements on SQLite's raw API, with
/// the commits our log really made, under the settings it really had.
/// </summary>
internal static class RawReplay
{
    /// <summary>Keys of the index of commands that go into one commit, as in our log.</summary>
    private const int KeysPerCommit = 1_024;

    /// <summary>
    /// Writes <paramref name="rows"/> to a new file, committing after as many events as <paramref name="commits"/> says, and returns
    /// events a second. Rows before <paramref name="skip"/> are written before the clock starts.
    /// </summary>
    public static double Write(string path, LogRows rows, IReadOnlyList<int> commits, EventLogOptions options, int skip = 0)
    {
        if (commits.Sum() != rows.Events.Count - skip)
            throw new InvalidOperationException($"{commits.Sum()} events were committed, but the file holds {rows.Events.Count - skip} of them.");
        using (var schema = Database.Open(path))
        {
            Pragmas.Apply(schema, options.WriterSettings);
            Pragmas.EnterWal(schema);
            Schema.Upgrade(schema, LogSession.SchemaFolder, TimeProvider.System);
        }

        using var file = new RawConnection(path);
        foreach (var pragma in Pragmas.For(options.WriterSettings))
            file.Execute($"PRAGMA {pragma.Name}={pragma.Value}");

        // Our log moves its WAL at this many pages by a thread of its own; the raw side has only SQLite's way to do so.
        file.Execute($"PRAGMA wal_autocheckpoint={options.WalCheckpointPages}");
        var writer = new Writer(file, rows);
        if (skip > 0)
            writer.Commit(skip);
        var started = Stopwatch.GetTimestamp();
        foreach (var size in commits)
            writer.Commit(size);
        return (rows.Events.Count - skip) / Stopwatch.GetElapsedTime(started).TotalSeconds;
    }

    /// <summary>Statements and the place reached in the rows.</summary>
    private sealed class Writer(RawConnection file, LogRows rows)
    {
        private readonly sqlite3_stmt _begin = file.Prepare("BEGIN IMMEDIATE");
        private readonly sqlite3_stmt _commit = file.Prepare("COMMIT");
        private readonly sqlite3_stmt _event = file.Prepare(Scripts.OfTheLog("insert_event"));
        private readonly sqlite3_stmt _command = file.Prepare(Scripts.OfTheLog("insert_command"));
        private readonly sqlite3_stmt _commandKey = file.Prepare(Scripts.OfTheLog("insert_command_key"));
        private readonly sqlite3_stmt _segment = file.Prepare(Scripts.OfTheLog("insert_command_segment"));
        private readonly sqlite3_stmt _stream = file.Prepare(Scripts.OfTheLog("insert_stream"));
        private readonly sqlite3_stmt _type = file.Prepare(Scripts.OfTheLog("insert_event_type"));
        private int _nextEvent, _nextCommand, _nextStream, _nextType, _nextSegment, _nextKey;

        public void Commit(int events)
        {
            file.Run(_begin);
            for (var end = _nextEvent + events; _nextEvent < end; _nextEvent++)
                Event(rows.Events[_nextEvent]);
            var position = rows.Events[_nextEvent - 1].Position;
            for (; _nextCommand < rows.Commands.Count && rows.Commands[_nextCommand].Position <= position; _nextCommand++)
                Command(rows.Commands[_nextCommand]);
            IndexOfCommands();
            file.Run(_commit);
        }

        /// <summary>A slice of the segment whose last command is there, and the segment's own row after its last slice.</summary>
        private void IndexOfCommands()
        {
            if (_nextSegment == rows.Segments.Count || _nextCommand == 0 || rows.Commands[_nextCommand - 1].Id < rows.Segments[_nextSegment].LastId)
                return;
            var segment = rows.Segments[_nextSegment];
            for (var end = Math.Min(segment.Keys.Count, _nextKey + KeysPerCommit); _nextKey < end; _nextKey++)
            {
                raw.sqlite3_bind_int64(_commandKey, 1, segment.Number);
                raw.sqlite3_bind_int64(_commandKey, 2, segment.Keys[_nextKey].Key);
                raw.sqlite3_bind_int64(_commandKey, 3, segment.Keys[_nextKey].Id);
                file.Run(_commandKey);
            }

            if (_nextKey < segment.Keys.Count)
                return;
            (_nextKey, _nextSegment) = (0, _nextSegment + 1);
            if (segment.Filter is null)
                return;
            raw.sqlite3_bind_int64(_segment, 1, segment.Number);
            raw.sqlite3_bind_int64(_segment, 2, segment.LastId);
            raw.sqlite3_bind_blob(_segment, 3, segment.Filter);
            file.Run(_segment);
        }

        private void Event(EventRow row)
        {
            for (; _nextStream < rows.Streams.Count && rows.Streams[_nextStream].Id <= row.StreamId; _nextStream++)
                Name(_stream, rows.Streams[_nextStream]);
            for (; _nextType < rows.Types.Count && rows.Types[_nextType].Id <= row.TypeId; _nextType++)
                Name(_type, rows.Types[_nextType]);
            raw.sqlite3_bind_int64(_event, 1, row.Position);
            raw.sqlite3_bind_int64(_event, 2, row.StreamId);
            raw.sqlite3_bind_int64(_event, 3, row.Version);
            raw.sqlite3_bind_int64(_event, 4, row.EventId);
            raw.sqlite3_bind_int64(_event, 5, row.TypeId);
            raw.sqlite3_bind_int64(_event, 6, row.SchemaVersion);
            raw.sqlite3_bind_int64(_event, 7, row.Time);
            raw.sqlite3_bind_blob(_event, 8, row.Hash);
            raw.sqlite3_bind_blob(_event, 9, row.Data);
            raw.sqlite3_bind_blob(_event, 10, row.Meta);
            file.Run(_event);
        }

        private void Command(CommandRow row)
        {
            raw.sqlite3_bind_int64(_command, 1, row.Id);
            raw.sqlite3_bind_int64(_command, 2, row.Key);
            raw.sqlite3_bind_text(_command, 3, row.CommandId.AsSpan());
            raw.sqlite3_bind_blob(_command, 4, row.Fingerprint);
            raw.sqlite3_bind_blob(_command, 5, row.Answer);
            raw.sqlite3_bind_int64(_command, 6, row.At);
            raw.sqlite3_bind_int64(_command, 7, row.Position);
            file.Run(_command);
        }

        private void Name(sqlite3_stmt statement, NameRow row)
        {
            raw.sqlite3_bind_int64(statement, 1, row.Id);
            raw.sqlite3_bind_text(statement, 2, row.Name.AsSpan());
            file.Run(statement);
        }
    }
}
