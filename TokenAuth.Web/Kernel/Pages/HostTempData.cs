using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.ViewFeatures;
using Microsoft.AspNetCore.Mvc.ViewFeatures.Infrastructure;
using Microsoft.Extensions.Options;
using TokenAuth.Kernel.Http;

namespace TokenAuth.Kernel.Pages;

/// <summary>
/// Stores the data that one page leaves for the next in a cookie named as by <see cref="HostCookies"/>.
/// </summary>
internal sealed class HostTempData(
    IDataProtectionProvider protection, ILoggerFactory logs, TempDataSerializer serializer)
    : ITempDataProvider
{
    private const string CookieName = "TokenAuth.Notice";

    private readonly CookieTempDataProvider _plain = Create(
        protection, logs, serializer, CookieName, CookieSecurePolicy.None);
    private readonly CookieTempDataProvider _secure =
        Create(protection, logs, serializer, HostCookies.Prefix + CookieName, CookieSecurePolicy.Always);

    public IDictionary<string, object> LoadTempData(HttpContext context) => For(context).LoadTempData(context);

    /// <summary>Saves the data. The framework would delete a cookie that the browser does not have.</summary>
    public void SaveTempData(HttpContext context, IDictionary<string, object> values)
    {
        var name = context.Request.IsHttps ? HostCookies.Prefix + CookieName : CookieName;
        if (values.Count > 0 || context.Request.Cookies.ContainsKey(name))
            For(context).SaveTempData(context, values);
    }

    private CookieTempDataProvider For(HttpContext context) => context.Request.IsHttps ? _secure : _plain;

    private static CookieTempDataProvider Create(
        IDataProtectionProvider protection, ILoggerFactory logs, TempDataSerializer serializer, string cookieName,
        CookieSecurePolicy policy)
    {
        var options = new CookieTempDataProviderOptions();
        options.Cookie.Name = cookieName;
        options.Cookie.SecurePolicy = policy;
        return new CookieTempDataProvider(protection, logs, Options.Create(options), serializer);
    }
}
