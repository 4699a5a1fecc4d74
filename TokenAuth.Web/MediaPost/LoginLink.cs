using System.Net;
using TokenAuth.Kernel.Applications;
using TokenAuth.Kernel.Languages;
using TokenAuth.Kernel.Secrets;
using TokenAuth.Kernel.Sessions;

namespace TokenAuth.MediaPost;

/// <summary>What the links to the dialect's two consent pages share: the application, and the new handshake.</summary>
internal static class LoginLink
{
    public const string TokenName = "auth_token";

    /// <summary>What an allowed application may do. The dialect has no permissions.</summary>
    public static readonly Text Unlimited = new Text("act on your behalf without restrictions");

    /// <summary>Finds the application that a link names; null if none may send people here under that key.</summary>
    public static async ValueTask<Application?> FindAsync(
        ApplicationDirectory applications, IQueryCollection query, CancellationToken cancellation) =>
        (Last(query, "api_key") ?? Last(query, "apiKey")) is { } key
        && await applications.FindEnabledAsync(key, cancellation) is { Kind: not ApplicationKind.Service } application
            ? application
            : null;

    /// <summary>Returns the last non-empty value of a parameter, or null.</summary>
    public static string? Last(IQueryCollection query, string name) =>
        query[name].LastOrDefault(value => !string.IsNullOrEmpty(value));

    public static NewHandshake NewHandshake(
        Application application, TimeSpan openFor, TimeSpan? lifetime, bool slides, IPAddress caller) => new(
        MediaPostFeature.Dialect, RandomToken.Hex(MediaPostRequest.TokenDigits), application.Id, openFor,
        lifetime, slides, caller);
}
