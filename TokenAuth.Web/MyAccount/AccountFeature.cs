using TokenAuth.Kernel.Http;

namespace TokenAuth.MyAccount;

/// <summary>
/// A person's own pages below <c>/account</c>: profile, applications, activity, API keys, password, the download of the
/// data, closing the account and keeping it. Owns their forms; what they read and change belongs to the kernel.
/// </summary>
internal static class AccountFeature
{
    public static void MapAccount(this IEndpointRouteBuilder routes) =>
        routes.MapReading("/", () => Results.LocalRedirect("/account"));
}
