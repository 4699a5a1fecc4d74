using System.Net;
using TokenAuth.Kernel.Accounts;
using TokenAuth.Kernel.Applications;
using TokenAuth.Kernel.Calls.Methods;
using TokenAuth.Kernel.Limits;
using TokenAuth.Kernel.Secrets;

namespace TokenAuth.Reference;

/// <summary>What came of a trial.</summary>
/// <param name="SignedIn">The text of the session or the handshake that was made for it; null if none was.</param>
/// <param name="Wait">How long to wait, if there were too many trials.</param>
internal sealed record TrialResult(Trial? Made, string? SignedIn, string? Problem, TimeSpan? Wait = null);

/// <summary>
/// Calls a method as its client would: writes the request, signs it, and sends it through the server's own pipeline.
/// The call counts against the application's quota, and is limited and logged like every other.
/// </summary>
internal sealed class TrialRun(
    OwnCalls calls, DeveloperLimit limit, AccountDirectory accounts, ApplicationDirectory secrets, TimeProvider clock)
{
    private const string Stars = "********";

    /// <param name="application">The developer's own application; null if the dialect needs none.</param>
    public async Task<TrialResult> RunAsync(
        DocumentedDialect dialect, MethodPage method, TrialForm form, Application? application, long accountId,
        IPAddress from, CancellationToken cancellation)
    {
        if (await limit.TakeAsync(DeveloperWork.Trial, accountId, cancellation) is { } wait)
        {
            return new TrialResult(
                null, null, $"At most {DeveloperLimit.PerWindow} trials are possible in ten minutes. Wait.", wait);
        }

        var values = new Dictionary<string, string>(form.Values, StringComparer.Ordinal);
        var (session, text) = await SignInAsync(dialect, method, form, application, accountId, from, cancellation);
        if (form.Caller == TrialForm.Me && method.SignedIn is not null && text is null)
            return new TrialResult(null, null, "You could not be signed in. Try again.");
        if (method.SignedIn is { } parameter && text is not null)
            values[parameter.Name] = text;
        var call = new ClientCall(values, form.Origin, clock.GetUtcNow(), RandomToken.Hex(16))
        {
            Session = session,
            Application = application is null
                ? null
                : new ClientKeys(
                    application.ApiKey, secrets.SecretsOf(application)[0],
                    application.Kind == ApplicationKind.Desktop),
        };
        var format = dialect.Reference.Formats.First(known => known.Name == form.Format);
        var answer = await calls.SendAsync(
            dialect.Reference.Write(method, format, call), form.Origin, from, cancellation);
        var shown = dialect.Reference.Write(method, format, call with { Values = Masked(method, values) });
        return new TrialResult(
            new Trial(shown, form.Origin, answer), form.Caller == TrialForm.Me ? text : null, Problem: null);
    }

    /// <summary>Returns the session to call with, and the text that the call presents.</summary>
    private async Task<(ClientSession? Session, string? Text)> SignInAsync(
        DocumentedDialect dialect, MethodPage method, TrialForm form, Application? application, long accountId,
        IPAddress from, CancellationToken cancellation)
    {
        if (method.SignedIn is not { } parameter || form.Caller == TrialForm.Nobody)
            return (null, null);
        var isHandshake = parameter.Source == ParameterSource.Handshake;
        if (form.Caller != TrialForm.Me)
        {
            return form.TokenText.Length == 0 ? (null, null)
                : isHandshake ? (null, form.TokenText)
                : (new ClientSession(form.TokenText, form.TokenSecret is { Length: > 0 } secret ? secret : null),
                    form.TokenText);
        }

        if (dialect.SignIn is not { } signIn || await accounts.FindAsync(accountId, cancellation) is not { } account)
            return (null, null);
        var person = new TrialPerson(account, application, from);
        if (isHandshake)
            return (null, await signIn.ConfirmAsync(person, cancellation));
        var session = await signIn.OpenAsync(person, cancellation);
        return (session, session?.Text);
    }

    private static Dictionary<string, string> Masked(MethodPage method, Dictionary<string, string> values)
    {
        var masked = new Dictionary<string, string>(values, StringComparer.Ordinal);
        foreach (var parameter in method.Parameters)
        {
            if (parameter.Source == ParameterSource.Password
                && masked.TryGetValue(parameter.Name, out var password) && password.Length > 0)
            {
                masked[parameter.Name] = Stars;
            }
        }

        return masked;
    }
}
