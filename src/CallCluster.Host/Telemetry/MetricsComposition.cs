using System.Diagnostics.Metrics;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry.Metrics;

namespace CallCluster.Host.Telemetry;

/// <summary>Metrics, scraped by Prometheus at /metrics.</summary>
internal static class MetricsComposition
{
    private const string OrleansMeter = "Microsoft.Orleans";

    // Orleans has some 150 instruments; these are the ones that an SRE acts on. All others stay switched off and cost nothing.
    private static readonly HashSet<string> OrleansInstruments =
    [
        "orleans-catalog-activations", "orleans-app-requests-latency", "orleans-app-requests-timedout", "orleans-messaging-rejected", "orleans-messaging-expired",
        "orleans-scheduler-long-running-turns", "orleans-gateway-connected-clients", "orleans-consistent-ring-size", "orleans-watchdog-health-checks-failed",
    ];

    // In seconds: OpenTelemetry's own default buckets are made for milliseconds.
    private static readonly (string Ending, double[] Buckets)[] Buckets =
    [
        (".setup.duration", [.1, .25, .5, 1, 2, 3, 5, 10, 20, 30]),
        (".wait.duration", [5, 10, 20, 30, 60, 120, 300, 600]),
        (".latency", [.001, .0025, .005, .01, .025, .05, .1, .25]),
        (".jitter", [.005, .01, .02, .03, .05, .1]),
        (".duration", [10, 30, 60, 180, 300, 600, 1800, 3600, 7200]),
    ];

    // OpenTelemetry reserves a place for each combination of labels when an instrument is made: its default of 2000 takes 144 KB an instrument. Ours have labels of bounded size:
    // a few reasons for each trunk or queue. What is beyond the limit is counted together, labelled otel_metric_overflow.
    private const int LabelCombinations = 500;

    public static void AddMetrics(this WebApplicationBuilder builder) => builder.Services.AddOpenTelemetry().WithMetrics(metrics => metrics
        .AddMeter("CallCluster", OrleansMeter)
        .AddRuntimeInstrumentation()
        .AddView(View)
        .AddPrometheusExporter());

    private static MetricStreamConfiguration? View(Instrument instrument)
    {
        if (instrument.Meter.Name == OrleansMeter) return OrleansInstruments.Contains(instrument.Name) ? new MetricStreamConfiguration { CardinalityLimit = LabelCombinations } : MetricStreamConfiguration.Drop;
        var buckets = instrument is Histogram<double> { Unit: "s", Advice: null } ? Buckets.FirstOrDefault(entry => instrument.Name.EndsWith(entry.Ending, StringComparison.Ordinal)).Buckets : null;
        return buckets is null
            ? new MetricStreamConfiguration { CardinalityLimit = LabelCombinations }
            : new ExplicitBucketHistogramConfiguration { Boundaries = buckets, CardinalityLimit = LabelCombinations };
    }
}
