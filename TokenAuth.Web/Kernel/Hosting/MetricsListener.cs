using System.Net.Sockets;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Options;
using OpenTelemetry.Metrics;
using TokenAuth.Kernel.Configuration;

namespace TokenAuth.Kernel.Hosting;

/// <summary>
/// Answers Prometheus on a listener of its own, so that metrics are never on the public one. It has none of the public
/// listener's rules (host, forwarded headers, drain): who can connect may read the metrics.
/// </summary>
internal sealed partial class MetricsListener(
    TokenAuthOptions options, MeterProvider meters, IServiceProvider services, ILoggerFactory loggers,
    ILogger<MetricsListener> logger) : IHostedService, IDisposable
{
    private const string Path = "/metrics";

    /// <summary>More connections than a few scrapers are a mistake or an attack.</summary>
    private const int MaxConnections = 16;

    private KestrelServer? _server;

    /// <summary>The address that it listens on.</summary>
    public Uri Address =>
        new(_server!.Features.GetRequiredFeature<IServerAddressesFeature>().Addresses.Single());

    /// <exception cref="SettingsException">The address cannot be listened on.</exception>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var kestrel = new KestrelServerOptions { ApplicationServices = services, AddServerHeader = false };
        kestrel.Limits.MaxConcurrentConnections = MaxConnections;
        kestrel.Limits.MaxRequestBodySize = 0;
        kestrel.Limits.MaxRequestLineSize = 1024;
        kestrel.Limits.MaxRequestBufferSize = 16 * 1024;
        kestrel.Limits.MaxRequestHeadersTotalSize = 8 * 1024;
        _server = new KestrelServer(
            Options.Create(kestrel),
            new SocketTransportFactory(Options.Create(new SocketTransportOptions()), loggers),
            loggers);
        _server.Features.GetRequiredFeature<IServerAddressesFeature>().Addresses.Add(options.Metrics.Url!);
        var scrape = new ApplicationBuilder(services)
            .UseOpenTelemetryPrometheusScrapingEndpoint(meters, null, Path, null, null)
            .Build();
        try
        {
            await _server.StartAsync(new Scrapes(scrape), cancellationToken);
        }
        catch (Exception failure) when (failure is IOException or SocketException or InvalidOperationException)
        {
            throw new SettingsException("TokenAuth:Metrics:Url", failure.Message);
        }

        LogListening(new Uri(Address, Path));
    }

    public Task StopAsync(CancellationToken cancellationToken) =>
        _server?.StopAsync(cancellationToken) ?? Task.CompletedTask;

    public void Dispose() => _server?.Dispose();

    [LoggerMessage(LogLevel.Information, "Metrics are at {Address}")]
    private partial void LogListening(Uri address);

    /// <summary>The whole application: one path, two verbs.</summary>
    private sealed class Scrapes(RequestDelegate scrape) : IHttpApplication<HttpContext>
    {
        public HttpContext CreateContext(IFeatureCollection contextFeatures) => new DefaultHttpContext(contextFeatures);

        public Task ProcessRequestAsync(HttpContext context)
        {
            if (context.Request.Path != Path)
                context.Response.StatusCode = StatusCodes.Status404NotFound;
            else if (HttpMethods.IsGet(context.Request.Method) || HttpMethods.IsHead(context.Request.Method))
                return scrape(context);
            else
                (context.Response.StatusCode, context.Response.Headers.Allow) =
                    (StatusCodes.Status405MethodNotAllowed, "GET, HEAD");
            return Task.CompletedTask;
        }

        public void DisposeContext(HttpContext context, Exception? exception)
        {
            // Nothing was rented.
        }
    }
}
