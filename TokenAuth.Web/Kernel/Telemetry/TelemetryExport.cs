using System.Diagnostics;
using System.Diagnostics.Metrics;
using Npgsql;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using TokenAuth.Kernel.Configuration;

namespace TokenAuth.Kernel.Telemetry;

/// <summary>
/// Exports metrics to Prometheus if <c>TokenAuth:Metrics:Url</c> is set, and metrics and traces to a collector if
/// <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> is. It omits the framework's activities of requests, whose tags contain query
/// strings with tokens.
/// </summary>
internal static class TelemetryExport
{
    /// <summary>
    /// The meters of libraries: the runtime's, and those of the store. The framework's meter of requests is for OTLP
    /// only, because each call would pay for it beside our own <c>tokenauth.call.duration</c>.
    /// </summary>
    private static readonly string[] LibraryMeters = ["System.Runtime", "Npgsql", "Polly"];

    private static readonly string[] FrameworkMeters =
        ["Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel"];

    /// <summary>Tells whether metrics are exported at all.</summary>
    public static bool IsOn(IConfiguration configuration, TokenAuthOptions options) =>
        IsOtlpOn(configuration) || options.Metrics.Url is not null;

    public static IServiceCollection AddTelemetryExport(
        this IServiceCollection services, IConfiguration configuration, TokenAuthOptions options)
    {
        if (!IsOn(configuration, options))
            return services;
        var telemetry = services.AddOpenTelemetry()
            .ConfigureResource(resource => resource.AddService(Metrics.Name, serviceVersion: Metrics.Version))
            .WithMetrics(metrics => metrics.AddMeter([Metrics.Name, .. LibraryMeters]));
        services.ConfigureOpenTelemetryMeterProvider((provider, metrics) => metrics.AddView(
            instrument => View(instrument, provider.GetRequiredService<IMeterFactory>())));
        if (options.Metrics.Url is not null)
        {
            telemetry.WithMetrics(metrics => metrics.AddPrometheusExporter(prometheus =>
            {
                prometheus.ScopeInfoEnabled = false;
                prometheus.TargetInfoEnabled = false;
            }));
        }

        if (IsOtlpOn(configuration))
        {
            telemetry
                .WithMetrics(metrics => metrics.AddMeter(FrameworkMeters).AddOtlpExporter())
                .WithTracing(traces => traces
                    .AddSource(Metrics.Name)
                    .AddNpgsql()
                    .AddProcessor(new StoreSpans())
                    .AddOtlpExporter());
        }

        return services;
    }

    /// <summary>
    /// Drops meters of another server in the process, as tests have. Of Polly's metrics only the events are left,
    /// because it measures each call. Npgsql's would have the database server's address in each tag.
    /// </summary>
    private static MetricStreamConfiguration? View(Instrument instrument, IMeterFactory meters) =>
        (instrument.Meter.Name, instrument.Meter.Scope) switch
        {
            (_, not null and var scope) when !ReferenceEquals(scope, meters) => MetricStreamConfiguration.Drop,
            ("Polly", _) when instrument is not Counter<int> => MetricStreamConfiguration.Drop,
            ("Npgsql", _) => new MetricStreamConfiguration { TagKeys = ["db.client.connection.state"] },
            _ => null,
        };

    private static bool IsOtlpOn(IConfiguration configuration) =>
        !string.IsNullOrEmpty(configuration["OTEL_EXPORTER_OTLP_ENDPOINT"]);
}
