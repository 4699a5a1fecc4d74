using TokenAuth.Kernel.Calls.Methods;
using TokenAuth.Kernel.Faults;
using TokenAuth.Kernel.XmlRpc;

namespace TokenAuth.PeopleAggregator;

/// <summary>
/// The methods of <see cref="PeopleAggregatorMethod.All"/> for developers of clients. Source:
/// docs/dialects/peopleaggregator.md.
/// </summary>
internal sealed class PeopleAggregatorReference : IMethodReference
{
    private const string AnyText = "any text";

    private static readonly CallFormat XmlRpc = new("xmlrpc", "XML-RPC");

    private static readonly Fault[] Common =
    [
        new(FaultKind.MethodUnknown, "its name"), new(FaultKind.VerbWrong, "GET or POST"), FaultKind.ArgumentsTooMany,
        new(FaultKind.ArgumentMissing, "its name"), new(FaultKind.ArgumentUnexpected, "its name"),
        new(FaultKind.ArgumentWrongType, "its name"), FaultKind.EnvelopeMalformed, FaultKind.EnvelopeInvalid,
        FaultKind.CallTooLarge, FaultKind.CallUnreadable, FaultKind.CallCompressed, FaultKind.Internal,
        FaultKind.Maintenance, FaultKind.Unavailable,
    ];

    public string Title => "PeopleAggregator";

    public bool NeedsApplication => false;

    public IReadOnlyList<MethodPage> Pages { get; } = [.. PeopleAggregatorMethod.All.Select(PageOf)];

    public IReadOnlyList<CallFormat> Formats { get; } = [new("xml", "XML"), new("json", "JSON"), XmlRpc];

    public IReadOnlyList<ErrorTable> Errors { get; } =
    [
        new("code", PeopleAggregatorFaults.Of),
        new("XML-RPC", fault =>
        {
            // docs/dialects/peopleaggregator.md, "Whose words": at /api/xmlrpc, ipernity answers an unreadable request.
            var (code, message) = PeopleAggregatorFaults.Of(fault);
            return (PeopleAggregatorFaults.TransportCode(fault) is { } number ? $"{number} or 122" : code, message);
        }),
    ];

    public ClientRequest Write(MethodPage page, CallFormat format, ClientCall call)
    {
        var method = PeopleAggregatorMethod.All.First(method => method.Name == page.Name);
        var sent = call.Sent(page);
        if (format == XmlRpc)
        {
            return new ClientRequest(
                "POST", "/api/xmlrpc", XmlRpcRequestWriter.ContentType,
                XmlRpcRequestWriter.Write(method.FullName, sent));
        }

        var path = $"/api/{format.Name}/{PeopleAggregatorMethod.Namespace}/{method.Name}";
        return HttpMethods.IsPost(method.Verb) ? ClientRequest.Post(path, sent) : ClientRequest.Get(path, sent);
    }

    private static MethodPage PageOf(PeopleAggregatorMethod method)
    {
        var page = Special(method.Name);
        return page with
        {
            Parameters = [.. method.Arguments.Select(Described)],
            Faults = [.. Common, .. page.Faults],
        };
    }

    private static MethodPage Special(string name) => name switch
    {
        "login" => new(name, "Checks the password and returns a token. Over REST the call is posted.")
        {
            Faults =
            [
                new(FaultKind.ParameterMissing, "login"), FaultKind.AccountUnknown, FaultKind.CredentialsWrong,
                FaultKind.SignInThrottled, FaultKind.AddressThrottled, FaultKind.Busy, FaultKind.HttpsRequired,
                new(FaultKind.SecretInAddress, "password"),
            ],
            ChangesSomething = true,
            Differences =
            [
                "The token is a session, which its owner can end. It is not computed from the password.",
                "The password is not read from the address.",
            ],
        },
        "checkToken" => new(name, "Returns whose token it is, and for how many seconds it is still good.")
        {
            Faults = [FaultKind.SessionUnusable, FaultKind.SessionExpired, FaultKind.AccountClosed],
        },
        "logout" => new(name, "Ends the token.")
        {
            Faults = [FaultKind.SessionUnusable, FaultKind.SessionExpired, FaultKind.AccountClosed],
            ChangesSomething = true,
            Differences = ["The token ends. With the original it stayed valid."],
        },
        "echo" => new(name, "Returns the text."),
        "echoPost" => new(name, "Returns the text. Over REST the call is posted."),
        "getUserProfile" => new(name, "Returns the name and the number of an account.")
        {
            Faults = [new(FaultKind.ParameterMissing, "login"), FaultKind.AccountUnknown],
        },
        "exceptionTest" => new(name, "Always fails, for tests of clients.") { Faults = [FaultKind.TestFailure] },
        _ => throw new InvalidOperationException($"{name} has no page"),
    };

    private static CallParameter Described(string argument) => argument switch
    {
        "login" => new(argument, "The login name.", "a login name", "alice") { Source = ParameterSource.Login },
        PeopleAggregatorMethod.Password => new(argument, "The password, or an API key.", AnyText, "PASSWORD")
        {
            Source = ParameterSource.Password,
        },
        "authToken" => new(argument, "The token.", "the login name, the time of its end, hexadecimal digits")
        {
            Source = ParameterSource.Session,
        },
        "echoText" => new(argument, "The text to return.", AnyText, "héllo"),
        _ => throw new InvalidOperationException($"{argument} has no words"),
    };
}
