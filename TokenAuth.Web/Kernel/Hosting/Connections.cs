using System.Globalization;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using TokenAuth.Kernel.Telemetry;

namespace TokenAuth.Kernel.Hosting;

/// <summary>
/// Closes connections beyond a number that the process's limit of descriptors allows: .NET ends a process that cannot open another
/// file. Kestrel's own limit counts each address that it listens on by itself. At a stop, connections that are open have a moment longer
/// than Kestrel gives them, so that a request that is on its way is not reset.
/// </summary>
internal sealed partial class Connections(Drain drain, TimeProvider clock, ILogger<Connections> logger)
{
    /// <summary>For some 360 files of the program, the store's connections and what is open for a moment.</summary>
    private const int Reserved = 512;

    private static readonly long? Descriptors = DescriptorLimit();

    private readonly LineLimit _lines = new(clock);
    private readonly long _max = Descriptors is { } limit ? Allowed(limit) : long.MaxValue;
    private long _open;

    /// <summary>How many connections fit into a limit of descriptors; a small one leaves an eighth.</summary>
    public static long Allowed(long descriptors) => Math.Max(descriptors - Reserved - (8 * Environment.ProcessorCount), descriptors / 8);

    public void Apply(KestrelServerOptions kestrel) =>
        kestrel.ConfigureEndpointDefaults(endpoint => endpoint.Use(next => connection => CountAsync(connection, next)));

    public void TellLimit()
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

    /// <summary>Kestrel asks connections to close when it has stopped listening. Here they are told so later, unless nothing was drained.</summary>
    private async Task ServeAsync(ConnectionContext connection, ConnectionDelegate next)
    {
        using var close = new CancellationTokenSource();
        var lifetime = connection.Features.GetRequiredFeature<IConnectionLifetimeNotificationFeature>();
        using var asked = lifetime.ConnectionClosedRequested.UnsafeRegister(_ => close.CancelAfter(drain.IsDone ? Drain.LastMoment : TimeSpan.Zero), null);
        lifetime.ConnectionClosedRequested = close.Token;
        await next(connection);
    }

    /// <summary>Null where the system knows none. The runtime has raised the soft limit to the hard one by now.</summary>
    private static long? DescriptorLimit()
    {
        const string file = "/proc/self/limits";
        if (!File.Exists(file))
            return null;
        var line = File.ReadLines(file).FirstOrDefault(line => line.StartsWith("Max open files", StringComparison.Ordinal));
        return line?.Split(' ', StringSplitOptions.RemoveEmptyEntries) is [_, _, _, var soft, ..]
            && long.TryParse(soft, NumberStyles.None, CultureInfo.InvariantCulture, out var limit) ? limit : null;
    }

    [LoggerMessage(LogLevel.Information, "At most {Connections} connections are taken at a time, because the limit of open files is {Descriptors}")]
    private partial void LogLimit(long connections, long descriptors);

    [LoggerMessage(LogLevel.Warning, "{Connections} connections are open, which is the limit: another one was closed ({Held} such lines left out before this one)")]
    private partial void LogRefused(long connections, int held);
}
