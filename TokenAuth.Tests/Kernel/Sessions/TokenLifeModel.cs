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

/// <summary>
/// A session as it must be. Nodes may see a sliding session's use within the last second differently, so its expiry has
/// a range.
/// </summary>
internal sealed class ModelSession
{
    private static readonly TimeSpan ExtendStep = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan MaxStaleness = TimeSpan.FromSeconds(1);

    private (DateTimeOffset At, int Node)? _end;
    private DateTimeOffset _earliestExpiry;
    private DateTimeOffset _latestExpiry;
    private DateTimeOffset _lastUse;

    public ModelSession(string text, int account, bool isSignIn, DateTimeOffset now, TimeSpan lifetime, bool slides)
    {
        (Text, Account, IsSignIn, Lifetime, Slides) = (text, account, isSignIn, lifetime, slides);
        (_lastUse, _earliestExpiry, _latestExpiry) = (now, now + lifetime, now + lifetime);
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

    public void End(DateTimeOffset now, int node) => _end ??= (now, node);

    /// <summary>Whether a node must accept it now; null if it may do either.</summary>
    public bool? IsValid(DateTimeOffset now, int node)
    {
        if (now >= _latestExpiry)
            return false;
        if (_end is { } end)
            return end.Node == node || now - end.At >= MaxStaleness ? false : null;
        return now < _earliestExpiry ? true : null;
    }

    /// <summary>Notes that a node has accepted it as a use.</summary>
    public void Use(DateTimeOffset now)
    {
        if (!Slides || HasEnded)
            return;
        _latestExpiry = now + Lifetime;
        if (now - _lastUse >= ExtendStep)
            (_lastUse, _earliestExpiry) = (now, now + Lifetime);
    }

    /// <summary>Notes that a node has refused it.</summary>
    public void Refuse(DateTimeOffset now) => _latestExpiry = now < _latestExpiry ? now : _latestExpiry;
}
