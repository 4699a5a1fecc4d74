using System.Security.Cryptography;
using System.Text;
using TokenAuth.Kernel.Calls.Methods;
using TokenAuth.Kernel.Faults;

namespace TokenAuth.Wetpaint;

/// <summary>
/// The operations of <see cref="UserOperation"/> for developers of clients. Source: docs/dialects/wetpaint.md.
/// </summary>
internal sealed class WetpaintReference : IMethodReference
{
    private static readonly Fault[] Common =
    [
        new(FaultKind.ParameterMissing, "its name"), new(FaultKind.ParameterInvalid, "its name"),
        FaultKind.CallUnreadable, FaultKind.CallTooLarge, FaultKind.CallCompressed, FaultKind.KeyUnknown,
        FaultKind.SignatureWrong, FaultKind.TimestampStale, FaultKind.NamespaceUnknown, FaultKind.AddressRefused,
        FaultKind.QuotaExceeded, FaultKind.ReplayRefused, FaultKind.Maintenance, FaultKind.Unavailable,
        FaultKind.Internal,
    ];

    private static readonly CallParameter UserId =
        new("user.userId", "The developer's own name of the user, which never changes.", "1 to 100 characters", "anna");

    private static readonly CallParameter Role =
        new("user.role", "The role of the user in the namespace.", "registered, moderator or banned", "registered");

    public string Title => "Wetpaint";

    public bool NeedsApplication => true;

    public IReadOnlyList<MethodPage> Pages { get; } = [.. Enum.GetValues<UserOperation>().Select(PageOf)];

    public IReadOnlyList<CallFormat> Formats { get; } = [new("xml", "XML")];

    public IReadOnlyList<ErrorTable> Errors { get; } =
    [
        new("cause", fault =>
        {
            var (cause, messages) = WetpaintFaults.Of(fault);
            return (cause, string.Join("; ", messages));
        }),
    ];

    public ClientRequest Write(MethodPage page, CallFormat format, ClientCall call)
    {
        var keys = call.Application!;
        var time = call.Now.ToUnixTimeSeconds().ToString();
        return ClientRequest.Post(
            $"/UserService/{page.Name}",
            [
                ("output", "api"), ("key", keys.ApiKey), .. call.Sent(page), ("cred.ts", time),
                ("cred.sig", Convert.ToHexStringLower(HMACSHA1.HashData(
                    Encoding.UTF8.GetBytes(keys.Secret),
                    Encoding.UTF8.GetBytes(keys.ApiKey + call[UserId.Name] + time)))),
            ]);
    }

    private static MethodPage PageOf(UserOperation operation) => operation switch
    {
        UserOperation.Login => Page(
            "login.do", "States who a user of the application is, and returns a ticket, which is good for ten hours.",
            UserId,
            new("user.email", "The address of the user.", "an e-mail address", "anna@example.org"),
            new("user.emailOptIn", "Whether the user wants mail.", "true, false, 1, 0, yes or no", "true"),
            Optional("user.displayName", "The name to show.", "up to 100 characters"),
            Optional("user.profileUrl", "The user's page.", "an http or https address"),
            Optional("user.avatarUrl", "The user's picture.", "an http or https address"),
            Role with { IsRequired = false }) with
        {
            Differences =
            [
                "A used signature may be sent again, but only with the stored values.",
                "cred.ts has no leading zeros.",
            ],
        },
        UserOperation.ChangeRole => Page(
            "changeRole.do", "Changes the role of a user in a namespace.", UserId,
            Role with { Example = "moderator" }) with
        {
            Differences = ["A change needs a new cred.ts."],
        },
        _ => throw new InvalidOperationException($"{operation} has no page"),
    };

    private static MethodPage Page(string name, string purpose, params CallParameter[] parameters) => new(name, purpose)
    {
        ChangesSomething = true,
        Faults = Common,
        Parameters =
        [
            Client("output", "The format.", "api"), Client("key", "The application's key.", "32 hexadecimal digits"),
            new("ns", "A namespace of the application.", "a word", "mywiki"), .. parameters,
            Client("cred.ts", "The time of the call.", "seconds since 1970, within five minutes"),
            Client(
                "cred.sig", "The HMAC-SHA-1 of key, user.userId and cred.ts with the secret.", "40 hexadecimal digits"),
        ],
    };

    private static CallParameter Optional(string name, string words, string form) =>
        new(name, words, form) { IsRequired = false };

    private static CallParameter Client(string name, string words, string form) =>
        new(name, words, form) { Source = ParameterSource.Client };
}
