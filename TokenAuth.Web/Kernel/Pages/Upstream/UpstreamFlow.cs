using System.Text.Json;
using Microsoft.AspNetCore.Authentication;
using TokenAuth.Kernel.Http;
using TokenAuth.Kernel.Limits;
using TokenAuth.Kernel.Secrets;

namespace TokenAuth.Kernel.Pages.Upstream;

/// <summary>Why a person was sent to the upstream provider.</summary>
internal enum UpstreamPurpose
{
    SignIn,

    /// <summary>A signed-in person links an identity to the account.</summary>
    Link,

    /// <summary>A signed-in person proves again who they are (<see cref="FreshProof"/>).</summary>
    Prove,
}

/// <summary>One trip to the provider and back.</summary>
/// <param name="Return">The path that the person continues to.</param>
/// <param name="IsAgain">Tells whether the provider must ask the person for their proof, even if it knows them.</param>
/// <param name="SessionId">The browser's session at the beginning; null if nobody was signed in.</param>
/// <param name="Id">A random text that makes each trip different.</param>
/// <param name="Browser">The random text in the cookie of the browser that began it.</param>
internal sealed record UpstreamFlow(
    UpstreamPurpose Purpose, string? Return, bool IsAgain, long? SessionId, DateTimeOffset BegunAt, string Id,
    string Browser)
{
    private const string Key = "flow";

    /// <summary>Tells whether the person must have proved who they are after the beginning.</summary>
    public bool NeedsProof => IsAgain || Purpose == UpstreamPurpose.Prove;

    /// <summary>Writes it into the state that the handler encrypts.</summary>
    public void WriteTo(AuthenticationProperties properties) => properties.Items[Key] = JsonSerializer.Serialize(this);

    /// <summary>Reads it from the decrypted state; null if there is none.</summary>
    public static UpstreamFlow? Of(AuthenticationProperties? properties) =>
        properties?.Items.TryGetValue(Key, out var text) == true && text is not null
            ? JsonSerializer.Deserialize<UpstreamFlow>(text)
            : null;
}

/// <summary>
/// Begins trips to the provider, and lets each one end once, within fifteen minutes, in the browser that began it. The
/// cookie has the prefix <c>__Host-</c> on https, so no neighbouring site can put its own into the browser.
/// </summary>
internal sealed class UpstreamFlows(ProtectedState state, ReplayGuard replays, TimeProvider clock)
{
    private const string Name = "TokenAuth.Upstream";

    private const string Purpose = "upstream browser";

    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(15);

    private static readonly TimeSpan CookieLifetime = TimeSpan.FromDays(1);

    private static readonly HostCookies Cookies = new();

    public UpstreamFlow Begin(HttpContext context, UpstreamPurpose purpose, string? back, bool isAgain)
    {
        // Several tabs share the cookie.
        var browser = Browser(context) ?? RandomToken.Hex(32);
        Cookies.AppendResponseCookie(context, Name, state.Write(Purpose, browser), new CookieOptions
        {
            HttpOnly = true,
            SameSite = SameSiteMode.Lax,
            Secure = context.Request.IsHttps,
            Path = "/",
        });
        return new UpstreamFlow(
            purpose, back, isAgain, context.User.SessionId, clock.GetUtcNow(), RandomToken.Hex(32), browser);
    }

    /// <summary>Uses up a trip. Returns why it cannot be used, or null if it can.</summary>
    public async Task<string?> UseAsync(HttpContext context, UpstreamFlow? flow)
    {
        if (flow is null || (clock.GetUtcNow() - flow.BegunAt).Duration() >= Lifetime)
            return "it began too long ago";
        if (Browser(context) != flow.Browser
            || (flow.Purpose != UpstreamPurpose.SignIn && context.User.SessionId != flow.SessionId))
            return "it began in another browser or session";
        return await replays.TryUseAsync(Purpose, flow.Id, flow.BegunAt + Lifetime, context.RequestAborted)
            ? null : "it has ended before";
    }

    private string? Browser(HttpContext context) =>
        state.Read(Purpose, Cookies.GetRequestCookie(context, Name), CookieLifetime);
}
