using System.Net;
using TokenAuth.Kernel.Hosting;
using TokenAuth.Kernel.Tokens;

namespace TokenAuth.Kernel.Pages;

/// <summary>What a person is told before saying yes; the partial page <c>_Consent</c> shows it.</summary>
/// <param name="Started">
/// Where and when the handshake was opened: the person should have started it a moment ago. Null where the person came
/// without one.
/// </param>
/// <param name="OffersKeep">Whether the person may choose a session without end.</param>
internal sealed record ConsentView(string ApplicationName, string? CallbackHost, OpenHandshake? Started, bool FromElsewhere, bool OffersKeep)
{
    /// <summary>What the application may do, a sentence each, where the dialect has permissions.</summary>
    public IReadOnlyList<string> Permissions { get; init; } = [];

    /// <summary>The form's name, and what it sends along hidden, where old clients look for them.</summary>
    public string? FormName { get; init; }

    public IReadOnlyList<KeyValuePair<string, string>> Hidden { get; init; } = [];

    /// <param name="callback">Where the browser goes afterwards; null where it stays here.</param>
    public static ConsentView Of(string applicationName, string? callback, OpenHandshake? started, HttpContext context, bool offersKeep) => new(
        applicationName,
        callback is not null ? new Uri(callback).Authority : null,
        started,
        started is not null && started.OpenedFrom != Call.Plain(context.Connection.RemoteIpAddress).ToString(),
        offersKeep);
}
