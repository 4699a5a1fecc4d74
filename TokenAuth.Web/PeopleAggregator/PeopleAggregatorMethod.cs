using TokenAuth.Kernel.Calls;
using TokenAuth.Kernel.Faults;
using TokenAuth.Kernel.Formats;

namespace TokenAuth.PeopleAggregator;

/// <summary>Answers a method with the answer's members after <c>success</c>.</summary>
internal delegate ValueTask<Outcome<Value.Record>> PeopleAggregatorHandler(
    PeopleAggregatorMethods methods, PeopleAggregatorRequest request, CancellationToken cancellation);

/// <summary>
/// A method of the dialect. All arguments are required strings. Source: docs/dialects/peopleaggregator.md, "A token".
/// </summary>
internal sealed record PeopleAggregatorMethod(
    string Name, string Verb, PeopleAggregatorHandler AnswerAsync, params string[] Arguments)
{
    public const string Namespace = "peopleaggregator";

    /// <summary>The argument that is read from the body only.</summary>
    public const string Password = "password";

    public static readonly IReadOnlyList<PeopleAggregatorMethod> All =
    [
        new("login", HttpMethods.Post, (methods, request, cancellation) =>
            methods.LoginAsync(request["login"], request[Password], request.Call, cancellation), "login", Password),
        new("checkToken", HttpMethods.Get, (methods, request, cancellation) =>
            methods.CheckTokenAsync(request["authToken"], cancellation), "authToken"),
        new("logout", HttpMethods.Get, (methods, request, cancellation) =>
            methods.LogoutAsync(request["authToken"], request.Call, cancellation), "authToken"),
        new("echo", HttpMethods.Get, (_, request, _) => Echo(request), "echoText"),
        new("echoPost", HttpMethods.Post, (_, request, _) => Echo(request), "echoText"),
        new("getUserProfile", HttpMethods.Get, (methods, request, cancellation) =>
            methods.ProfileAsync(request["login"], request.Call, cancellation), "login"),
        new("exceptionTest", HttpMethods.Get, (_, _, _) => new(FaultKind.TestFailure)),
    ];

    public string FullName { get; } = $"{Namespace}.{Name}";

    /// <summary>Finds a method by its full name; case matters. Returns null if there is none.</summary>
    public static PeopleAggregatorMethod? Find(string name) =>
        All.FirstOrDefault(method => name == method.FullName);

    private static ValueTask<Outcome<Value.Record>> Echo(PeopleAggregatorRequest request) =>
        new(new Value.Record(("echoText", request["echoText"])));
}
