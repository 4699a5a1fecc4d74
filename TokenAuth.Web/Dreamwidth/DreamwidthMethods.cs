using System.Globalization;
using TokenAuth.Kernel.Accounts;
using TokenAuth.Kernel.Faults;
using TokenAuth.Kernel.Formats;
using TokenAuth.Kernel.Hosting;
using TokenAuth.Kernel.Tokens;

namespace TokenAuth.Dreamwidth;

/// <summary>What each method does. Journals are empty here, so back-up clients run to their end and find nothing.</summary>
internal sealed class DreamwidthMethods(DreamwidthSignIn signIn, Challenges challenges, Sessions sessions, DreamwidthOptions options)
{
    public const string Challenge = "getchallenge";
    public const string Generate = "sessiongenerate";
    public const string Expire = "sessionexpire";
    public const string Login = "login";
    public const string Items = "syncitems";
    public const string Events = "getevents";
    public const string Tags = "getusertags";

    public static readonly IReadOnlyList<string> All = [Challenge, Generate, Expire, Login, Items, Events, Tags];

    /// <summary>The answer's members, as XML-RPC has them.</summary>
    public async Task<Outcome<Value.Record>> RunAsync(DreamwidthRequest request, CancellationToken cancellation)
    {
        if (!All.Contains(request.Mode, StringComparer.Ordinal))
            return FaultKind.MethodUnknown;
        if (request.Mode == Challenge)
            return NewChallenge();
        var check = await signIn.CheckAsync(request, cancellation);
        if (!check.Succeeded(out var account, out var fault))
            return fault;
        return request.Mode switch
        {
            Generate => await GenerateAsync(request, account, cancellation),
            Expire => await ExpireAsync(request, account, cancellation),
            Login => LoggedIn(request, account),
            Items => IsDate(request["lastsync"])
                ? new Value.Record(("syncitems", Nothing), ("count", 0), ("total", 0))
                : new Fault(FaultKind.ParameterInvalid, "Invalid date format"),
            Events => request["selecttype"] is "one" or "lastn" or "day" or "syncitems" or "multiple"
                ? new Value.Record(("events", Nothing))
                : new Fault(FaultKind.ParameterMissing, "Invalid selecttype."),
            _ => new Value.Record(("tags", Nothing)),
        };
    }

    private static Value.Repeated Nothing { get; } = new();

    private Value.Record NewChallenge()
    {
        var (text, issuedAt) = challenges.Issue();
        var seconds = issuedAt.ToUnixTimeSeconds();
        return new(("auth_scheme", Challenges.Scheme), ("challenge", text), ("expire_time", seconds + (long)Challenges.Life.TotalSeconds), ("server_time", seconds));
    }

    /// <summary>Only the exact word is long. Both names bind the session to the caller's address: the documented one and the code's.</summary>
    private async Task<Outcome<Value.Record>> GenerateAsync(DreamwidthRequest request, FoundAccount account, CancellationToken cancellation)
    {
        var text = await sessions.IssueNumberedAsync(
            new NewSession(
                DreamwidthFeature.Dialect, Text: "", Secret: null, ApplicationId: null, account.Id, Permissions: "",
                request["expiration"] == "long" ? options.LongLifetime : options.ShortLifetime, Slides: false, request.Call.Address,
                IsBound: request.IsTrue("ipfixed") || request.IsTrue("bindtoip")),
            number => SessionCookie.TextOf(account.Login.ToLowerInvariant(), number), cancellation);
        return new Value.Record(("ljsession", text));
    }

    /// <summary>What is no number of a session ends none: some clients send the whole cookie.</summary>
    private async Task<Outcome<Value.Record>> ExpireAsync(DreamwidthRequest request, FoundAccount account, CancellationToken cancellation)
    {
        if (request.Expire.Count > Call.MostParameters)
            return new Fault(FaultKind.ParameterInvalid, "Too many sessions");
        var isAll = request.IsTrue("expireall");
        var numbers = request.Expire.Select(LeadingNumber).OfType<long>().Distinct().ToList();
        if (isAll || numbers.Count > 0)
            await sessions.EndNumberedAsync(account.Id, DreamwidthFeature.Dialect, isAll ? null : numbers, cancellation);
        return new Value.Record();
    }

    private static Value.Record LoggedIn(DreamwidthRequest request, FoundAccount account)
    {
        List<(string, Value)> members =
            [("userid", account.Id), ("fullname", account.DisplayName), ("friendgroups", Nothing), ("usejournals", Nothing)];
        if (request["getmoods"] is not null)
            members.Add(("moods", Nothing));
        if (request.IsTrue("getpickws"))
        {
            members.Add(("pickws", Nothing));
            // Back-up clients ask for the picture without looking whether there is one.
            if (request.IsTrue("getpickwurls"))
                members.AddRange([("pickwurls", Nothing), ("defaultpicurl", $"{request.Call.Origin}/icon.svg")]);
        }

        if (request.IsTrue("getmenus"))
            members.Add(("menus", Nothing));
        if (request.IsTrue("getcaps"))
            members.Add(("caps", 0));
        return new Value.Record(members);
    }

    /// <summary>Empty, or a text that begins like <c>2008-04-22 10:15:00</c>.</summary>
    private static bool IsDate(string? text)
    {
        const string form = "0000-00-00 00:00:00";
        return string.IsNullOrEmpty(text)
            || (text.Length >= form.Length && form.Zip(text, (wanted, sent) => wanted == '0' ? char.IsAsciiDigit(sent) : sent == wanted).All(fits => fits));
    }

    /// <summary>As Perl reads a text as a number.</summary>
    private static long? LeadingNumber(string text)
    {
        var trimmed = text.AsSpan().TrimStart();
        var end = trimmed.IndexOfAnyExceptInRange('0', '9');
        var digits = end < 0 ? trimmed : trimmed[..end];
        return long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
    }
}
