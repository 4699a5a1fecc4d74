using TokenAuth.Kernel.Calls.Methods;
using TokenAuth.Kernel.Faults;
using TokenAuth.Kernel.Signing;

namespace TokenAuth.MediaPost;

/// <summary>
/// The methods of <see cref="MediaPostMethod.All"/> for developers of clients. Source: docs/dialects/mediapost.md.
/// </summary>
internal sealed class MediaPostReference : IMethodReference
{
    private const string Token = "38 hexadecimal digits, lower case";

    private static readonly CallFormat Php = new("php", "PHP, with apiKey and apiSig");

    private static readonly CallFormat Stock = new("stock", "XML at /restserver.php, for stock clients");

    private static readonly Fault[] Common =
    [
        FaultKind.Internal, FaultKind.Unavailable, FaultKind.Maintenance, FaultKind.CallUnreadable,
        FaultKind.CallTooLarge, FaultKind.CallCompressed, FaultKind.MethodMissing, FaultKind.MethodUnknown,
        FaultKind.FormatUnknown, FaultKind.KeyMissing, FaultKind.KeyUnknown, FaultKind.AddressRefused,
        FaultKind.QuotaExceeded, FaultKind.SignatureWrong, FaultKind.SignatureAmbiguous, FaultKind.SessionUnusable,
        FaultKind.AccountClosed,
    ];

    private static readonly CallParameter SessionKey =
        new("session_key", "The session of the person.", "32 hexadecimal digits") { Source = ParameterSource.Session };

    private static readonly CallParameter Uid =
        new("uid", "The person, if it is not the session's. Web applications only.", "a number", "1")
        {
            IsRequired = false,
        };

    public string Title => "MediaPost";

    public bool NeedsApplication => true;

    public IReadOnlyList<MethodPage> Pages { get; } = [.. MediaPostMethod.All.Select(PageOf)];

    public IReadOnlyList<CallFormat> Formats { get; } = [new("xml", "XML"), new("json", "JSON"), Php, Stock];

    public IReadOnlyList<ErrorTable> Errors { get; } =
    [
        new("with api_key", fault => Row(ParameterStyle.SnakeCase, fault)),
        new("with apiKey", fault => Row(ParameterStyle.CamelCase, fault)),
    ];

    public ClientRequest Write(MethodPage page, CallFormat format, ClientCall call)
    {
        var keys = call.Application!;
        var isCamel = format == Php;
        List<(string Name, string Value)> sent =
        [
            ("method", (format == Stock ? "facebook." : "Up.") + page.Name),
            (isCamel ? "apiKey" : "api_key", keys.ApiKey),
            .. call.Sent(page),
        ];
        if (format.Name is "json" or "php")
            sent.Add(("format", format == Php ? "php_serial" : "json"));
        var signsWithSession = keys.IsDesktop && call.Session?.Secret is not null && call["session_key"] is not null
            && MediaPostMethod.Find(page.Name) is not { IgnoresSessionSecret: true };
        var text = string.Concat(
            sent.OrderBy(parameter => parameter.Name, StringComparer.Ordinal)
                .Select(parameter => $"{parameter.Name}={parameter.Value}"));
        var secret = signsWithSession ? call.Session!.Secret : keys.Secret;
        sent.Add((isCamel ? "apiSig" : "sig", Signature.Md5Hex(text, secret)));
        return ClientRequest.Post((format == Stock ? ApiPath.RestServer : ApiPath.Native).Path, sent);
    }

    private static (string, string) Row(ParameterStyle style, Fault fault)
    {
        var (code, message) = MediaPostFaults.Of(style, fault);
        return (code.ToString(), message);
    }

    private static MethodPage PageOf(MediaPostMethod method) => method.Name switch
    {
        "auth.createToken" => Page(
            method,
            "Creates a token. The person opens the login page with it and allows the application.",
            [
                new("community", "The community. Required with apiKey, otherwise ignored.", "any text", "photos"),
                new("expires", "With apiKey: how long the session is good, in minutes. 0 means that it has no end.",
                    "a number of at most 8 digits")
                {
                    IsRequired = false,
                },
            ],
            [new(FaultKind.ParameterMissing, "community"), new(FaultKind.ParameterInvalid, "expires")]) with
        {
            Differences = ["A token is open for 15 minutes, not for an hour."],
        },
        "auth.getSession" => Page(
            method,
            "Returns the session of a token or a code that the person has confirmed. It works once.",
            [
                new("auth_token", "The token, or the code from /code_gen.php.", Token)
                {
                    Source = ParameterSource.Handshake,
                },
                new("generate_session_secret", "Web applications: also returns a secret for scripts in browsers.",
                    "1 or true")
                {
                    IsRequired = false,
                },
            ],
            [new(FaultKind.ParameterInvalid, "auth_token"), FaultKind.HandshakeUnusable, FaultKind.HttpsRequired]) with
        {
            ChangesSomething = true,
            Differences =
            [
                "Session keys have 32 digits, not 24.",
                "Desktop applications call this method over https, because the answer holds a secret.",
            ],
        },
        "auth.expireSession" => Page(method, "Ends the session.", [SessionKey], []) with
        {
            ChangesSomething = true,
        },
        "auth.revokeAuthorization" => Page(
            method, "Removes the application's permission, and ends its sessions with the person.",
            [SessionKey with { IsRequired = false }, Uid], [new(FaultKind.ParameterInvalid, "uid")]) with
        {
            ChangesSomething = true,
        },
        "auth.promoteSession" => Page(
            method, "Returns a secret of the session, with which scripts in browsers sign the methods users.*.",
            [SessionKey], [FaultKind.HttpsRequired]) with
        {
            ChangesSomething = true,
        },
        "users.getLoggedInUser" => Page(method, "Returns the number of the session's person.", [SessionKey], []),
        "users.isAppAdded" => Page(
            method, "Tells whether the session's person still allows the application.", [SessionKey], []),
        "users.isAppUser" => Page(
            method, "Tells whether a person allows the application. It is the later name of isAppAdded.",
            [SessionKey with { IsRequired = false }, Uid], [new(FaultKind.ParameterInvalid, "uid")]),
        "users.getInfo" => Page(
            method, "Returns the names of people.",
            [
                new("uids", "The numbers of the people.", "numbers with commas between them", "1,2"),
                new("pageUrls", "Older clients send this instead. The answer is then empty.", "any text")
                {
                    IsRequired = false,
                },
            ],
            [new(FaultKind.ParameterMissing, "uids"), new(FaultKind.ParameterInvalid, "uids")]) with
        {
            Differences = ["Only people who have allowed the application are in the answer."],
        },
        _ => throw new InvalidOperationException($"{method.Name} has no page"),
    };

    private static MethodPage Page(
        MediaPostMethod method, string purpose, IReadOnlyList<CallParameter> parameters,
        IReadOnlyList<Fault> faults) => new(method.Name, purpose)
        {
            Parameters =
            [
                Client("method", "The method's name, with a prefix.", $"Up.{method.Name}"),
                Client("api_key", "The application's key; in the other style apiKey.", "32 hexadecimal digits"),
                .. parameters,
                Client(
                    "sig",
                    "The MD5 of name=value, sorted by name and joined, and the secret; in the other style apiSig.",
                    "32 hexadecimal digits, lower case"),
                Client("format", "The format of the answer.", "xml, json; with apiKey also php_serial") with
                {
                    IsRequired = false,
                },
            ],
            Faults = [.. Common, .. faults],
        };

    private static CallParameter Client(string name, string words, string form) =>
        new(name, words, form) { Source = ParameterSource.Client };
}
