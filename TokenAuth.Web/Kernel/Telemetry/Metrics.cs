using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Reflection;
using TokenAuth.Kernel.Faults;

namespace TokenAuth.Kernel.Telemetry;

/// <summary>The server's counters. Their tags are dialects, kinds of faults, and outcomes.</summary>
/// <remarks>
/// The folder <c>Telemetry</c> owns metrics, counts by hour, their export, log filters and log limits. It must not know
/// names, tokens, addresses or query strings.
/// </remarks>
internal sealed class Metrics
{
    public const string Name = "TokenAuth";

    public static readonly ActivitySource Activities = new(Name);

    private readonly Counter<long> _handshakesOpened;
    private readonly Counter<long> _handshakesConfirmed;
    private readonly Counter<long> _handshakesExchanged;
    private readonly Counter<long> _sessionsIssued;
    private readonly Counter<long> _sessionsChecked;
    private readonly Counter<long> _sessionsEnded;
    private readonly Counter<long> _faults;
    private readonly Counter<long> _signIns;
    private readonly Counter<long> _mails;
    private readonly Histogram<double> _calls;
    private readonly Histogram<double> _pages;
    private readonly Lock _lock = new();

    /// <summary>The queues by name. Replaced as a whole, because an export reads it at any time.</summary>
    private (string Name, Func<int> Length)[] _queues = [];

    private readonly HourlyCounts _hourly;

    public Metrics(IMeterFactory meters, HourlyCounts hourly)
    {
        _hourly = hourly;
        Meter = meters.Create(Name);
        _handshakesOpened = Meter.CreateCounter<long>("tokenauth.handshakes.opened", "{handshake}");
        _handshakesConfirmed = Meter.CreateCounter<long>("tokenauth.handshakes.confirmed", "{handshake}");
        _handshakesExchanged = Meter.CreateCounter<long>("tokenauth.handshakes.exchanged", "{handshake}");
        _sessionsIssued = Meter.CreateCounter<long>("tokenauth.sessions.issued", "{session}");
        _sessionsChecked = Meter.CreateCounter<long>("tokenauth.sessions.checked", "{check}");
        _sessionsEnded = Meter.CreateCounter<long>("tokenauth.sessions.ended", "{session}");
        _faults = Meter.CreateCounter<long>("tokenauth.faults", "{fault}");
        _signIns = Meter.CreateCounter<long>("tokenauth.sign_ins", "{attempt}");
        _mails = Meter.CreateCounter<long>("tokenauth.mails", "{message}");
        _calls = Meter.CreateHistogram("tokenauth.call.duration", "s", advice: Durations);
        _pages = Meter.CreateHistogram("tokenauth.page.duration", "s", advice: Durations);
        Meter.CreateObservableGauge("tokenauth.queue.length", QueueLengths, "{item}");
        Meter.CreateObservableGauge(
            "tokenauth.build_info",
            () => new Measurement<int>(1, new KeyValuePair<string, object?>("version", Version)));
    }

    /// <summary>The version of the program, without the commit.</summary>
    public static string Version { get; } =
        typeof(Metrics).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!
            .InformationalVersion.Split('+')[0];

    /// <summary>The meter, for metrics that a folder owns itself.</summary>
    public Meter Meter { get; }

    private static InstrumentAdvice<double> Durations { get; } = new()
    {
        HistogramBucketBoundaries =
            [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    };

    public void HandshakeOpened(string dialect) => _handshakesOpened.Add(1, Dialect(dialect));

    public void HandshakeConfirmed(string dialect) => _handshakesConfirmed.Add(1, Dialect(dialect));

    public void HandshakeExchanged(string dialect) => _handshakesExchanged.Add(1, Dialect(dialect));

    public void SessionIssued(string dialect) => _sessionsIssued.Add(1, Dialect(dialect));

    public void SessionChecked(string dialect, bool good)
    {
        _hourly.Add(dialect, CountKind.Check);
        _sessionsChecked.Add(1, Dialect(dialect), new KeyValuePair<string, object?>("good", good));
    }

    /// <summary>Counts sessions that have ended.</summary>
    /// <param name="dialects">The dialect of each session.</param>
    public void SessionsEnded(params IEnumerable<string> dialects)
    {
        foreach (var dialect in dialects)
            _sessionsEnded.Add(1, Dialect(dialect));
    }

    public void Refused(string dialect, FaultKind fault)
    {
        _hourly.Add(dialect, CountKind.Fault);
        _faults.Add(1, Dialect(dialect), new KeyValuePair<string, object?>("kind", fault.ToString()));
    }

    public void SignIn(string dialect, string outcome) =>
        _signIns.Add(1, Dialect(dialect), new KeyValuePair<string, object?>("outcome", outcome));

    /// <param name="outcome"><c>queued</c>, <c>sent</c>, <c>postponed</c>, <c>refused</c> or <c>expired</c>.</param>
    public void Mail(string outcome, int messages = 1) =>
        _mails.Add(messages, new KeyValuePair<string, object?>("outcome", outcome));

    /// <summary>Measures a call until the result is disposed.</summary>
    public CallTimer TimeCall(string dialect) =>
        _calls.Enabled ? new CallTimer(_calls, dialect, TimeProvider.System.GetTimestamp()) : default;

    /// <param name="route">The page's pattern, never the address that was requested.</param>
    public void Page(string route, int status, TimeSpan duration) => _pages.Record(
        duration.TotalSeconds,
        new KeyValuePair<string, object?>("route", route),
        new KeyValuePair<string, object?>("status", status));

    /// <summary>Adds a queue whose length is exported.</summary>
    public void ObserveQueue(string name, Func<int> length)
    {
        lock (_lock)
            _queues = [.. _queues, (name, length)];
    }

    private IEnumerable<Measurement<int>> QueueLengths() => _queues.Select(
        queue => new Measurement<int>(queue.Length(), new KeyValuePair<string, object?>("queue", queue.Name)));

    private static KeyValuePair<string, object?> Dialect(string name) => new("dialect", name);

    /// <summary>Records the duration of a call when it is disposed. A value, because every call has one.</summary>
    public readonly struct CallTimer(Histogram<double>? calls, string dialect, long started) : IDisposable
    {
        public void Dispose() =>
            calls?.Record(TimeProvider.System.GetElapsedTime(started).TotalSeconds, Dialect(dialect));
    }
}
