using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using TokenAuth.Kernel.Configuration;

namespace TokenAuth.Kernel.Hosting;

/// <summary>
/// Delays a stop by a signal (SIGTERM, SIGINT, SIGHUP). During the delay <c>/health/ready</c> fails, so that load
/// balancers send calls to other nodes. Calls that still arrive are answered, and their connections end with the
/// answer.
/// </summary>
internal sealed class Drain(TokenAuthOptions options, IHostApplicationLifetime lifetime)
    : IHostedLifecycleService, IHealthCheck
{
    /// <summary>
    /// The name of the check in the answer of <c>/health/ready</c>, which shows it while the process stops.
    /// </summary>
    public const string Name = "node";

    /// <summary>
    /// The time to accept and read what clients sent before the end. The system resets unaccepted connections.
    /// </summary>
    public static readonly TimeSpan LastMoment = TimeSpan.FromMilliseconds(250);

    private readonly ConcurrentBag<Socket> _listening = [];

    /// <summary>Tells whether the drain is over.</summary>
    public bool IsDone { get; private set; }

    private bool IsStopping => lifetime.ApplicationStopping.IsCancellationRequested;

    public Task<HealthCheckResult> CheckHealthAsync(
        HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(IsStopping ? HealthCheckResult.Unhealthy("stopping") : HealthCheckResult.Healthy());

    /// <summary>Opens a socket for Kestrel to listen on.</summary>
    public Socket Open(EndPoint address)
    {
        var socket = SocketTransportOptions.CreateDefaultBoundListenSocket(address);
        _listening.Add(socket);
        return socket;
    }

    /// <summary>Waits before the host stops listening. A host that code stops without a signal does not wait.</summary>
    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        if (!IsStopping)
            return;
        await WaitAsync(options.Shutdown.Drain, cancellationToken);
        foreach (var socket in _listening)
            StopAccepting(socket);
        await WaitAsync(LastMoment, cancellationToken);
        IsDone = true;
    }

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private static async Task WaitAsync(TimeSpan time, CancellationToken cancellation) =>
        await Task.Delay(time, TimeProvider.System, cancellation)
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    /// <summary>
    /// Sets the backlog to zero. Connections in it are still accepted; new ones wait, and are refused when the socket
    /// closes.
    /// </summary>
    private static void StopAccepting(Socket socket)
    {
        try
        {
            socket.Listen(backlog: 0);
        }
        catch (Exception closed) when (closed is SocketException or ObjectDisposedException)
        {
            // The socket is closed already.
        }
    }
}

/// <summary>Ends the connections of clients while the process stops.</summary>
internal static class DrainedConnections
{
    /// <summary>
    /// Adds <c>Connection: close</c> to answers while the process stops, so that clients reconnect elsewhere.
    /// </summary>
    public static IApplicationBuilder UseDrain(this WebApplication app)
    {
        var stopping = app.Lifetime.ApplicationStopping;
        return app.Use((context, next) =>
        {
            if (stopping.IsCancellationRequested && !HttpProtocol.IsHttp2(context.Request.Protocol))
                context.Response.Headers.Connection = "close";
            return next(context);
        });
    }
}
