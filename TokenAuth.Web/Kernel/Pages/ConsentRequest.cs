using TokenAuth.Kernel.Applications;
using TokenAuth.Kernel.Sessions;

namespace TokenAuth.Kernel.Pages;

/// <summary>A link that is in order, which an application has sent a person here with.</summary>
/// <param name="Handshake">The handshake that the link brought, or null: then one is made when the person says yes.</param>
/// <param name="Token">Its text.</param>
/// <param name="Callback">The registered callback that the browser goes to afterwards; null where it stays here.</param>
/// <param name="CallbackSuffix">What the link adds to the callback.</param>
/// <param name="TokenName">Under which name the callback gets the token.</param>
/// <param name="RequestedPermissions">The permissions asked for, as they are stored; empty where the dialect has none.</param>
internal sealed record ConsentRequest(
    Application Application, OpenHandshake? Handshake, string? Token, string? Callback, string? CallbackSuffix, string TokenName, string RequestedPermissions = "")
{
    /// <summary>
    /// A secret that goes to the callback with the token, and that the exchange must bring; null where there is none.
    /// </summary>
    public string? Verifier { get; init; }

    /// <summary>The callback with what the link adds and these parameters of the dialect's; null where there is none.</summary>
    public string? CallbackWith(params IReadOnlyList<(string Name, string Value)> answers) =>
        Callback is { } registered ? CallbackUrl.With(registered, CallbackSuffix, answers) : null;
}

/// <summary>Why a link is not in order, for the person who has followed it.</summary>
internal static class LinkProblem
{
    public const string NoApplication = "No application is known under the key in this link, or it has been switched off. Go back to the application and ask its makers.";

    public const string Spent = "This link was used already, or it is too old. If you have just allowed the application, go back to it. Otherwise start again from the application.";

    public static string Lacks(string token) => $"This link lacks the {token} that the application should have put into it. Start again from the application.";
}
