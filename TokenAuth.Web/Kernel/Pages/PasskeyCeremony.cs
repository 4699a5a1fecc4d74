using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Identity;
using TokenAuth.Kernel.Accounts;
using TokenAuth.Kernel.Accounts.Factors;
using TokenAuth.Kernel.Configuration;
using TokenAuth.Kernel.Events;
using TokenAuth.Kernel.Http;
using TokenAuth.Kernel.Languages;
using TokenAuth.Kernel.Limits;
using TokenAuth.Kernel.Storage;
using TokenAuth.Kernel.Telemetry;

namespace TokenAuth.Kernel.Pages;

/// <summary>What the browser is asked for: to use a passkey or to make one. <c>_Passkey</c> shows it.</summary>
/// <param name="Options">The options of WebAuthn as JSON.</param>
/// <param name="State">What the server needs to check the answer, encrypted. The form sends it back.</param>
internal sealed record PasskeyQuestion(string Options, string State)
{
    /// <summary>The text of the button.</summary>
    public required string Label { get; init; }

    /// <summary>Tells whether a passkey is made.</summary>
    public bool IsNew { get; init; }

    /// <summary>Tells whether the browser may offer passkeys in the field for the login name.</summary>
    public bool Autofills { get; init; }
}

/// <summary>
/// Asks browsers to use or make passkeys (WebAuthn), and checks their answers with ASP.NET Core Identity. The question
/// and its state are in the page's form, so several tabs do not disturb each other. An answer is good once.
/// </summary>
internal sealed class PasskeyCeremony(
    IPasskeyHandler<Account> handler, Passkeys passkeys, AccountDirectory accounts, ProtectedState state,
    ReplayGuard replays, SecurityLog events, TokenAuthOptions options, TimeProvider clock)
{
    /// <summary>The form's field for the browser's answer.</summary>
    public const string Field = "passkey";

    /// <summary>The form's field for <see cref="PasskeyQuestion.State"/>.</summary>
    public const string StateField = "passkey_state";

    /// <summary>The field for the answer if a passkey is made. It differs, so that both fit into one form.</summary>
    public const string NewField = "new_passkey";

    public const string NewStateField = "new_passkey_state";

    private const string Anyone = "passkey of anyone";

    /// <summary>The time in which the person must answer.</summary>
    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(15);

    private static readonly Text TooLate = new Text("This page was open for too long. Try again.");

    private static readonly Text Refused = new Text("This passkey is not valid here. Try again, or use your password.");

    /// <summary>Checks whether the form has an answer.</summary>
    public static bool IsAnswered(HttpRequest request) => !string.IsNullOrEmpty(request.Form[Field]);

    /// <summary>Asks for any passkey of this site.</summary>
    public async Task<PasskeyQuestion> AskAnyoneAsync(HttpContext context, string label)
    {
        var made = await handler.MakeRequestOptionsAsync(user: null, context);
        return new PasskeyQuestion(made.RequestOptionsJson, state.Write(Anyone, made.AssertionState ?? ""))
        {
            Label = label,
            Autofills = true,
        };
    }

    /// <summary>Asks for a passkey of an account; null if it has none.</summary>
    public async Task<PasskeyQuestion?> AskAsync(
        HttpContext context, long accountId, string label, CancellationToken cancellation)
    {
        if (!await passkeys.AnyAsync(accountId, cancellation))
            return null;
        var user = new Account
        {
            Id = accountId,
            PasskeyHandle = await passkeys.HandleAsync(accountId, cancellation),
        };
        var made = await handler.MakeRequestOptionsAsync(user, context);
        return new PasskeyQuestion(
            made.RequestOptionsJson, state.Write(Purpose("passkey of", accountId), made.AssertionState ?? ""))
        {
            Label = label,
        };
    }

    /// <summary>Asks the browser to make a passkey for an account.</summary>
    public async Task<PasskeyQuestion> OfferAsync(
        HttpContext context, FoundAccount account, string label, CancellationToken cancellation)
    {
        var handle = await passkeys.HandleAsync(account.Id, cancellation);
        var made = await handler.MakeCreationOptionsAsync(
            new PasskeyUserEntity { Id = handle, Name = account.Login, DisplayName = account.DisplayName }, context);

        // Identity names the site after its host.
        var named = JsonNode.Parse(made.CreationOptionsJson)!;
        named["rp"]!["name"] = options.Site.Name;
        return new PasskeyQuestion(
            named.ToJsonString(),
            state.Write(Purpose("new passkey of", account.Id), $"{handle}\n{made.AttestationState}"))
        {
            Label = label,
            IsNew = true,
        };
    }

    /// <summary>Checks the browser's answer in the form, and uses it up.</summary>
    /// <param name="accountId">The account that was asked about; null if anyone was.</param>
    /// <returns>The account, in any state, or what is wrong.</returns>
    public async Task<(FoundAccount? Account, Text? Problem)> CheckAsync(
        HttpContext context, long? accountId, CancellationToken cancellation)
    {
        var form = context.Request.Form;
        var purpose = accountId is { } asked ? Purpose("passkey of", asked) : Anyone;
        if (state.Read(purpose, form[StateField], Lifetime) is not { } question)
            return (null, TooLate);
        var result = await handler.PerformAssertionAsync(new PasskeyAssertionContext
        {
            HttpContext = context,
            CredentialJson = form[Field].ToString(),
            AssertionState = question,
        });
        if (StoreUnavailableException.IsBehind(result.Failure))
            throw result.Failure!;
        // A question from a node whose clock is ahead can be answered for longer than its lifetime here.
        if (!result.Succeeded
            || (accountId is not null && result.User.Id != accountId)
            || !await replays.TryUseAsync("passkey", question, clock.GetUtcNow() + (2 * Lifetime), cancellation)
            || !await passkeys.UseAsync(result.User.Id, result.Passkey, cancellation)
            || await accounts.FindAsync(result.User.Id, cancellation) is not { } account)
        {
            var caller = new SignInCaller(context.CallerAddress, DialectNames.Browser);
            events.Add(caller.Failed(accountId, "passkey"));
            return (null, Refused);
        }

        return (account, null);
    }

    /// <summary>Adds the passkey in the form to an account.</summary>
    /// <param name="name">A name that <see cref="Passkey.NormalName"/> returned.</param>
    /// <returns>What is wrong; null if the passkey was added.</returns>
    public async Task<Text?> AddAsync(
        HttpContext context, long accountId, string name, CancellationToken cancellation)
    {
        var form = context.Request.Form;
        if (state.Read(Purpose("new passkey of", accountId), form[NewStateField], Lifetime)?.Split('\n', 2)
            is not [var handle, var question])
            return TooLate;
        var result = await handler.PerformAttestationAsync(new PasskeyAttestationContext
        {
            HttpContext = context,
            CredentialJson = form[NewField].ToString(),
            AttestationState = question,
        });
        if (StoreUnavailableException.IsBehind(result.Failure))
            throw result.Failure!;
        if (!result.Succeeded
            || result.UserEntity.Id != handle
            || result.Passkey.CredentialId.Length > Passkey.MaxCredentialIdLength)
            return NotAdded;
        return await passkeys.AddAsync(
            accountId, handle, result.Passkey, name, context.CallerAddress, cancellation) switch
        {
            PasskeyAddition.Done => null,
            PasskeyAddition.TooMany => TooMany,
            _ => NotAdded,
        };
    }

    /// <summary>The problem of a person who has <see cref="Passkeys.MaxPasskeys"/> passkeys.</summary>
    public static readonly Text TooMany = new Text(
        "You have {0} passkeys. Remove one that you no longer use, and try again.", Passkeys.MaxPasskeys);

    private static readonly Text NotAdded = new Text("The passkey could not be added. Try again.");

    private static string Purpose(string what, long accountId) =>
        string.Create(CultureInfo.InvariantCulture, $"{what} {accountId}");
}
