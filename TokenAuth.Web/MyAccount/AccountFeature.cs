using TokenAuth.Kernel.Http;

namespace TokenAuth.MyAccount;

/// <summary>
/// A person's own pages. <c>/account</c> lists the person's sessions and authorised applications and ends them.
/// </summary>
internal static class AccountFeature
{
    public static void MapAccount(this IEndpointRouteBuilder routes) =>
        routes.MapReading("/", () => Results.LocalRedirect("/account"));
}
