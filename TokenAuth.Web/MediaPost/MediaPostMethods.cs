using TokenAuth.Kernel.Accounts;
using TokenAuth.Kernel.Applications;
using TokenAuth.Kernel.Calls;
using TokenAuth.Kernel.Faults;
using TokenAuth.Kernel.Formats;
using TokenAuth.Kernel.Secrets;
using TokenAuth.Kernel.Sessions;

namespace TokenAuth.MediaPost;

/// <summary>Runs the methods, after the call has passed the checks that all methods share.</summary>
internal sealed class MediaPostMethods(
    HandshakeStore handshakes,
    SessionStore sessions,
    ConsentStore consents,
    AccountNames names,
    MediaPostOptions options)
{
    /// <summary>The lifetime of a session unless the request or the person chose another.</summary>
    public static readonly TimeSpan DefaultLifetime = TimeSpan.FromHours(24);

    public static Outcome<Value> LoggedInUser(PersonCaller caller) => (Value)Uid(caller.AccountId);

    public async ValueTask<Outcome<Value>> CreateTokenAsync(
        MediaPostRequest request, Application application, CancellationToken cancellation)
    {
        TimeSpan? lifetime = DefaultLifetime;
        if (request.ParameterStyle == ParameterStyle.CamelCase)
        {
            if (request.Call.NonEmpty("community") is null)
                return new Fault(FaultKind.ParameterMissing, "community");
            if (request.Call.NonEmpty("expires") is { } expires)
            {
                if (MediaPostRequest.ReadMinutes(expires) is not { } minutes)
                    return new Fault(FaultKind.ParameterInvalid, "expires");
                lifetime = minutes == 0 ? null : TimeSpan.FromMinutes(minutes);
            }
        }

        var token = RandomToken.Hex(MediaPostRequest.TokenDigits);
        await handshakes.OpenAsync(
            new NewHandshake(
                MediaPostFeature.Dialect, token, application.Id, options.TokenLifetime, lifetime,
                SessionSlides: application.Kind == ApplicationKind.Desktop, request.Call.Address),
            cancellation);
        return (Value)token;
    }

    public async ValueTask<Outcome<Value>> GetSessionAsync(
        MediaPostRequest request, Application application, CancellationToken cancellation)
    {
        var isDesktop = application.Kind == ApplicationKind.Desktop;
        // docs/dialects/mediapost.md, "A handshake": desktop applications call getSession at the https address.
        if (isDesktop && !request.Call.Secure && !options.AllowDesktopSessionOverHttp)
            return FaultKind.HttpsRequired;
        if (request.AuthToken is not { } token)
            return new Fault(FaultKind.ParameterInvalid, "auth_token");

        // A web application's session secret signs methods about people only, so it may be sent over http. Stock
        // clients have always called promoteSession over http, too.
        var sessionSecret = isDesktop ? RandomToken.Hex(32)
            : request.WantsSessionSecret ? NewPromotedSecret()
            : null;
        var exchange = await handshakes.ExchangeAsync(
            MediaPostFeature.Dialect, application.Id, token,
            RandomToken.Hex(MediaPostRequest.SessionKeyDigits), sessionSecret, request.Call.Address, cancellation);
        if (!exchange.Succeeded(out var session, out var fault))
            return fault.Kind == FaultKind.AccountClosed ? FaultKind.HandshakeUnusable : fault;

        // Stock clients of web applications would sign with an empty secret, so the member is omitted.
        List<(string, Value)> members =
        [
            ("session_key", session.Text),
            ("uid", Uid(session.AccountId)),
            ("expires", session.ExpiresAt?.ToUnixTimeSeconds() ?? 0),
        ];
        if (session.Secret is { } secret)
            members.Add(("secret", secret));
        return new Value.Record(members);
    }

    public async ValueTask<Outcome<Value>> ExpireSessionAsync(
        MediaPostRequest request, PersonCaller caller, CancellationToken cancellation)
    {
        await sessions.EndAsync(caller.Session.Id, caller.AccountId, request.Call.Address, cancellation);
        return (Value)true;
    }

    public async ValueTask<Outcome<Value>> RevokeAuthorizationAsync(
        MediaPostRequest request, Caller caller, CancellationToken cancellation) =>
        PersonOf(request, caller).Succeeded(out var person, out var fault)
            ? (Value)await consents.RevokeAsync(person, caller.Application.Id, request.Call.Address, cancellation)
            : fault;

    public async ValueTask<Outcome<Value>> IsAppUserAsync(
        MediaPostRequest request, Caller caller, CancellationToken cancellation) =>
        PersonOf(request, caller).Succeeded(out var person, out var fault)
            ? (Value)await HasAllowedAsync(person, caller, cancellation)
            : fault;

    /// <summary>
    /// Returns the session's person. A web application, whose secret never leaves its server, may name another person.
    /// </summary>
    private static Outcome<long> PersonOf(MediaPostRequest request, Caller caller)
    {
        var own = (caller as PersonCaller)?.AccountId;
        var account = own;
        if (request.Call.NonEmpty("uid") is { } named)
        {
            account = MediaPostRequest.ReadUid(named);
            if (account is null)
                return new Fault(FaultKind.ParameterInvalid, "uid");
        }

        return account is { } person && (person == own || caller.Application.Kind != ApplicationKind.Desktop)
            ? person
            : FaultKind.SessionUnusable;
    }

    public async ValueTask<Outcome<Value>> PromoteSessionAsync(
        MediaPostRequest request, PersonCaller caller, CancellationToken cancellation)
    {
        if (caller.Application.Kind == ApplicationKind.Desktop
            && !request.Call.Secure
            && !options.AllowDesktopSessionOverHttp)
        {
            return FaultKind.HttpsRequired;
        }

        return (Value)await sessions.SecretOrNewAsync(caller.Session, NewPromotedSecret(), cancellation);
    }

    public async ValueTask<Outcome<Value>> IsAppAddedAsync(PersonCaller caller, CancellationToken cancellation) =>
        (Value)await HasAllowedAsync(caller.AccountId, caller, cancellation);

    private async ValueTask<bool> HasAllowedAsync(
        long person, Caller caller, CancellationToken cancellation) =>
        await consents.GrantedAsync(person, caller.Application.Id, MediaPostFeature.Dialect, cancellation) is not null;

    // docs/dialects/mediapost.md, "A handshake": users.getInfo answers for people who have allowed the application.
    /// <summary>Returns the names of people who have allowed the application and skips all other numbers.</summary>
    public async ValueTask<Outcome<Value>> GetInfoAsync(
        MediaPostRequest request, Application application, CancellationToken cancellation)
    {
        var named = request.Call.NonEmpty("uids");
        if ((named ?? request.Call.NonEmpty("pageUrls")) is null)
            return new Fault(FaultKind.ParameterMissing, "uids");
        if (MediaPostRequest.ReadUids(named ?? "") is not { } uids)
            return new Fault(FaultKind.ParameterInvalid, "uids");

        var found = await names.OfConsentingAsync(application.Id, uids, cancellation);
        var records = found.Select(person => new Value.Record(("uid", Uid(person.Uid)), ("name", person.Name)));
        return new Value.Sequence("user", [.. records]);
    }

    /// <summary>
    /// Creates a session secret for a web application. Stock clients recognise it by its ending, and then send
    /// <c>ss=1</c>.
    /// </summary>
    private static string NewPromotedSecret() => RandomToken.Hex(32) + "__";

    /// <summary>Returns the number as text, as in the samples.</summary>
    private static string Uid(long? account) => account?.ToString() ?? "";
}
