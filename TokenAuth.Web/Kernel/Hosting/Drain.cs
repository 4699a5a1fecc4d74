using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using TokenAuth.Kernel.Configuration;

namespace TokenAuth.Kernel.Hosting;

/// <summary>
/// A process that is asked to stop (SIGTERM, SIGINT, SIGHUP) goes on for a while: <c>/health/ready</c> says no, so that balancers
/// send calls elsewhere, and those that arrive all the same are answered, on connections that end with their answer.
/// </summary>
internal sealed class Drain(TokenAuthOptions options, IHostApplicationLifetime lifetime) : IHostedLifecycleService, IHealthCheck
{
    /// <summary>Its name in the answer of <c>/health/ready</c>, where it is shown while the process stops.</summary>
    public const string Name = "node";

    /// <summary>For what was sent before the end and is not read yet. The system resets connections that nobody has accepted.</summary>
    public static readonly TimeSpan LastMoment = TimeSpan.FromMilliseconds(250);

    private readonly ConcurrentBag<Socket> _listening = [];

    /// <summary>Whether the time is over.</summary>
    public bool IsDone { get; private set; }

    private bool IsStopping => lifetime.ApplicationStopping.IsCancellationRequested;

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(IsStopping ? HealthCheckResult.Unhealthy("stopping") : HealthCheckResult.Healthy());

    /// <summary>For the server, which will listen on it.</summary>
    public Socket Open(EndPoint address)
    {
        var socket = SocketTransportOptions.CreateDefaultBoundListenSocket(address);
        _listening.Add(socket);
        return socket;
    }

    /// <summary>The host stops listening only after this. Who stops it by other means than a signal does not wait.</summary>
    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        if (!IsStopping)
            return;
        await WaitAsync(options.Shutdown.Drain, cancellationToken);
        foreach (var socket in _listening)
            TakeNoMore(socket);
        await WaitAsync(LastMoment, cancellationToken);
        IsDone = true;
    }

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private static async Task WaitAsync(TimeSpan time, CancellationToken cancellation) =>
        await Task.Delay(time, TimeProvider.System, cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    /// <summary>Those that wait to be accepted are; whoever comes now waits, and is refused once the socket is closed.</summary>
    private static void TakeNoMore(Socket socket)
    {
        try
        {
            socket.Listen(backlog: 0);
        }
        catch (Exception closed) when (closed is SocketException or ObjectDisposedException)
        {
            // Nobody comes here any more.
        }
    }
}

internal static class DrainedConnections
{
    /// <summary>While the process stops, each answer asks the client to use another connection.</summary>
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
