using System.Text.RegularExpressions;
using TokenAuth.Kernel.Accounts;
using TokenAuth.Kernel.Faults;
using TokenAuth.Kernel.Formats;
using TokenAuth.Kernel.Tokens;

namespace TokenAuth.Dreamwidth;

/// <summary>
/// What each method does: challenges and sessions here, and what reads a journal in <see cref="EmptyJournal"/>.
/// </summary>
internal sealed partial class DreamwidthMethods(DreamwidthSignIn signIn, Challenges challenges, Sessions sessions, DreamwidthOptions options)
{
    public const string Challenge = "getchallenge";
    public const string Generate = "sessiongenerate";
    public const string Expire = "sessionexpire";
    public const string Login = "login";

    public static readonly IReadOnlyList<string> All = [Challenge, Generate, Expire, Login, .. EmptyJournal.Names];

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
            Login => EmptyJournal.Login(request, account),
            _ => EmptyJournal.Answer(request.Mode, request, account),
        };
    }

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
        var isAll = request.IsTrue("expireall");
        var numbers = request.Expire.Select(LeadingNumber).OfType<long>().Distinct().ToList();
        if (isAll || numbers.Count > 0)
            await sessions.EndNumberedAsync(account.Id, DreamwidthFeature.Dialect, isAll ? null : numbers, cancellation);
        return new Value.Record();
    }

    /// <summary>As Perl reads a text as a number.</summary>
    private static long? LeadingNumber(string text)
    {
        var digits = LeadingDigits().Match(text).Value.TrimStart();
        return long.TryParse(digits, out var number) ? number : null;
    }

    [GeneratedRegex("^\\s*[0-9]+", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex LeadingDigits();
}
