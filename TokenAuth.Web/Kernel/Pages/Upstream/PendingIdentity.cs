using System.Text.Json;
using TokenAuth.Kernel.Accounts.Identities;
using TokenAuth.Kernel.Http;

namespace TokenAuth.Kernel.Pages.Upstream;

/// <summary>An identity that no account is linked to yet, and the path that the person continues to.</summary>
internal sealed record UnlinkedIdentity(UpstreamIdentity Identity, string? Return)
{
    public NewIdentity New => new(Identity.Issuer, Identity.Subject, Identity.Name);
}

/// <summary>
/// Remembers in a cookie, for ten minutes, that the person in this browser has proved an identity at the upstream
/// provider. It signs nobody in.
/// </summary>
internal sealed class PendingIdentity(ProtectedState state)
{
    private const string Name = "TokenAuth.Identity";

    private const string Purpose = "pending identity";

    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(10);

    private static readonly HostCookies Cookies = new();

    public void Begin(HttpContext context, UnlinkedIdentity identity) => Cookies.AppendResponseCookie(
        context, Name, state.Write(Purpose, JsonSerializer.Serialize(identity)), Options(context));

    /// <summary>Returns the identity; null if the person must sign in at the provider (again).</summary>
    public UnlinkedIdentity? Read(HttpContext context) =>
        state.Read(Purpose, Cookies.GetRequestCookie(context, Name), Lifetime) is { } text
            ? JsonSerializer.Deserialize<UnlinkedIdentity>(text)
            : null;

    /// <summary>Deletes the cookie.</summary>
    public static void End(HttpContext context) => Cookies.DeleteCookie(context, Name, Options(context));

    private static CookieOptions Options(HttpContext context) => new()
    {
        HttpOnly = true,
        SameSite = SameSiteMode.Lax,
        Secure = context.Request.IsHttps,
        Path = "/",
    };
}
