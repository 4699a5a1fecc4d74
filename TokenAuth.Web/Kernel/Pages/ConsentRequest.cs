using TokenAuth.Kernel.Applications;
using TokenAuth.Kernel.Sessions;

namespace TokenAuth.Kernel.Pages;

/// <summary>A valid link with which an application sent a person to the consent page.</summary>
/// <param name="Handshake">The handshake in the link. If null, one is created when the person consents.</param>
/// <param name="Token">The text of the handshake.</param>
/// <param name="Callback">The registered callback that the browser goes to afterwards; null if it stays here.</param>
/// <param name="CallbackSuffix">The link's addition to the callback.</param>
/// <param name="TokenName">The name of the callback's parameter for the token.</param>
/// <param name="RequestedPermissions">The requested permissions as stored; empty if the dialect has none.</param>
internal sealed record ConsentRequest(
    Application Application,
    OpenHandshake? Handshake,
    string? Token,
    string? Callback,
    string? CallbackSuffix,
    string TokenName,
    string RequestedPermissions = "")
{
    /// <summary>
    /// The verifier, which the callback receives with the token and the exchange requires; null if there is none.
    /// </summary>
    public string? Verifier { get; init; }

    /// <summary>
    /// Returns the callback with the link's addition and the dialect's parameters; null without a callback.
    /// </summary>
    public string? CallbackWith(params IReadOnlyList<(string Name, string Value)> answers) =>
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
