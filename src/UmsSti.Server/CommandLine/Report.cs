using System.Globalization;
using System.Text.Json;
using Spectre.Console;
using UmsSti.Server.Http;

namespace UmsSti.Server.CommandLine;

/// <summary>How a verb answers: tables and progress bars for people at a terminal, JSON (one object a line) for scripts.</summary>
internal sealed class Report(bool isJson)
{
    /// <summary>Shortest time between two JSON progress lines.</summary>
    private static readonly TimeSpan JsonProgressInterval = TimeSpan.FromSeconds(1);

    public bool IsJson { get; } = isJson || Console.IsOutputRedirected;

    /// <summary>One line of JSON.</summary>
    public static void Line<T>(T value, Action<Utf8JsonWriter, T> write)
    {
        using var output = Console.OpenStandardOutput();
        output.Write(JsonAnswer.ToBytes(value, write));
        output.WriteByte((byte)'\n');
    }

    /// <summary>Rows of texts and whole numbers as a table, or each as a JSON object.</summary>
    public void Table(string[] columns, IEnumerable<object[]> rows)
    {
        if (IsJson)
        {
            foreach (var row in rows)
            {
                Line((columns, row), static (json, it) =>
                {
                    json.WriteStartObject();
                    foreach (var (column, cell) in it.columns.Zip(it.row))
                    {
                        if (cell is long number)
                        {
                            json.WriteNumber(column, number);
                        }
                        else
                        {
                            json.WriteString(column, (string)cell);
                        }
                    }

                    json.WriteEndObject();
                });
            }

            return;
        }

        var table = new Table().Border(TableBorder.Simple).AddColumns(columns);
        foreach (var row in rows)
        {
            table.AddRow([.. row.Select(cell => Markup.Escape(Convert.ToString(cell, CultureInfo.InvariantCulture)!))]);
        }

        AnsiConsole.Write(table);
    }

    /// <summary>Says that a list goes on: to scripts the cursor as a last line, to people the sentence.</summary>
    public void More(long nextCursor, string sentence)
    {
        if (IsJson)
        {
            Line(nextCursor, static (json, it) =>
            {
                json.WriteStartObject();
                json.WriteNumber("nextCursor", it);
                json.WriteEndObject();
            });
        }
        else
        {
            AnsiConsole.MarkupLineInterpolated($"{sentence}");
        }
    }

    /// <summary>Runs work that says how far it is; done and total are in the work's own unit.</summary>
    public async Task<T> Progress<T>(string name, Func<Action<long, long>, Task<T>> work)
    {
        if (IsJson)
        {
            return await work(JsonProgress(name));
        }

        return await AnsiConsole.Progress()
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RateColumn(), new RemainingTimeColumn())
            .StartAsync(async bars =>
            {
                var bar = bars.AddTask(Markup.Escape(name));
                var result = await work((done, total) =>
                {
                    bar.MaxValue = Math.Max(1, total);
                    bar.Value = total == 0 ? 1 : done;
                });
                bar.Value = bar.MaxValue;
                return result;
            });
    }

    private static Action<long, long> JsonProgress(string name)
    {
        var last = DateTime.MinValue;
        return (done, total) =>
        {
            if (DateTime.UtcNow - last < JsonProgressInterval)
            {
                return;
            }

            last = DateTime.UtcNow;
            Line((name, done, total), static (json, it) =>
            {
                json.WriteStartObject();
                json.WriteString("progress", it.name);
                json.WriteNumber("done", it.done);
                json.WriteNumber("total", it.total);
                json.WriteEndObject();
            });
        };
    }
}
