using System.Globalization;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using TokenAuth.Kernel.Telemetry;

namespace TokenAuth.Kernel.Hosting;

/// <summary>
/// Limits the number of open connections by the process's limit of descriptors, because .NET ends a process that cannot
/// open another file. Kestrel's own limit does not fit, because it counts each listening address separately. At a stop,
/// this class keeps open connections a moment longer than Kestrel does, so that a request in flight is not reset.
/// </summary>
internal sealed partial class Connections(Drain drain, TimeProvider clock, ILogger<Connections> logger)
{
    /// <summary>
    /// The descriptors for about 360 files of the program, the store's connections, and files that are open briefly.
    /// </summary>
    private const int Reserved = 512;

    private static readonly long? Descriptors = DescriptorLimit();

    private readonly LineLimit _lines = new(clock);
    private readonly long _max = Descriptors is { } limit ? Allowed(limit) : long.MaxValue;
    private long _open;

    /// <summary>
    /// Returns the maximum number of connections for a limit of descriptors. It is at least an eighth of the limit.
    /// </summary>
    public static long Allowed(long descriptors) =>
        Math.Max(descriptors - Reserved - (8 * Environment.ProcessorCount), descriptors / 8);

    /// <summary>Adds the limit to all endpoints of Kestrel.</summary>
    public void Apply(KestrelServerOptions kestrel) =>
        kestrel.ConfigureEndpointDefaults(endpoint => endpoint.Use(next => connection => CountAsync(connection, next)));

    /// <summary>Logs the maximum number of connections, if there is one.</summary>
    public void ReportLimit()
    {
        if (Descriptors is { } limit)
            LogLimit(_max, limit);
    }

    private async Task CountAsync(ConnectionContext connection, ConnectionDelegate next)
    {
        try
        {
            if (Interlocked.Increment(ref _open) <= _max)
                await ServeAsync(connection, next);
            else if (_lines.Passes(out var held))
                LogRefused(_max, held);
        }
        finally
        {
            Interlocked.Decrement(ref _open);
        }
    }

    /// <summary>
    /// Serves a connection. Kestrel asks connections to close as soon as it stops listening. After a drain, this method
    /// delays the request by <see cref="Drain.LastMoment"/>.
    /// </summary>
    private async Task ServeAsync(ConnectionContext connection, ConnectionDelegate next)
    {
        using var close = new CancellationTokenSource();
        var lifetime = connection.Features.GetRequiredFeature<IConnectionLifetimeNotificationFeature>();
        using var registration = lifetime.ConnectionClosedRequested.UnsafeRegister(
            _ => close.CancelAfter(drain.IsDone ? Drain.LastMoment : TimeSpan.Zero), null);
        lifetime.ConnectionClosedRequested = close.Token;
        await next(connection);
    }

    /// <summary>
    /// Returns the soft limit of descriptors, which the runtime has raised to the hard limit. Returns null if there is
    /// none.
    /// </summary>
    private static long? DescriptorLimit()
    {
        const string file = "/proc/self/limits";
        if (!File.Exists(file))
            return null;
        var line = File.ReadLines(file)
            .FirstOrDefault(line => line.StartsWith("Max open files", StringComparison.Ordinal));
        return line?.Split(' ', StringSplitOptions.RemoveEmptyEntries) is [_, _, _, var soft, ..]
            && long.TryParse(soft, NumberStyles.None, CultureInfo.InvariantCulture, out var limit)
                ? limit
                : null;
    }

    [LoggerMessage(
        LogLevel.Information,
        "At most {Connections} connections are taken at a time, because the limit of open files is {Descriptors}")]
    private partial void LogLimit(long connections, long descriptors);

    [LoggerMessage(
        LogLevel.Warning,
        "{Connections} connections are open, which is the limit: another one was closed "
            + "({Held} such lines left out before it)")]
    private partial void LogRefused(long connections, int held);
}
