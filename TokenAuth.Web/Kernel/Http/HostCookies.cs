using Microsoft.AspNetCore.Authentication.Cookies;

namespace TokenAuth.Kernel.Http;

/// <summary>
/// Names cookies with the prefix <c>__Host-</c> on https, where browsers then hold them to this host alone. On plain http
/// browsers refuse that prefix, and the login script must work there, too.
/// </summary>
internal sealed class HostCookies : ICookieManager
{
    public const string Prefix = "__Host-";

    private readonly ChunkingCookieManager _inner = new();

    public string? GetRequestCookie(HttpContext context, string key) => _inner.GetRequestCookie(context, Name(context, key));

    public void AppendResponseCookie(HttpContext context, string key, string? value, CookieOptions options) =>
        _inner.AppendResponseCookie(context, Name(context, key), value, options);

    public void DeleteCookie(HttpContext context, string key, CookieOptions options) =>
        _inner.DeleteCookie(context, Name(context, key), options);

    private static string Name(HttpContext context, string key) => context.Request.IsHttps ? Prefix + key : key;
}
