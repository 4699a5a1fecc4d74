using System.Text;
using TokenAuth.Ipernity.OAuth;
using TokenAuth.Kernel.Calls.Methods;
using TokenAuth.Kernel.Faults;
using TokenAuth.Kernel.Formats;
using TokenAuth.Kernel.Signing;
using TokenAuth.Kernel.XmlRpc;

namespace TokenAuth.Ipernity;

/// <summary>
/// The methods of <see cref="IpernityMethod.All"/> for developers of clients. Source: docs/dialects/ipernity.md.
/// </summary>
internal sealed class IpernityReference : IMethodReference
{
    private const string Token = "a number, a hyphen, 32 hexadecimal digits";

    private static readonly CallFormat OAuth = new("oauth", "OAuth 1.0, answered in JSON");

    private static readonly Fault[] Common =
    [
        FaultKind.FormatUnknown, FaultKind.MethodMissing, FaultKind.MethodUnknown, FaultKind.PostRequired,
        FaultKind.EnvelopeInvalid, FaultKind.CallUnreadable, FaultKind.CallTooLarge, FaultKind.CallCompressed,
        FaultKind.KeyUnknown, FaultKind.AddressRefused, FaultKind.QuotaExceeded, FaultKind.AddressThrottled,
        FaultKind.Internal, FaultKind.Maintenance, FaultKind.Unavailable,
    ];

    private static readonly Fault[] Signed =
    [
        FaultKind.SignatureMissing, FaultKind.SignatureWrong, FaultKind.SignatureAmbiguous,
        FaultKind.OAuthVersionUnsupported, new(FaultKind.OAuthParametersMissing, "their names"),
        FaultKind.OAuthClockSkewed, FaultKind.OAuthNonceUsed, FaultKind.OAuthTimestampLow,
        FaultKind.OAuthMethodUnsupported, FaultKind.SessionUnusable,
    ];

    public string Title => "ipernity";

    public bool NeedsApplication => true;

    public IReadOnlyList<MethodPage> Pages { get; } = [.. IpernityMethod.All.Select(PageOf)];

    public IReadOnlyList<CallFormat> Formats { get; } =
    [
        new("json", "JSON"), new("xml", "XML"), new("php", "PHP"), new("soap", "SOAP 1.2"), new("xmlrpc", "XML-RPC"),
        OAuth,
    ];

    public IReadOnlyList<ErrorTable> Errors { get; } =
    [
        new("code", fault => Row(Binding.Rest, fault)), new("SOAP", fault => Row(Binding.Soap, fault)),
        new("XML-RPC", fault => Row(Binding.XmlRpc, fault)),
    ];

    public ClientRequest Write(MethodPage page, CallFormat format, ClientCall call)
    {
        if (format == OAuth)
            return WriteOAuth(page, call);
        List<(string Name, string Value)> sent = [("api_key", call.Application!.ApiKey), .. call.Sent(page)];
        if (IpernityMethod.Find(page.Name)!.Access >= Access.Signature)
        {
            var text = string.Concat(
                sent.OrderBy(parameter => parameter.Name, StringComparer.Ordinal)
                    .Select(parameter => parameter.Name + parameter.Value));
            sent.Add((
                IpernityRequest.SignatureName, Signature.Md5Hex(text, page.Name, call.Application.Secret)));
        }

        return format.Name switch
        {
            "soap" => new("POST", "/api/soap", "application/soap+xml; charset=utf-8", Soap(page.Name, sent)),
            "xmlrpc" => new(
                "POST", "/api/xmlrpc", XmlRpcRequestWriter.ContentType, XmlRpcRequestWriter.Write(page.Name, sent)),
            _ => ClientRequest.Get($"/api/{page.Name}/{format.Name}", sent),
        };
    }

    /// <summary>Writes a call that OAuth signs, with its parameters in the header.</summary>
    private static ClientRequest WriteOAuth(MethodPage page, ClientCall call)
    {
        var path = $"/api/{page.Name}";
        List<(string Name, string Value)> sent = [.. call.Sent(page).Where(sent => sent.Name != "auth_token")];
        List<(string Name, string Value)> header =
        [
            ("oauth_consumer_key", call.Application!.ApiKey), ("oauth_nonce", call.Nonce),
            ("oauth_signature_method", "HMAC-SHA1"), ("oauth_timestamp", $"{call.Now.ToUnixTimeSeconds()}"),
            ("oauth_version", "1.0"),
        ];
        if (call["auth_token"] is { } token)
            header.Add(("oauth_token", token));
        var text = OAuthSignature.BaseString(
            "GET", call.Origin, path, header.Concat(sent).Select(pair => new Parameter(pair.Name, pair.Value)));
        var signature = OAuthSignature.Sign(
            "HMAC-SHA1", text, call.Application.Secret, call["auth_token"] is null ? "" : call.Session?.Secret ?? "");
        header.Add(("oauth_signature", signature!));
        return ClientRequest.Get(path, sent) with
        {
            Headers =
            [
                ("Authorization", "OAuth " + string.Join(
                    ", ", header.Select(pair => $"{pair.Name}=\"{Uri.EscapeDataString(pair.Value)}\""))),
            ],
        };
    }

    private static string Soap(string method, IEnumerable<(string Name, string Value)> sent)
    {
        var xml = new StringBuilder(
            "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n"
            + "<s:Envelope xmlns:s=\"http://www.w3.org/2003/05/soap-envelope\">\n<s:Body>\n"
            + "<x:ipernityRequest xmlns:x=\"urn:ipernity\">\n");
        foreach (var (name, value) in sent.Prepend(("method", method)))
            xml.Append($"<{name}>").AppendEscaped(value).Append($"</{name}>\n");
        return xml.Append("</x:ipernityRequest>\n</s:Body>\n</s:Envelope>\n").ToString();
    }

    private static (string, string) Row(Binding binding, Fault fault)
    {
        var (code, message) = IpernityFaults.Of(fault, binding);
        return (code.ToString(), message);
    }

    /// <summary>Makes a page of what the method itself says, and of what is special about it.</summary>
    private static MethodPage PageOf(IpernityMethod method)
    {
        var page = Special(method);
        var isKeyless = method.Access == Access.Anyone;
        List<CallParameter> parameters =
        [
            Client("api_key", "The application's key.", "32 hexadecimal digits") with { IsRequired = !isKeyless },
            .. method.Parameters.Select(Described),
        ];
        if (method.Access >= Access.OptionalToken && parameters.TrueForAll(known => known.Name != "auth_token"))
        {
            parameters.Add(new("auth_token", "The token of the person.", Token)
            {
                Source = ParameterSource.Session,
                IsRequired = method.Access == Access.Token,
            });
        }

        if (method.Access >= Access.Signature)
        {
            parameters.Add(Client(
                IpernityRequest.SignatureName,
                "The MD5 of names and values, sorted by name and joined, the method and the secret.",
                "32 hexadecimal digits, lower case"));
        }

        List<Fault> faults = [.. Common];
        if (!isKeyless)
            faults.Add(FaultKind.KeyMissing);
        if (method.Access >= Access.Signature)
            faults.AddRange(Signed);
        if (method.Access == Access.Token)
            faults.Add(FaultKind.SessionMissing);
        if (method.Access >= Access.OptionalToken)
            faults.Add(FaultKind.AccountClosed);
        if (method.Permission is not null)
            faults.Add(FaultKind.PermissionMissing);
        return page with { Parameters = parameters, Faults = [.. faults, .. page.Faults] };
    }

    private static MethodPage Special(IpernityMethod method) => method.Name switch
    {
        "account.getQuota" => new(method.Name, $"{method.Title} It needs the permission to write documents.")
        {
            Differences = ["All numbers are 0, because this server stores no documents."],
        },
        "api.methods.get" => new(method.Name, $"{method.Title}.")
        {
            Faults = [new(FaultKind.ParameterInvalid, "method")],
            Differences = ["It does not work over SOAP, where the element method names the called method itself."],
        },
        "auth.getToken" => new(method.Name, $"{method.Title}. A frob works once.")
        {
            Faults = [new(FaultKind.ParameterMissing, "frob"), FaultKind.HandshakeUnusable, FaultKind.AccountClosed],
            ChangesSomething = true,
            Differences =
            [
                "Tokens end in 32 hexadecimal digits.", "permissions and perms are both in the answer.",
            ],
        },
        "auth.getFrob" => new(method.Name, "Asks for a frob. The person opens the authorize page with it.")
        {
            Differences = ["A frob is good for ten minutes."],
        },
        "user.get" => new(method.Name, $"{method.Title}.")
        {
            Faults = [new(FaultKind.ParameterInvalid, "user_id")],
            Differences = ["It answers for the caller, and for people who have allowed the application."],
        },
        "api.methods.getList" => new(method.Name, $"{method.Title}."),
        "auth.checkToken" or "test.echo" or "test.hello" => new(method.Name, method.Title),
        _ => throw new InvalidOperationException($"{method.Name} has no page"),
    };

    private static CallParameter Described(MethodParameter parameter)
    {
        var (form, example, source) = parameter.Name switch
        {
            "auth_token" => (Token, "", ParameterSource.Session),
            "frob" => (Token, "", ParameterSource.Handshake),
            "extra" => ("pref, or words with commas between them", "", ParameterSource.Typed),
            "method" => ("the name of a method", "auth.getToken", ParameterSource.Typed),
            "echo" => ("any text", "héllo", ParameterSource.Typed),
            "user_id" => ("a number of at most 18 digits", "", ParameterSource.Typed),
            _ => throw new InvalidOperationException($"{parameter.Name} has no form"),
        };
        return new(parameter.Name, parameter.Words, form, example)
        {
            Source = source,
            IsRequired = parameter.IsRequired,
        };
    }

    private static CallParameter Client(string name, string words, string form) =>
        new(name, words, form) { Source = ParameterSource.Client };
}
