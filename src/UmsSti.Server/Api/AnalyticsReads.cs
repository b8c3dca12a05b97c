using System.Globalization;
using System.Text.Json;
using UmsSti.Projections.Analytics;
using UmsSti.ReadModels.Analytics;
using UmsSti.Server.Http;

namespace UmsSti.Server.Api;

/// <summary>Figures by day (RE-31, RE-32).</summary>
internal sealed class AnalyticsReads(DailyMetrics metrics, Reading reading, Freshness freshness, Freshness ofTeams)
{
    /// <summary>Days shown when the caller does not say.</summary>
    private const int DefaultDays = 30;

    private static readonly string[] Names = [.. Metrics.All.Select(metric => metric.Name)];

    /// <summary>The days an answer is about.</summary>
    internal static readonly QueryParameter[] Range =
    [
        new QueryParameter("from", $"First day, as in 2026-01-31; {DefaultDays - 1} days before the last when not given.") { IsDay = true },
        new QueryParameter("to", $"Last day; today when not given. At most {DailyMetrics.MaxDays} days in all.") { IsDay = true },
    ];

    public static readonly ApiOperation DailyOperation = new("getDailyMetric", HttpMethods.Get, "/analytics/daily", "Analytics", "A figure of the installation, day by day")
    {
        Description = "Every day of the range, UTC, oldest first; days on which nothing happened as well. "
            + string.Join(" ", Metrics.All.Select(metric => $"{metric.Name} ({metric.Unit}): {metric.Meaning}")),
        Query =
        [
            new QueryParameter("metric", "Which figure; must be given.") { OneOf = Names },
            .. Range,
        ],
        IsFresh = true,
        Answers = [new ApiAnswer(200, "All days.", AnswerShape.ListOf(ViewShapes.MetricDay))],
    };

    public async Task Daily(ApiCall call)
    {
        var metric = Metrics.Find(call.Query.Word("metric", Names) ?? throw new ProblemException(Problem.Field("metric", "must be one of " + string.Join(", ", Names))))!;
        var (from, to) = RangeOf(call);
        await reading.Demand(call, Application.Query.ReadAnalytics);
        var position = Math.Min(await freshness.Reach(call), await ofTeams.Reach(call));
        var days = await Lists.Read(() => metrics.DaysAsync(metric.Name, from, to, call.Ct));
        RequestHeaders.SetPosition(call.Http.Response, position);
        await Lists.Answer(call.Http, days, null, days.Count, (json, day) => Write(json, metric, day));
    }

    /// <summary>The days asked for.</summary>
    internal static (DateOnly From, DateOnly To) RangeOf(ApiCall call)
    {
        var to = call.Query.Day("to") ?? DateOnly.FromDateTime(call.Now.UtcDateTime);
        return (call.Query.Day("from") ?? to.AddDays(1 - DefaultDays), to);
    }

    /// <summary>A day as every answer of figures writes it.</summary>
    internal static string Text(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static void Write(Utf8JsonWriter json, Metric metric, MetricDay day)
    {
        json.WriteStartObject();
        json.WriteString("day", Text(day.Day));
        json.WriteString("metric", metric.Name);
        json.WriteString("kind", metric.Kind);
        json.WriteString("unit", metric.Unit);
        WriteValue(json, metric, day);
        json.WriteNumber("count", day.Count);
        WriteNumber(json, "low", day.Low);
        WriteNumber(json, "high", day.High);
        json.WriteEndObject();
    }

    private static void WriteValue(Utf8JsonWriter json, Metric metric, MetricDay day)
    {
        if (metric.Kind == "counter")
        {
            json.WriteNumber("value", day.Sum);
        }
        else if (day.Count == 0)
        {
            json.WriteNull("value");
        }
        else
        {
            json.WriteNumber("value", Math.Round((double)day.Sum / day.Count, 2));
        }
    }

    private static void WriteNumber(Utf8JsonWriter json, string name, long? number)
    {
        if (number is { } known)
        {
            json.WriteNumber(name, known);
        }
        else
        {
            json.WriteNull(name);
        }
    }
}
