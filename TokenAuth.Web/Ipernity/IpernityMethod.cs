using TokenAuth.Kernel.Calls;
using TokenAuth.Kernel.Faults;
using TokenAuth.Kernel.Formats;

namespace TokenAuth.Ipernity;

/// <summary>What a method demands of its caller. Each level includes the ones before it.</summary>
internal enum Access
{
    /// <summary>Nothing. The lists of methods have always worked without an API key.</summary>
    Anyone,

    /// <summary>An API key. A signature is ignored.</summary>
    Key,

    /// <summary>A signature. A token is ignored.</summary>
    Signature,

    /// <summary>A signature. A token is checked if it is sent.</summary>
    OptionalToken,

    /// <summary>A token: the method acts for a person.</summary>
    Token,
}

/// <summary>Answers a method for the callers that it serves.</summary>
/// <param name="caller">Null if the call has no API key.</param>
internal delegate ValueTask<Outcome<Value.Record>> IpernityHandler(
    IpernityMethods methods, IpernityRequest request, Caller? caller, CancellationToken cancellation);

/// <summary>A method of the dialect, as the provider's own list of methods describes it.</summary>
internal sealed record IpernityMethod(string Name, string Title, Access Access, IpernityHandler AnswerAsync)
{
    private static readonly MethodParameter Extra = new("extra", "pref (see user.pref.get)", IsRequired: false);

    public static readonly IReadOnlyList<IpernityMethod> All =
    [
        OfPerson("account.getQuota", "Return the calling user upload quota.", IpernityMethods.Quota) with
        {
            Permission = ("doc", Level.Write),
        },
        Plain(
            "api.methods.get", "Return information about an API method.", Access.Anyone, IpernityMethods.Describe) with
        {
            Parameters = [new("method", "The name of the method to return information for.")],
        },
        Plain("api.methods.getList", "Return the API methods list", Access.Anyone, IpernityMethods.List),
        OfPerson("auth.checkToken", "Check a token validity.", IpernityMethods.CheckToken) with
        {
            Parameters = [new("auth_token", "The authentication token to check."), Extra],
        },
        OfApplication(
            "auth.getFrob", "Ask for a Frob.", Access.Signature,
            (methods, request, caller, cancellation) => methods.GetFrobAsync(request, caller, cancellation)),
        OfApplication(
            "auth.getToken", "Returns the auth token for the given frob", Access.Signature,
            (methods, request, caller, cancellation) => methods.GetTokenAsync(request, caller, cancellation)) with
        {
            Parameters = [new("frob", "The frob that the person has confirmed."), Extra],
        },
        Plain("test.echo", "A simple echo test.", Access.Key, IpernityMethods.Echo) with
        {
            Parameters = [new("echo", "Some text we will echo back to you.")],
        },
        Plain("test.hello", "Hello world!", Access.Key, IpernityMethods.Hello),
        OfApplication(
            "user.get", "Get information about a user", Access.OptionalToken,
            (methods, request, caller, cancellation) => methods.UserAsync(request, caller, cancellation)) with
        {
            Parameters = [new("user_id", "The number of the user; left out: the calling user.", IsRequired: false)],
        },
    ];

    private static readonly Dictionary<string, IpernityMethod> ByName =
        All.ToDictionary(method => method.Name, StringComparer.Ordinal);

    /// <summary>The permission that the token must have.</summary>
    public (string Area, Level Level)? Permission { get; private init; }

    /// <summary>The method's parameters besides the API key and the signature.</summary>
    public IReadOnlyList<MethodParameter> Parameters { get; private init; } = [];

    /// <summary>
    /// The service's name in the provider's list, which differs from the prefix for <c>api.methods</c>.
    /// </summary>
    public string Service =>
        Name.StartsWith("api.methods.", StringComparison.Ordinal) ? "api.method" : Name[..Name.LastIndexOf('.')];

    /// <summary>Finds a method; case matters. Returns null if there is none.</summary>
    public static IpernityMethod? Find(string? name) => ByName.GetValueOrDefault(name ?? "");

    /// <summary>A method that answers every caller alike.</summary>
    private static IpernityMethod Plain(
        string name, string title, Access access, Func<IpernityRequest, Outcome<Value.Record>> answer) =>
        new(name, title, access, (_, request, _, _) => new(answer(request)));

    private static IpernityMethod OfApplication(
        string name, string title, Access access,
        Func<IpernityMethods, IpernityRequest, Caller, CancellationToken, ValueTask<Outcome<Value.Record>>>
            answerAsync) =>
        new(name, title, access, (methods, request, caller, cancellation) => caller is { } known
            ? answerAsync(methods, request, known, cancellation)
            : new(FaultKind.KeyMissing));

    private static IpernityMethod OfPerson(
        string name, string title, Func<IpernityRequest, PersonCaller, Outcome<Value.Record>> answer) =>
        new(name, title, Access.Token, (_, request, caller, _) => new(
            caller is PersonCaller person ? answer(request, person) : FaultKind.SessionMissing));
}

/// <summary>A parameter as <c>api.methods.get</c> describes it.</summary>
internal sealed record MethodParameter(string Name, string Words, bool IsRequired = true);
