using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace TokenAuth.Kernel.Telemetry;

/// <summary>
/// Sends metrics and traces to a collector if <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> names one. It omits the framework's
/// activities of requests, whose tags contain query strings with tokens.
/// </summary>
internal static class OtlpExport
{
    public static IServiceCollection AddOtlpExport(this IServiceCollection services, IConfiguration configuration)
    {
        if (string.IsNullOrEmpty(configuration["OTEL_EXPORTER_OTLP_ENDPOINT"]))
            return services;
        services.AddOpenTelemetry()
            .ConfigureResource(resource => resource.AddService(Metrics.Name))
            .WithMetrics(metrics => metrics
                .AddMeter(Metrics.Name, "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel")
                .AddOtlpExporter())
            .WithTracing(traces => traces
                .AddSource(Metrics.Name)
                .AddOtlpExporter());
        return services;
    }
}
