namespace TokenAuth.PeopleAggregator;

/// <summary>
/// A method of the dialect. All arguments are required strings. Source: docs/dialects/peopleaggregator.md, "A token".
/// </summary>
internal sealed record PeopleAggregatorMethod(string Name, string Verb, params string[] Arguments)
{
    public const string Namespace = "peopleaggregator";

    public static readonly PeopleAggregatorMethod Login = new("login", HttpMethods.Post, "login", Password);

    public static readonly PeopleAggregatorMethod CheckToken = new("checkToken", HttpMethods.Get, "authToken");

    public static readonly PeopleAggregatorMethod Logout = new("logout", HttpMethods.Get, "authToken");

    public static readonly PeopleAggregatorMethod Echo = new("echo", HttpMethods.Get, "echoText");

    public static readonly PeopleAggregatorMethod EchoPost = new("echoPost", HttpMethods.Post, "echoText");

    public static readonly PeopleAggregatorMethod UserProfile = new("getUserProfile", HttpMethods.Get, "login");

    public static readonly PeopleAggregatorMethod ExceptionTest = new("exceptionTest", HttpMethods.Get);

    /// <summary>The argument that is read from the body only.</summary>
    public const string Password = "password";

    public static readonly IReadOnlyList<PeopleAggregatorMethod> All =
    [
        Login,
        CheckToken,
        Logout,
        Echo,
        EchoPost,
        UserProfile,
        ExceptionTest,
    ];

    public string FullName { get; } = $"{Namespace}.{Name}";

    /// <summary>Finds a method by its full name; case matters. Returns null if there is none.</summary>
    public static PeopleAggregatorMethod? Find(string name) =>
        All.FirstOrDefault(method => name == method.FullName);
}
