using System.Runtime.InteropServices;

namespace TokenAuth.Tests.Kernel.Sessions;

/// <summary>What a step of <see cref="TokenLifeContract{TEngine}"/> does.</summary>
internal enum Act
{
    Open,
    Confirm,
    Deny,
    Exchange,
    SignIn,
    Check,
    Introspect,
    End,
    EndAll,
    TakeBackConsent,
    Suspend,
    Activate,
    ChangePassword,
    Wait,
    Sweep,

    /// <summary>Exchanges a session for an access token (RFC 8693).</summary>
    ExchangeToken,

    /// <summary>Introspects an access token.</summary>
    IntrospectToken,

    /// <summary>Closes a node and opens it again.</summary>
    Reopen,

    /// <summary>Sets the time of day, forwards or backwards.</summary>
    SetClock,

    /// <summary>Loses the next write, or the answer to it.</summary>
    LoseWrite,
}

/// <summary>A step.</summary>
/// <param name="Token">Selects the handshake or the session, as a number modulo their count.</param>
/// <param name="Account">0 or 1.</param>
/// <param name="Node">0 or 1.</param>
/// <param name="Time">Selects how long to wait, or the kind of session.</param>
internal sealed record Step(Act Act, int Token, int Account, int Node, int Time);

/// <summary>A handshake as it must be.</summary>
internal sealed class ModelHandshake
{
    public required string Text { get; init; }

    public required DateTimeOffset ExpiresAt { get; init; }

    public required TimeSpan Lifetime { get; init; }

    public required bool Slides { get; init; }

    /// <summary>The account that confirmed it; null if it is open.</summary>
    public int? ConfirmedBy { get; set; }

    /// <summary>Tells whether it was denied, exchanged or deleted.</summary>
    public bool IsGone { get; set; }
}

/// <summary>A moment: the time of day, which may be set, and the time that has passed.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct Moment(DateTimeOffset Now, TimeSpan Passed);

/// <summary>
/// A session as it must be. Nodes may see a sliding session's use within the last second differently, so its expiry has
/// a range.
/// </summary>
internal sealed class ModelSession
{
    private static readonly TimeSpan ExtendStep = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan MaxStaleness = TimeSpan.FromSeconds(1);

    private (TimeSpan At, int Node)? _end;
    private DateTimeOffset _lastUse;

    public ModelSession(string text, int account, bool isSignIn, DateTimeOffset now, TimeSpan lifetime, bool slides)
    {
        (Text, Account, IsSignIn, Lifetime, Slides) = (text, account, isSignIn, lifetime, slides);
        (_lastUse, EarliestExpiry, LatestExpiry) = (now, now + lifetime, now + lifetime);
    }

    public string Text { get; }

    public int Account { get; }

    /// <summary>Tells whether it belongs to no application, as a sign-in of the browser.</summary>
    public bool IsSignIn { get; }

    public TimeSpan Lifetime { get; }

    public bool Slides { get; }

    /// <summary>The session's number, once a check has told it.</summary>
    public long? Id { get; set; }

    public bool HasEnded => _end is not null;

    public DateTimeOffset EarliestExpiry { get; private set; }

    public DateTimeOffset LatestExpiry { get; private set; }

    public void End(Moment when, int node) => _end ??= (when.Passed, node);

    /// <summary>
    /// Whether a node must accept it now; null if it may do either. The end of a session counts from the time that has
    /// passed, so that no setting of the clock revives it.
    /// </summary>
    public bool? IsValid(Moment when, int node)
    {
        if (when.Now >= LatestExpiry)
            return false;
        if (_end is { } end)
            return end.Node == node || when.Passed - end.At >= MaxStaleness ? false : null;
        return when.Now < EarliestExpiry ? true : null;
    }

    /// <summary>Notes that a node has accepted it as a use.</summary>
    public void Use(DateTimeOffset now)
    {
        if (!Slides || HasEnded)
            return;
        LatestExpiry = Later(LatestExpiry, now + Lifetime);
        if (now - _lastUse >= ExtendStep)
            (_lastUse, EarliestExpiry) = (now, now + Lifetime);
    }

    /// <summary>Notes that a node has refused it.</summary>
    public void Refuse(DateTimeOffset now) => LatestExpiry = now < LatestExpiry ? now : LatestExpiry;

    /// <summary>
    /// Notes that a sweep may have deleted it. If the clock is set back afterwards, it need not be valid.
    /// </summary>
    public void Sweep(DateTimeOffset now)
    {
        if (now >= EarliestExpiry)
            EarliestExpiry = DateTimeOffset.UnixEpoch;
    }

    private static DateTimeOffset Later(DateTimeOffset one, DateTimeOffset other) => one > other ? one : other;
}

/// <summary>
/// An access token that a session was exchanged for. It is valid for at most five minutes, in whole seconds.
/// </summary>
internal sealed class ModelToken(string text, ModelSession session, DateTimeOffset now)
{
    private static readonly TimeSpan MaxLifetime = TimeSpan.FromMinutes(5);

    private readonly DateTimeOffset _earliestEnd = Earlier(now + MaxLifetime, session.EarliestExpiry).AddSeconds(-1);

    private readonly DateTimeOffset _latestEnd = Earlier(now + MaxLifetime, session.LatestExpiry);

    public string Text => text;

    /// <summary>
    /// Whether a node must accept it now; null if it may do either. The end of its session counts at once.
    /// </summary>
    public bool? IsValid(DateTimeOffset when) =>
        session.HasEnded || when >= _latestEnd || when >= session.LatestExpiry ? false
            : when < _earliestEnd && when < session.EarliestExpiry ? true
            : null;

    private static DateTimeOffset Earlier(DateTimeOffset one, DateTimeOffset other) => one < other ? one : other;
}
