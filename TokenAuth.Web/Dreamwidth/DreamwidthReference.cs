using TokenAuth.Kernel.Calls.Methods;
using TokenAuth.Kernel.Faults;
using TokenAuth.Kernel.XmlRpc;

namespace TokenAuth.Dreamwidth;

/// <summary>
/// The methods of <see cref="DreamwidthMethods.All"/> for developers of clients. Source: docs/dialects/dreamwidth.md.
/// </summary>
internal sealed class DreamwidthReference : IMethodReference
{
    private const string Cookie = "ljsession";
    private const string Sessions = "expire";
    private const string Date = "empty, or a date such as 2008-04-22 10:15:00";

    private static readonly CallFormat Flat = new("flat", "Lines, of a form");

    private static readonly Fault[] Common =
    [
        FaultKind.EnvelopeMalformed, FaultKind.EnvelopeInvalid, FaultKind.CallTooLarge, FaultKind.CallUnreadable,
        FaultKind.CallCompressed, FaultKind.MethodUnexpected, FaultKind.MethodUnknown, FaultKind.ArgumentsTooMany,
        FaultKind.Internal, FaultKind.Unavailable, FaultKind.Maintenance,
    ];

    private static readonly Fault[] OfSignIn =
    [
        FaultKind.ParameterMissing, FaultKind.ParameterInvalid, FaultKind.HttpsRequired, FaultKind.AccountUnknown,
        FaultKind.CredentialsWrong, FaultKind.ChallengeExpired, new(FaultKind.AccountClosed, "Suspended"),
        new(FaultKind.AccountClosed, "Locked"), new(FaultKind.AccountClosed, "Memorial"), FaultKind.SignInThrottled,
        FaultKind.AddressThrottled, FaultKind.Busy,
    ];

    private static readonly CallParameter[] SignIn =
    [
        new("username", "The login name, with cookie in lower case; at /interface/flat: user.", "a login name", "alice")
        {
            Source = ParameterSource.Login,
        },
        new("auth_method", "How the program signs in.", "clear, challenge or cookie; clear if it is left out")
        {
            Source = ParameterSource.Client,
            IsRequired = false,
        },
        new("password", "With clear: the password or an API key.", "any text", "PASSWORD")
        {
            Source = ParameterSource.Password,
            IsRequired = false,
        },
        new("auth_challenge", "With challenge: the text of getchallenge.", "as it was answered")
        {
            Source = ParameterSource.Client,
            IsRequired = false,
        },
        new("auth_response", "With challenge: the MD5 of the challenge and of the MD5 of an API key.",
            "32 hexadecimal digits")
        {
            Source = ParameterSource.Client,
            IsRequired = false,
        },
        new(Cookie, "With cookie: an earlier session, in the header Cookie, beside X-LJ-Auth: cookie.",
            "ws:, the login name, a number and 22 characters")
        {
            Source = ParameterSource.Session,
            IsRequired = false,
        },
    ];

    public string Title => "Dreamwidth";

    public bool NeedsApplication => false;

    public IReadOnlyList<MethodPage> Pages { get; } = [.. DreamwidthMethods.All.Select(PageOf)];

    public IReadOnlyList<CallFormat> Formats { get; } = [new("xmlrpc", "XML-RPC"), Flat];

    public IReadOnlyList<ErrorTable> Errors { get; } =
    [
        new("code", fault =>
        {
            var (code, message) = DreamwidthFaults.Of(fault);
            return (code?.ToString() ?? "Client", message);
        }),
    ];

    public ClientRequest Write(MethodPage page, CallFormat format, ClientCall call)
    {
        var cookie = call[Cookie];
        var sent = call.Sent(page)
            .Where(pair => pair.Name != Cookie && (cookie is null || pair.Name != "password"))
            .ToList();
        if (cookie is not null)
        {
            // With a cookie, the original compares the name letter by letter.
            sent =
            [
                .. sent.Select(pair => pair.Name == "username" ? (pair.Name, pair.Value.ToLowerInvariant()) : pair),
            ];
            sent.Insert(Math.Min(1, sent.Count), ("auth_method", "cookie"));
        }

        var request = format == Flat
            ? ClientRequest.Post("/interface/flat", [("mode", page.Name), .. sent.Select(Flattened)])
            : new ClientRequest(
                "POST", "/interface/xmlrpc", XmlRpcRequestWriter.ContentType,
                XmlRpcRequestWriter.Write(XmlRpcEndpoint.Prefix + page.Name, sent));
        return cookie is null
            ? request
            : request with { Headers = [("Cookie", $"{Cookie}={cookie}"), ("X-LJ-Auth", "cookie")] };
    }

    private static (string, string) Flattened((string Name, string Value) pair) => pair.Name switch
    {
        "username" => ("user", pair.Value),
        Sessions => ($"expire_id_{pair.Value}", "1"),
        _ => pair,
    };

    private static MethodPage PageOf(string name) => name switch
    {
        DreamwidthMethods.Challenge => new(name, "Returns a challenge, which is good once, for 60 seconds.")
        {
            Faults = Common,
        },
        DreamwidthMethods.Generate => Page(
            name, "Opens a session and returns its cookie.",
            Optional("expiration", "How long the session is good: short is a day, long is thirty.", "short or long"),
            Optional("ipfixed", "1 makes the session valid from the caller's address only. Also: bindtoip.", "1")) with
        {
            ChangesSomething = true,
            Differences =
            [
                "The last part of the cookie has 22 characters. Using the cookie does not renew it.",
                "A suspended or deleted person gets no session.",
            ],
        },
        DreamwidthMethods.Expire => Page(
            name, "Ends sessions of the account by their numbers, or all of them.",
            new CallParameter(
                Sessions, "The number of a session; XML-RPC also takes an array. At /interface/flat: expire_id_N.",
                "a number", "1")
            {
                IsRequired = false,
            },
            Optional("expireall", "1 ends all sessions.", "1")) with
        {
            ChangesSomething = true,
        },
        "login" => Page(
            name, "Checks the sign-in, and returns the account with the lists that the client asks for.",
            Optional("getmoods", "Asks for moods.", "a number"), Optional("getpickws", "1 asks for userpics.", "1"),
            Optional("getpickwurls", "1 asks for their addresses.", "1"),
            Optional("getmenus", "1 asks for menus.", "1"),
            Optional("getcaps", "1 asks for what the account may do.", "1")),
        "syncitems" => Journal(
            name, "Lists what has changed in the journal.", Optional("lastsync", "The last synchronisation.", Date)),
        "getevents" => Journal(
            name, "Returns entries.",
            new CallParameter(
                "selecttype", "Which entries are asked for.", "one, lastn, day, syncitems or multiple", "lastn")),
        "getdaycounts" => Journal(name, "Returns how many entries each day has."),
        "getusertags" => Journal(name, "Returns the tags of the journal."),
        "getuserpics" => Journal(name, "Returns the userpics of the account."),
        "getrecentcomments" => Journal(name, "Returns recent comments."),
        "getinbox" => Journal(name, "Returns the messages of the inbox."),
        "getfriends" => Journal(
            name, "Returns the friends of the account.",
            Optional("includefriendof", "1 adds who lists the account.", "1"),
            Optional("includegroups", "1 adds the groups.", "1")),
        "friendof" => Journal(name, "Returns who lists the account as a friend."),
        "getfriendgroups" => Journal(name, "Returns the groups of friends."),
        "gettrustgroups" => Journal(name, "Returns the access filters."),
        "getcircle" => Journal(
            name, "Returns the circle of the account.",
            Optional("includetrustedusers", "1 adds whom the account trusts.", "1"),
            Optional("includewatchedusers", "1 adds whom the account watches.", "1")),
        "getreadpage" => Journal(name, "Returns the reading page."),
        "getfriendspage" => Journal(name, "Returns the reading page under its older name."),
        "checkforupdates" => Journal(
            name, "Tells whether there are new entries on the reading page.",
            Optional("lastupdate", "The last one that the client knows.", Date)),
        "checkfriends" => Journal(
            name, "The older name of checkforupdates.", Optional("lastupdate", "The last known one.", Date)),
        _ => throw new InvalidOperationException($"{name} has no page"),
    };

    private static MethodPage Journal(string name, string purpose, params CallParameter[] parameters) =>
        Page(name, purpose, parameters) with
        {
            Differences = ["The journal is empty: every list is there and has no entries."],
        };

    private static MethodPage Page(string name, string purpose, params CallParameter[] parameters) => new(name, purpose)
    {
        Parameters = [.. SignIn, .. parameters],
        Faults = [.. Common, .. OfSignIn],
    };

    private static CallParameter Optional(string name, string words, string form) =>
        new(name, words, form) { IsRequired = false };
}
