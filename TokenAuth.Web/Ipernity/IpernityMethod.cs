namespace TokenAuth.Ipernity;

/// <summary>A method of the dialect, with the flags of the provider's own list of methods.</summary>
/// <param name="NeedsToken">Whether a token is required: the method acts for a person.</param>
/// <param name="NeedsSignature">Whether a signature is required; otherwise a signature is ignored.</param>
/// <param name="NeedsKey">Whether an API key is required. The lists of methods have always worked without one.</param>
/// <param name="ReadsToken">Whether a token is checked if it is sent.</param>
/// <param name="Needs">The permission that the token must have.</param>
internal sealed record IpernityMethod(
    string Name,
    string Title,
    bool NeedsToken = false,
    bool NeedsSignature = false,
    bool NeedsKey = true,
    bool ReadsToken = false,
    (string Area, Level Level)? Needs = null)
{
    private static readonly MethodParameter Extra = new("extra", "pref (see user.pref.get)", IsRequired: false);

    public static readonly IpernityMethod QuotaGet = new(
        "account.getQuota",
        "Return the calling user upload quota.",
        NeedsToken: true,
        NeedsSignature: true,
        Needs: ("doc", Level.Write));

    public static readonly IpernityMethod DescribeMethod = new(
        "api.methods.get", "Return information about an API method.", NeedsKey: false)
    {
        Parameters = [new("method", "The name of the method to return information for.")],
    };

    public static readonly IpernityMethod ListMethods = new(
        "api.methods.getList", "Return the API methods list", NeedsKey: false);

    public static readonly IpernityMethod CheckToken = new(
        "auth.checkToken", "Check a token validity.", NeedsToken: true, NeedsSignature: true)
    {
        Parameters = [new("auth_token", "The authentication token to check."), Extra],
    };

    public static readonly IpernityMethod GetFrob = new("auth.getFrob", "Ask for a Frob.", NeedsSignature: true);

    public static readonly IpernityMethod GetToken = new(
        "auth.getToken", "Returns the auth token for the given frob", NeedsSignature: true)
    {
        Parameters = [new("frob", "The frob that the person has confirmed."), Extra],
    };

    public static readonly IpernityMethod Echo = new("test.echo", "A simple echo test.")
    {
        Parameters = [new("echo", "Some text we will echo back to you.")],
    };

    public static readonly IpernityMethod Hello = new("test.hello", "Hello world!");

    public static readonly IpernityMethod UserGet = new(
        "user.get", "Get information about a user", NeedsSignature: true, ReadsToken: true)
    {
        Parameters = [new("user_id", "The number of the user; left out: the calling user.", IsRequired: false)],
    };

    public static readonly IReadOnlyList<IpernityMethod> All =
        [QuotaGet, DescribeMethod, ListMethods, CheckToken, GetFrob, GetToken, Echo, Hello, UserGet];

    public bool ReadsToken { get; } = ReadsToken || NeedsToken;

    /// <summary>The method's parameters besides the API key and the signature.</summary>
    public IReadOnlyList<MethodParameter> Parameters { get; private init; } = [];

    /// <summary>
    /// The service's name in the provider's list, which differs from the prefix for <c>api.methods</c>.
    /// </summary>
    public string Service =>
        Name.StartsWith("api.methods.", StringComparison.Ordinal) ? "api.method" : Name[..Name.LastIndexOf('.')];
}

/// <summary>A parameter as <c>api.methods.get</c> describes it.</summary>
internal sealed record MethodParameter(string Name, string Words, bool IsRequired = true);
