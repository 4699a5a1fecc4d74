using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Filters;
using TokenAuth.Kernel.Http;
using TokenAuth.Kernel.Pages;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace TokenAuth.OpenId;

/// <summary>
/// Has OpenIddict read and check the request of a page first. A page that applications may send forms to gets them as
/// links, because the browser sends no cookie with the forms of other sites.
/// </summary>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class OpenIdPageAttribute : Attribute, IAsyncAuthorizationFilter, IOrderedFilter
{
    /// <summary>Runs before the guard, which refuses the forms of other sites.</summary>
    public int Order => PageGuard.FilterOrder - 1;

    public async Task OnAuthorizationAsync(AuthorizationFilterContext context)
    {
        var http = context.HttpContext;
        var server = http.RequestServices.GetRequiredService<OpenIdServer>();
        if (!server.Serves(http.Request))
        {
            context.Result = new NotFoundResult();
            return;
        }

        var url = http.RequestServices.GetRequiredService<ServerUrl>();
        if (HttpMethods.IsPost(http.Request.Method) && !RequestOrigin.IsOurs(http.Request, url))
        {
            // A secret does not belong here, and even less into an address.
            var query = QueryString.Create(http.Request.Form.Where(field => field.Key != Parameters.ClientSecret));
            http.Response.StatusCode = StatusCodes.Status303SeeOther;
            http.Response.Headers.Location = http.Request.Path + query.ToUriComponent();
            context.Result = new EmptyResult();
            return;
        }

        if (await server.AnswersAsync(http))
            context.Result = new EmptyResult();
    }
}
