using Microsoft.Extensions.Primitives;
using TokenAuth.Kernel.Applications;
using TokenAuth.Kernel.Sessions;

namespace TokenAuth.Kernel.Pages;

/// <summary>
/// A valid link with which an application sends a person to the consent page: the question, and what follows each
/// answer. The partial page <c>_Consent</c> shows it.
/// </summary>
/// <param name="Handshake">The handshake in the link; null if it has none.</param>
/// <param name="Created">
/// The handshake for a link without one. Its permissions and its sliding also count for a handshake in the link.
/// </param>
/// <param name="Callback">The registered callback that the browser goes to afterwards; null if it stays here.</param>
/// <param name="TokenName">The name of the callback's parameter for the token.</param>
/// <param name="Done">The message after a consent, if the browser stays here.</param>
internal sealed record ConsentRequest(
    Application Application, OpenHandshake? Handshake, NewHandshake Created, string? Callback, string TokenName,
    Message Done)
{
    /// <summary>The link's addition to the callback.</summary>
    public string? CallbackSuffix { get; init; }

    /// <summary>
    /// The callback's parameter that the exchange must present besides the token; null if there is none.
    /// </summary>
    public (string Name, string Value)? Verifier { get; init; }

    /// <summary>
    /// The callback's parameters after a denial; null if the browser stays here, with a link back to the application.
    /// </summary>
    public IReadOnlyList<(string Name, string Value)>? Denial { get; init; }

    /// <summary>
    /// Decides whether the permissions of an earlier consent cover the link, so that the person need not be asked. Null
    /// if the person is always asked.
    /// </summary>
    public Func<string, bool>? IsCoveredBy { get; init; }

    /// <summary>
    /// The path to come back to, if the link forces a signed-in person to sign in again; null if it does not.
    /// </summary>
    public string? ForcedSignInReturn { get; init; }

    /// <summary>Tells whether the person may choose a session without end.</summary>
    public bool OffersRememberMe { get; init; }

    /// <summary>The requested permissions, in words; empty if the dialect has none.</summary>
    public IReadOnlyList<string> Permissions { get; init; } = [];

    /// <summary>The next step after a consent, if the browser does not go back to the application.</summary>
    public string? Afterwards { get; init; }

    /// <summary>The form's name, which old clients look for.</summary>
    public string? FormName { get; init; }

    /// <summary>The form's hidden fields, which old clients look for.</summary>
    public IReadOnlyList<(string Name, string Value)> Hidden { get; init; } = [];

    /// <summary>
    /// Tells whether a form without a decision consents. Old clients post the hidden fields without a button.
    /// </summary>
    public bool ConsentsByDefault { get; init; }

    /// <summary>The host that the browser goes back to, in words; null if it stays here.</summary>
    public string? CallbackHost => Callback is { } callback ? new Uri(callback).Authority : null;

    /// <summary>Tells whether the link's handshake was opened from another address than the person's.</summary>
    public bool IsFromElsewhere => Handshake is { } open && open.OpenedFrom != Created.OpenedFrom.ToString();

    /// <summary>Checks whether the person consents.</summary>
    /// <param name="decision">
    /// All values of the form's field <c>decision</c>. Hidden fields may repeat the link, so a <c>decision</c> in the
    /// link must not override the person's deny.
    /// </param>
    public bool Accepts(StringValues decision) => ConsentsByDefault
        ? !decision.Contains("deny", StringComparer.Ordinal)
        : decision.FirstOrDefault() == "allow";

    /// <summary>Returns the address to go to after a consent; null if the browser stays here.</summary>
    public string? AddressAfterConsent(string token) => CallbackWith(
        Verifier is { } verifier ? [(TokenName, token), verifier] : [(TokenName, token)]);

    /// <summary>Returns the address to go to after a denial; null if the browser stays here.</summary>
    public string? AddressAfterDenial => Denial is { } denial ? CallbackWith(denial) : null;

    /// <summary>The message after a denial, if the browser stays here.</summary>
    public Message Denied => new(
        "Not allowed",
        $"{Application.Name} was not allowed to sign in as you.",
        "You may close this window.")
    {
        Onward = Denial is null && Application.Callback is { } callback
            ? ($"Back to {new Uri(callback).Authority}", callback)
            : null,
    };

    private string? CallbackWith(IReadOnlyList<(string Name, string Value)> answers) =>
        Callback is { } registered ? CallbackUrl.With(registered, CallbackSuffix, answers) : null;
}

/// <summary>The problems of invalid links, in words for the person who followed one.</summary>
internal static class LinkProblem
{
    public const string NoApplication =
        "No application is known under the key in this link, or it has been switched off. Go back to the application "
        + "and ask its makers.";

    public const string Spent =
        "This link was used already, or it is too old. If you have just allowed the application, go back to it. "
        + "Otherwise start again from the application.";

    /// <summary>Returns the problem of a link without its token.</summary>
    /// <param name="token">The dialect's word for the token.</param>
    public static string Lacks(string token) =>
        $"This link lacks the {token} that the application should have put into it. Start again from the application.";
}
