using TokenAuth.Kernel.Calls;
using TokenAuth.Kernel.Faults;
using TokenAuth.Kernel.Formats;

namespace TokenAuth.MediaPost;

/// <summary>Answers a method for the callers that it serves.</summary>
internal delegate ValueTask<Outcome<Value>> MediaPostHandler(
    MediaPostMethods methods, MediaPostRequest request, Caller caller, CancellationToken cancellation);

/// <summary>A method of the dialect. Source: docs/dialects/mediapost.md, "A handshake".</summary>
/// <param name="Name">The documented name without its prefix.</param>
internal sealed record MediaPostMethod(string Name, MediaPostHandler AnswerAsync)
{
    private const string SchemaInstance = "http://www.w3.org/2001/XMLSchema-instance";
    private const string RestServerNamespace = "http://api.facebook.com/1.0/";

    public static readonly IReadOnlyList<MediaPostMethod> All =
    [
        new("auth.createToken", (methods, request, caller, cancellation) =>
            methods.CreateTokenAsync(request, caller.Application, cancellation))
        {
            IgnoresSessionSecret = true,
            IsUnsignedInDevelopment = true,
            PageNamespace = "http://api.universalplatform.com/",
        },
        new("auth.getSession", (methods, request, caller, cancellation) =>
            methods.GetSessionAsync(request, caller.Application, cancellation))
        {
            IgnoresSessionSecret = true,
        },
        OfPerson("auth.expireSession", (methods, request, caller, cancellation) =>
            methods.ExpireSessionAsync(request, caller, cancellation)),
        new("auth.revokeAuthorization", (methods, request, caller, cancellation) =>
            methods.RevokeAuthorizationAsync(request, caller, cancellation)),
        OfPerson("auth.promoteSession", (methods, request, caller, cancellation) =>
            methods.PromoteSessionAsync(request, caller, cancellation)),
        OfPerson("users.getLoggedInUser", (_, _, caller, _) => new(MediaPostMethods.LoggedInUser(caller))) with
        {
            NeedsSession = true,
        },
        OfPerson("users.isAppAdded", (methods, _, caller, cancellation) =>
            methods.IsAppAddedAsync(caller, cancellation)) with
        {
            NeedsSession = true,
            PageNamespace = "http://api.universalplatform.com/1.0/",
            PageSchema = "http://api.universalplatform.com/1.0/universalplatform.xsd",
        },
        // The later name of isAppAdded. It also takes an account's number.
        new("users.isAppUser", (methods, request, caller, cancellation) =>
            methods.IsAppUserAsync(request, caller, cancellation)),
        new("users.getInfo", (methods, request, caller, cancellation) =>
            methods.GetInfoAsync(request, caller.Application, cancellation))
        {
            PageNamespace = "http://api.universalplatform.com/",
        },
    ];

    private static readonly Dictionary<string, MediaPostMethod> ByName =
        All.ToDictionary(method => method.Name, StringComparer.OrdinalIgnoreCase);

    /// <summary>True if a call without a session_key is refused before its signature is checked.</summary>
    public bool NeedsSession { get; private init; }

    /// <summary>True if only the application's secret signs the method, even with a session_key.</summary>
    public bool IgnoresSessionSecret { get; private init; }

    /// <summary>True if an application under development (--nonproduction) may call the method unsigned.</summary>
    public bool IsUnsignedInDevelopment { get; private init; }

    /// <summary>The XML namespace of the sample on the method's page; null for most methods.</summary>
    public string? PageNamespace { get; private init; }

    /// <summary>The schema that the sample names with the namespace.</summary>
    public string? PageSchema { get; private init; }

    /// <summary>The name of the answer's root element.</summary>
    public string Root => Name.Replace('.', '_') + "_response";

    // docs/dialects/mediapost.md, "A handshake": with ss=1 the session's secret signs the methods users.* only.
    /// <summary>True if a web application may sign the method with the session's secret (<c>ss</c>).</summary>
    public bool AllowsSessionSecret => Name.StartsWith("users.", StringComparison.Ordinal);

    /// <summary>Finds a method by its name; case does not matter. Returns null if there is none.</summary>
    public static MediaPostMethod? Find(string? name) => ByName.GetValueOrDefault(name ?? "");

    /// <summary>
    /// Checks whether an unknown method counts as one that needs a session. If so, a call without a session is told
    /// about the session first.
    /// </summary>
    public static bool UnknownNeedsSession(string name) =>
        !name.StartsWith("auth.", StringComparison.OrdinalIgnoreCase);

    /// <summary>
    /// Returns the answer's XML namespaces. <c>/api.php</c> uses those of the method's page, <c>/restserver.php</c> the
    /// same ones for all methods.
    /// </summary>
    public IReadOnlyList<(string, string)> Namespaces(ApiPath path) =>
        path == ApiPath.RestServer ? RestServerNamespaces : Declare(PageNamespace, PageSchema);

    public static IReadOnlyList<(string, string)> ErrorNamespaces(ApiPath path) =>
        path == ApiPath.RestServer ? RestServerNamespaces : [];

    private static IReadOnlyList<(string, string)> RestServerNamespaces { get; } =
        Declare(RestServerNamespace, RestServerNamespace + "facebook.xsd");

    private static MediaPostMethod OfPerson(
        string name,
        Func<MediaPostMethods, MediaPostRequest, PersonCaller, CancellationToken, ValueTask<Outcome<Value>>>
            answerAsync) =>
        new(name, (methods, request, caller, cancellation) => caller is PersonCaller person
            ? answerAsync(methods, request, person, cancellation)
            : new(FaultKind.SessionUnusable));

    private static IReadOnlyList<(string, string)> Declare(string? space, string? schema) => (space, schema) switch
    {
        (null, _) => [],
        (_, null) => [("xmlns", space)],
        _ => [("xmlns", space), ("xmlns:xsi", SchemaInstance), ("xsi:schemaLocation", $"{space} {schema}")],
    };
}
