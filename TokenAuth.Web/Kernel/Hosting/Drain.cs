using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace TokenAuth.Kernel.Hosting;

/// <summary>
/// A process that is asked to stop (SIGTERM, SIGINT, SIGHUP) goes on for a while: <c>/health/ready</c> says no, so that balancers
/// send calls elsewhere, and those that arrive all the same are answered, on connections that end with their answer.
/// </summary>
internal sealed class Drain(TokenAuthOptions options, IHostApplicationLifetime lifetime) : IHostedLifecycleService, IHealthCheck
{
    public static readonly TimeSpan Longest = TimeSpan.FromMinutes(10);

    /// <summary>Its name in the answer of <c>/health/ready</c>, where it is shown while the process stops.</summary>
    public const string Name = "node";

    private bool IsStopping => lifetime.ApplicationStopping.IsCancellationRequested;

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(IsStopping ? HealthCheckResult.Unhealthy("stopping") : HealthCheckResult.Healthy());

    /// <summary>The host stops listening only after this. Who stops it by other means than a signal does not wait.</summary>
    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        if (IsStopping)
            await Task.Delay(options.Shutdown.Drain, TimeProvider.System, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
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
