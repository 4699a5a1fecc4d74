using Microsoft.AspNetCore.Authentication.Cookies;

namespace TokenAuth.Kernel.Http;

/// <summary>
/// Adds the prefix <c>__Host-</c> to the names of cookies on https, so that browsers accept them from this host only.
/// On plain http, where the login script must work as well, there is no prefix, because browsers refuse it there.
/// </summary>
internal sealed class HostCookies : ICookieManager
{
    public const string Prefix = "__Host-";

    private readonly ChunkingCookieManager _inner = new();

    public string? GetRequestCookie(HttpContext context, string key) =>
        _inner.GetRequestCookie(context, Name(context, key));

    public void AppendResponseCookie(HttpContext context, string key, string? value, CookieOptions options) =>
        _inner.AppendResponseCookie(context, Name(context, key), value, options);

    public void DeleteCookie(HttpContext context, string key, CookieOptions options) =>
        _inner.DeleteCookie(context, Name(context, key), options);

    private static string Name(HttpContext context, string key) => context.Request.IsHttps ? Prefix + key : key;
}
