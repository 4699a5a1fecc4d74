using System.Net;
using TokenAuth.Kernel.Sessions;

namespace TokenAuth.Kernel.Pages;

/// <summary>The question to a person for their consent. The partial page <c>_Consent</c> shows it.</summary>
/// <param name="OpenedAt">
/// The link's handshake, with the time and address of its opening, so that the person can tell whether they started it.
/// Null if the link has none.
/// </param>
/// <param name="FromElsewhere">Tells whether the handshake was opened from another address than the person's.</param>
/// <param name="OffersRememberMe">Tells whether the person may choose a session without end.</param>
internal sealed record ConsentView(
    string ApplicationName, string? CallbackHost, OpenHandshake? OpenedAt, bool FromElsewhere, bool OffersRememberMe)
{
    /// <summary>The requested permissions, in words; empty if the dialect has none.</summary>
    public IReadOnlyList<string> Permissions { get; init; } = [];

    /// <summary>The next step after a consent, if the browser does not go back to the application.</summary>
    public string? Afterwards { get; init; }

    /// <summary>The form's name, which old clients look for.</summary>
    public string? FormName { get; init; }

    /// <summary>The form's hidden fields, which old clients look for.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Hidden { get; init; } = [];

    /// <summary>Creates the question for a link.</summary>
    public static ConsentView Of(ConsentRequest link, IPAddress caller, bool offersRememberMe) => new(
        link.Application.Name,
        link.Callback is { } callback ? new Uri(callback).Authority : null,
        link.Handshake,
        link.Handshake is { } open && open.OpenedFrom != caller.ToString(),
        offersRememberMe);
}
