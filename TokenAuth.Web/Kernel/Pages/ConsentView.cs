using System.Net;
using TokenAuth.Kernel.Sessions;

namespace TokenAuth.Kernel.Pages;

/// <summary>What a person is told before saying yes; the partial page <c>_Consent</c> shows it.</summary>
/// <param name="OpenedAt">
/// Where and when the handshake was opened: the person should have started it a moment ago. Null where the person came
/// without one.
/// </param>
/// <param name="OffersRememberMe">Whether the person may choose a session without end.</param>
internal sealed record ConsentView(string ApplicationName, string? CallbackHost, OpenHandshake? OpenedAt, bool FromElsewhere, bool OffersRememberMe)
{
    /// <summary>What the application may do, a sentence each, where the dialect has permissions.</summary>
    public IReadOnlyList<string> Permissions { get; init; } = [];

    /// <summary>What follows a yes, where the browser does not go back to the application.</summary>
    public string? Afterwards { get; init; }

    /// <summary>The form's name, and what it sends along hidden, where old clients look for them.</summary>
    public string? FormName { get; init; }

    public IReadOnlyList<KeyValuePair<string, string>> Hidden { get; init; } = [];

    public static ConsentView Of(ConsentRequest link, IPAddress caller, bool offersKeep) => new(
        link.Application.Name,
        link.Callback is { } callback ? new Uri(callback).Authority : null,
        link.Handshake,
        link.Handshake is { } started && started.OpenedFrom != caller.ToString(),
        offersKeep);
}
