using System.Net;
using Microsoft.Extensions.Primitives;
using TokenAuth.Kernel.Applications;
using TokenAuth.Kernel.Languages;
using TokenAuth.Kernel.Limits;
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

    /// <summary>
    /// What the application may do, in words that follow "It can:"; empty if it only learns who the person is.
    /// </summary>
    public IReadOnlyList<Text> Permissions { get; init; } = [];

    /// <summary>The next step after a consent, if the browser does not go back to the application.</summary>
    public Text? Afterwards { get; init; }

    /// <summary>The form's name, which old clients look for.</summary>
    public string? FormName { get; init; }

    /// <summary>The form's hidden fields, which old clients look for.</summary>
    public IReadOnlyList<(string Name, string Value)> Hidden { get; init; } = [];

    /// <summary>
    /// Tells whether a form without a decision consents. Old clients post the hidden fields without a button.
    /// </summary>
    public bool ConsentsByDefault { get; init; }

    /// <summary>
    /// The host that the browser goes back to, in words; the scheme if a program has registered it; null if the browser
    /// stays here.
    /// </summary>
    public string? CallbackHost => Callback is not { } callback ? null
        : new Uri(callback) is { Scheme: "http" or "https", Authority: var host } ? host
        : new Uri(callback).Scheme;

    /// <summary>
    /// The address from which the person's program opened the handshake; null if there is no handshake, or the server
    /// of a web application opened it, whose address tells nothing about the person.
    /// </summary>
    public string? OpenedFrom => Application.Kind == ApplicationKind.Desktop ? Handshake?.OpenedFrom : null;

    /// <summary>Tells whether the handshake was opened in another place than the person's.</summary>
    public bool IsFromElsewhere =>
        IPAddress.TryParse(OpenedFrom, out var opened) && ClientPlaces.Differ(opened, Created.OpenedFrom);

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
        new Text("Not allowed"),
        new Text("{0} cannot sign in as you.", Application.Name),
        new Text("You can close this window."))
    {
        Onward = Denial is null && Application.Callback is { } callback ? BackTo(callback, callback) : null,
    };

    /// <summary>Returns the link back to an application, which names its host.</summary>
    public static (Text, string) BackTo(string callback, string address) =>
        (new Text("Back to {0}", new Uri(callback).Authority), address);

    private string? CallbackWith(IReadOnlyList<(string Name, string Value)> answers) =>
        Callback is { } registered ? CallbackUrl.With(registered, CallbackSuffix, answers) : null;
}

/// <summary>What a dialect read from a link: either the question, or the problem with the link.</summary>
internal readonly record struct LinkReading(ConsentRequest? Link, Text? Problem)
{
    public static implicit operator LinkReading(ConsentRequest link) => new(link, Problem: null);

    public static implicit operator LinkReading(Text problem) => new(Link: null, problem);
}

/// <summary>The problems of invalid links, in words for the person who followed one.</summary>
internal static class LinkProblem
{
    public static readonly Text NoApplication = new Text(
        "The application in this link is not registered here, or it has been disabled. Go back to the application and "
            + "contact its makers.");

    public static readonly Text Spent = new Text(
        "This link was already used, or it has expired. If you have just allowed the application, go back to it. "
            + "Otherwise start again from the application.");

    /// <summary>Returns the problem of a link without its token.</summary>
    /// <param name="token">The dialect's word for the token.</param>
    public static Text Lacks(string token) =>
        new Text("This link is incomplete: its {0} is missing. Start again from the application.", token);
}
