using System.Globalization;
using TokenAuth.Kernel.Accounts;
using TokenAuth.Kernel.Calls;
using TokenAuth.Kernel.Faults;
using TokenAuth.Kernel.Formats;
using TokenAuth.Kernel.Secrets;
using TokenAuth.Kernel.Sessions;

namespace TokenAuth.Ipernity;

/// <summary>Runs the methods, after the call has passed the checks that all methods share.</summary>
internal sealed class IpernityMethods(HandshakeStore handshakes, AccountNames names)
{
    // docs/dialects/ipernity.md, "Errors": a frob that is older than ten minutes is refused with 2. ipernity's page
    // says "a few minutes".
    public static readonly TimeSpan FrobLifetime = TimeSpan.FromMinutes(10);

    public static Outcome<Value.Record> Echo(IpernityRequest request) => Payload("echo", request.Call["echo"] ?? "");

    public static Outcome<Value.Record> Hello(IpernityRequest request) => Payload("hello", "hello world!");

    public static Outcome<Value.Record> List(IpernityRequest request) => Payload(
        "methods", new Value.Record(("method", new Value.Repeated([.. IpernityMethod.All.Select(Described)]))));

    public static Outcome<Value.Record> Describe(IpernityRequest request) =>
        IpernityMethod.Find(request.Call["method"]) is { } found
            ? Payload("method", new Value.Record([.. Described(found).Members, ("parameters", ParametersOf(found))]))
            : new Fault(FaultKind.ParameterInvalid, "method");

    public static Outcome<Value.Record> CheckToken(IpernityRequest request, PersonCaller caller)
    {
        var session = caller.Session;
        var person = new AccountName(caller.AccountId, session.Login, session.DisplayName);
        return Authorised(request, caller.Token, person, session.Permissions);
    }

    /// <summary>Creates a frob or a token: the application's number, a hyphen and 32 hexadecimal digits.</summary>
    public static string NewText(long applicationId) => $"{applicationId}-{RandomToken.Hex(32)}";

    public async ValueTask<Outcome<Value.Record>> GetFrobAsync(
        IpernityRequest request, Caller caller, CancellationToken cancellation)
    {
        var application = caller.Application;
        var frob = NewText(application.Id);
        await handshakes.OpenAsync(
            new NewHandshake(
                IpernityFeature.Dialect,
                frob,
                application.Id,
                FrobLifetime,
                SessionLifetime: null,
                SessionSlides: false,
                request.Call.Address),
            cancellation);
        return Payload("auth", new Value.Record(("frob", frob)));
    }

    public async ValueTask<Outcome<Value.Record>> GetTokenAsync(
        IpernityRequest request, Caller caller, CancellationToken cancellation)
    {
        if (request.Call.NonEmpty("frob") is not { } frob)
            return new Fault(FaultKind.ParameterMissing, "frob");
        var application = caller.Application;
        var exchange = await handshakes.ExchangeAsync(
            IpernityFeature.Dialect,
            application.Id,
            frob,
            NewText(application.Id),
            sessionSecret: null,
            request.Call.Address,
            cancellation);
        if (!exchange.Succeeded(out var issued, out var fault))
            return fault;
        var person = new AccountName(issued.AccountId, issued.Login, issued.DisplayName);
        return Authorised(request, issued.Text, person, issued.Permissions);
    }

    /// <summary>
    /// Answers a token. It comes first because clients find it by its position.
    /// </summary>
    private static Value.Record Authorised(
        IpernityRequest request, string token, AccountName person, string stored)
    {
        var granted = Permissions.FromStored(stored);
        // docs/dialects/ipernity.md, "What differs from the original, and why": the page documents "permissions",
        // clients read "perms".
        var permissions = new Value.Record(granted.AsMembers());
        List<(string, Value)> members =
        [
            ("token", token),
            ("permissions", permissions),
            ("perms", permissions),
            ("user", new Value.Record(
                ("user_id", Text(person.Uid)),
                ("username", new Value.Attribute(person.Login)),
                ("realname", new Value.Attribute(person.Name)),
                ("lg", English),
                ("is_pro", Zero))),
        ];
        if (request.WantsPreferences)
            members.Add(("pref", new Value.Record(("lg", English), ("timezone", new Value.Attribute("UTC")))));
        return Payload("auth", new Value.Record(members));
    }

    /// <summary>
    /// Answers the calling person, or another who has allowed the application. Members for data that this server does
    /// not have are empty or zero.
    /// </summary>
    public async ValueTask<Outcome<Value.Record>> UserAsync(
        IpernityRequest request, Caller caller, CancellationToken cancellation)
    {
        var requested = request.Call.NonEmpty("user_id") is not { } text ? (caller as PersonCaller)?.AccountId
            : long.TryParse(text, NumberStyles.None, null, out var number) ? number
            : null;
        // docs/dialects/ipernity.md, "A handshake": user.get answers for people who have allowed the application.
        var found = requested is { } uid
            ? await names.OfConsentingAsync(caller.Application.Id, [uid], cancellation)
            : [];
        if (found is not [var person])
            return new Fault(FaultKind.ParameterInvalid, "user_id");
        return Payload("user", new Value.Record(
            ("user_id", Text(person.Uid)),
            ("is_pro", Zero),
            ("is_online", Zero),
            ("is_closed", Zero),
            ("tmo", Zero),
            ("username", new Value.Attribute(person.Login)),
            ("realname", new Value.Attribute(person.Name)),
            ("alias", new Value.Attribute(person.Login.ToLowerInvariant())),
            ("icon", new Value.Attribute("")),
            ("link", new Value.Attribute("")),
            ("relation", Zeros("isfamily", "isfriend", "iscontact", "revfamily", "revfriend", "revcontact")),
            ("count", Zeros("docs", "posts", "network"))));
    }

    public static Outcome<Value.Record> Quota(IpernityRequest request, PersonCaller caller)
    {
        var amount = Zeros("bytes", "kb", "mb", "percent", "seconds");
        var size = Zeros("bytes", "kb", "mb");
        return Payload("quota", new Value.Record(
            ("user_id", Text(caller.AccountId)), ("is_pro", Zero),
            ("upload", new Value.Record(("unlimited", Zero), ("max", amount), ("used", amount), ("left", amount))),
            ("maxfilesize", new Value.Record(("photo", size), ("audio", size), ("video", size), ("other", size))),
            ("albums", Zeros("max", "created", "left"))));
    }

    private static Value.Sequence ParametersOf(IpernityMethod method) =>
        new("param", [ApiKey, .. method.Parameters.Select(Described)]) { IsMarked = false };

    private static Value ApiKey { get; } = Described(new MethodParameter("api_key", "Your api_key."));

    private static Value Described(MethodParameter parameter) => new Value.Record(
        ("name", new Value.Attribute(parameter.Name)),
        ("required", Flag(parameter.IsRequired)),
        ("value", new Value.Body(parameter.Words)));

    private static Value.Record Described(IpernityMethod method) => new(
        ("name", new Value.Attribute(method.Name)),
        ("service", new Value.Attribute(method.Service)),
        ("title", method.Title),
        ("authentication", new Value.Record(
            ("token", Flag(method.Access == Access.Token)),
            ("sign", Flag(method.Access >= Access.Signature)),
            ("post", Zero))),
        ("permissions", method.Permission is var (area, level)
            ? new Value.Record((area, new Value.Attribute(level.ToString().ToLowerInvariant())))
            : new Value.Repeated()));

    private static Value.Attribute Zero { get; } = new("0");

    private static Value.Attribute English { get; } = new("en");

    private static Value.Record Zeros(params string[] names) => new([.. names.Select(name => (name, (Value)Zero))]);

    private static Value.Attribute Flag(bool on) => new(on ? "1" : "0");

    private static Value.Attribute Text(long? number) => new(number?.ToString() ?? "");

    private static Value.Record Payload(string name, Value content) => new((name, content));
}
