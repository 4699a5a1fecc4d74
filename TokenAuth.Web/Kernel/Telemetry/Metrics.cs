using System.Diagnostics;
using System.Diagnostics.Metrics;
using TokenAuth.Kernel.Faults;

namespace TokenAuth.Kernel.Telemetry;

/// <summary>The server's counters. Their tags are dialects, kinds of faults, and outcomes.</summary>
/// <remarks>
/// The folder <c>Telemetry</c> owns metrics, counts by hour, OTLP export, log filters and log limits. It must not know
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

    private readonly HourlyCounts _hourly;

    public Metrics(IMeterFactory meters, HourlyCounts hourly)
    {
        _hourly = hourly;
        var meter = meters.Create(Name);
        _handshakesOpened = meter.CreateCounter<long>("tokenauth.handshakes.opened", "{handshake}");
        _handshakesConfirmed = meter.CreateCounter<long>("tokenauth.handshakes.confirmed", "{handshake}");
        _handshakesExchanged = meter.CreateCounter<long>("tokenauth.handshakes.exchanged", "{handshake}");
        _sessionsIssued = meter.CreateCounter<long>("tokenauth.sessions.issued", "{session}");
        _sessionsChecked = meter.CreateCounter<long>("tokenauth.sessions.checked", "{check}");
        _sessionsEnded = meter.CreateCounter<long>("tokenauth.sessions.ended", "{session}");
        _faults = meter.CreateCounter<long>("tokenauth.faults", "{fault}");
        _signIns = meter.CreateCounter<long>("tokenauth.sign_ins", "{attempt}");
    }

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

    public void SignIn(string outcome) => _signIns.Add(1, new KeyValuePair<string, object?>("outcome", outcome));

    private static KeyValuePair<string, object?> Dialect(string name) => new("dialect", name);
}
