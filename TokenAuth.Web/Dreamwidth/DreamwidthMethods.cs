using System.Globalization;
using TokenAuth.Kernel.Accounts;
using TokenAuth.Kernel.Calls;
using TokenAuth.Kernel.Faults;
using TokenAuth.Kernel.Formats;
using TokenAuth.Kernel.Http;
using TokenAuth.Kernel.Sessions;

namespace TokenAuth.Dreamwidth;

/// <summary>
/// Runs the methods: challenges and sessions here, methods that read a journal in <see cref="EmptyJournal"/>.
/// </summary>
internal sealed class DreamwidthMethods(
    DreamwidthSignIn signIn, Challenges challenges, SessionStore sessions, DreamwidthOptions options, ServerUrl url)
{
    public const string Challenge = "getchallenge";
    public const string Generate = "sessiongenerate";
    public const string Expire = "sessionexpire";

    public static readonly IReadOnlyList<string> All = [Challenge, Generate, Expire, .. EmptyJournal.Names];

    /// <summary>Runs a method and returns the answer's members under their names in XML-RPC.</summary>
    public async Task<Outcome<Value.Record>> RunAsync(DreamwidthRequest request, CancellationToken cancellation)
    {
        if (!All.Contains(request.Mode, StringComparer.Ordinal))
            return FaultKind.MethodUnknown;
        if (request.Mode == Challenge)
            return NewChallenge();
        var check = await signIn.CheckAsync(request, cancellation);
        if (!check.Succeeded(out var caller, out var fault))
            return fault;
        var account = caller.Account;
        return request.Mode switch
        {
            Generate => await GenerateAsync(request, caller, cancellation),
            Expire => await ExpireAsync(request, account, cancellation),
            _ => EmptyJournal.Answer(request.Mode, request, account, Icon(request)),
        };
    }

    private Value.Record NewChallenge()
    {
        var (text, issuedAt) = challenges.Issue();
        var seconds = issuedAt.ToUnixTimeSeconds();
        return new(
            ("auth_scheme", Challenges.Scheme),
            ("challenge", text),
            ("expire_time", seconds + (long)Challenges.Life.TotalSeconds),
            ("server_time", seconds));
    }

    // docs/dialects/dreamwidth.md, "A session": only the exact word "long" gives a long session, and either ipfixed
    // (the documented name) or bindtoip (that of the original's code) binds the session to the caller's address.
    private async Task<Outcome<Value.Record>> GenerateAsync(
        DreamwidthRequest request, DreamwidthCaller caller, CancellationToken cancellation)
    {
        var account = caller.Account;
        var text = await sessions.IssueNumberedAsync(
            new NewSession(
                DreamwidthFeature.Dialect,
                Text: "",
                Secret: null,
                ApplicationId: null,
                account.Id,
                Permissions: "",
                request["expiration"] == "long" ? options.LongLifetime : options.ShortLifetime,
                Slides: false,
                request.Call.Address,
                IsBound: caller.Proof.IsBound || request.IsTrue("ipfixed") || request.IsTrue("bindtoip"),
                AccountKeyId: caller.Proof.KeyId,
                Stamp: account.Stamp,
                ParentId: caller.Proof.SessionId),
            number => SessionCookie.TextOf(account.Login.ToLowerInvariant(), number),
            cancellation);
        // The password, key or session has just become invalid.
        return text is null ? FaultKind.CredentialsWrong : new Value.Record(("ljsession", text));
    }

    /// <summary>Ends sessions by number. Other texts are ignored, because some clients send the whole cookie.</summary>
    private async Task<Outcome<Value.Record>> ExpireAsync(
        DreamwidthRequest request, FoundAccount account, CancellationToken cancellation)
    {
        if (request.Expire.Count > Call.MaxParameters)
            return new Fault(FaultKind.ParameterInvalid, "Too many sessions");
        var isAll = request.IsTrue("expireall");
        var numbers = request.Expire.Select(LeadingNumber).OfType<long>().Distinct().ToList();
        if (isAll || numbers.Count > 0)
        {
            await sessions.EndNumberedAsync(
                account.Id, DreamwidthFeature.Dialect, isAll ? null : numbers, request.Call.Address, cancellation);
        }

        return new Value.Record();
    }

    /// <summary>Returns the absolute URL of the picture that all accounts share.</summary>
    private string Icon(DreamwidthRequest request) => url.Absolute(request.Call.Request, "/icon.svg");

    /// <summary>Reads the number at the start of a text as Perl does; null if there is none.</summary>
    private static long? LeadingNumber(string text)
    {
        var trimmed = text.AsSpan().TrimStart();
        var end = trimmed.IndexOfAnyExceptInRange('0', '9');
        var digits = end < 0 ? trimmed : trimmed[..end];
        return long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
    }
}
