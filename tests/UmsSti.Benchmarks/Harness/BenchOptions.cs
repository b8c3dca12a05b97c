using System.Globalization;

namespace UmsSti.Benchmarks.Harness;

/// <summary>What the command line asked for.</summary>
public sealed record BenchOptions
{
    public const string Usage = """
        Usage: UmsSti.Benchmarks [options]
          --only NAME[,NAME]   measure only these benchmarks (see --list); the table of docs is left alone unless --write is given
          --quick              small sizes: shows that everything works, the figures mean nothing
          --repetitions N      measured repetitions of each side (default 5; quick 2)
          --write              write docs/benchmarks.md and docs/benchmarks/raw-<date>.json (default for a full run)
          --no-write           only print
          --folder DIR         where the measured files are put (default: the folder for temporary files); its disk is what is measured
          --list               name the benchmarks
        """;

    /// <summary>Names asked for; empty means all.</summary>
    public IReadOnlyList<string> Only { get; init; } = [];

    public bool Quick { get; init; }

    public int Repetitions { get; init; } = 5;

    /// <summary>Whether the table of docs is written.</summary>
    public bool Write { get; init; } = true;

    public string Folder { get; init; } = Path.GetTempPath();

    public bool List { get; init; }

    /// <summary>Picks the size for this run.</summary>
    public T Size<T>(T full, T quick) => Quick ? quick : full;

    /// <summary>Reads the command line; the error is null when it could be read.</summary>
    public static (BenchOptions Options, string? Error) Parse(string[] args)
    {
        var only = new List<string>();
        bool quick = false, list = false;
        bool? write = null;
        int? repetitions = null;
        var folder = Path.GetTempPath();
        for (var i = 0; i < args.Length; i++)
        {
            var value = i + 1 < args.Length ? args[i + 1] : null;
            switch (args[i])
            {
                case "--quick": quick = true; break;
                case "--list": list = true; break;
                case "--write": write = true; break;
                case "--no-write": write = false; break;
                case "--only" when value is not null:
                    only.AddRange(value.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
                    i++;
                    break;
                case "--folder" when value is not null:
                    folder = Path.GetFullPath(value);
                    i++;
                    break;
                case "--repetitions" when int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count > 0:
                    repetitions = count;
                    i++;
                    break;
                default:
                    return (new BenchOptions(), $"'{args[i]}' is not understood.");
            }
        }

        return (new BenchOptions
        {
            Only = only,
            Quick = quick,
            List = list,
            Folder = folder,
            Repetitions = repetitions ?? (quick ? 2 : 5),
            Write = write ?? (!quick && only.Count == 0),
        }, null);
    }
}
