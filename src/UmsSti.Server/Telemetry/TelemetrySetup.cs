using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging.Console;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using UmsSti.Server.Hosting;

namespace UmsSti.Server.Telemetry;

/// <summary>Logs as JSON on standard output, metrics for Prometheus, and both metrics and traces by OTLP where an endpoint is configured.</summary>
internal static class TelemetrySetup
{
    /// <summary>Instruments of the framework and of every room of ours.</summary>
    private static readonly string[] Meters =
    [
        "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "System.Runtime",
        "UmsSti.Store", "UmsSti.Application", "UmsSti.Projections", ServerMeter.Name,
    ];

    private const string CountSuffix = ".count";

    private static readonly double[] SecondBuckets = [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

    public static void AddTelemetry(this WebApplicationBuilder builder, ServerOptions options)
    {
        AddLogs(builder.Logging, options.LogLevel);
        var telemetry = builder.Services.AddOpenTelemetry()
            .ConfigureResource(resource => resource.AddService("ums"))
            .WithMetrics(metrics =>
            {
                metrics.AddMeter(Meters).AddView(ViewOf).AddPrometheusExporter();
                if (options.OtlpEndpoint is { } endpoint)
                {
                    metrics.AddOtlpExporter(otlp => otlp.Endpoint = endpoint);
                }
            });
        if (options.OtlpEndpoint is { } traces)
        {
            telemetry.WithTracing(tracing => tracing.AddAspNetCoreInstrumentation().AddOtlpExporter(otlp => otlp.Endpoint = traces));
        }
    }

    private static MetricStreamConfiguration? ViewOf(Instrument instrument) => BucketsOf(instrument) ?? NameOf(instrument);

    /// <summary>Durations of ours are seconds; the default buckets are made for milliseconds.</summary>
    private static ExplicitBucketHistogramConfiguration? BucketsOf(Instrument instrument) =>
        instrument.Unit == "s" && instrument.Meter.Name.StartsWith("UmsSti.", StringComparison.Ordinal) && instrument is Histogram<double>
            ? new ExplicitBucketHistogramConfiguration { Boundaries = SecondBuckets }
            : null;

    /// <summary>The runtime's numbers of things that are there now end in <c>.count</c>, which Prometheus keeps for histograms.</summary>
    private static MetricStreamConfiguration? NameOf(Instrument instrument) =>
        instrument.Name.EndsWith(CountSuffix, StringComparison.Ordinal) && instrument.GetType().Name.Contains("UpDownCounter", StringComparison.Ordinal)
            ? new MetricStreamConfiguration { Name = instrument.Name[..^CountSuffix.Length] + ".current" }
            : null;

    /// <summary>
    /// The framework's own loggers name addresses, query strings and header values at their lower levels; they are heard from Warning
    /// on, whatever level is configured, and the one that names every request not at all.
    /// </summary>
    private static void AddLogs(ILoggingBuilder logging, LogLevel level)
    {
        var framework = (LogLevel)Math.Max((int)level, (int)LogLevel.Warning);
        logging.ClearProviders();
        logging.SetMinimumLevel(level);
        logging.AddFilter("Microsoft", framework);
        logging.AddFilter("System", framework);
        logging.AddFilter("OpenTelemetry", framework);
        logging.AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.None);

        // A start that fails is told once, in one line, by the program itself.
        logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.None);
        logging.AddConsole(console => console.FormatterName = JsonLogFormatter.FormatterName);
        logging.AddConsoleFormatter<JsonLogFormatter, ConsoleFormatterOptions>();
    }
}
