using System.Net;
using TokenAuth.Kernel.Configuration;
using TokenAuth.Kernel.Faults;

namespace TokenAuth.Kernel.Calls;

/// <summary>
/// Whether a password may come the way that it came. <c>TokenAuth:RequireHttpsForPasswords</c> refuses passwords, API
/// keys of accounts and application secrets that are sent in clear over plain http, as the caller saw it.
/// </summary>
internal sealed partial class PasswordTransport(TokenAuthOptions options, ILogger<PasswordTransport> logger)
{
    public bool Refuses(HttpRequest request) => options.RequireHttpsForPasswords && !request.IsHttps;

    /// <summary>
    /// <see cref="FaultKind.HttpsRequired"/>, before anything is looked up or counted; null where all is well.
    /// </summary>
    public Fault? Check(Call call) => Refuses(call.Request) ? FaultKind.HttpsRequired : null;

    /// <summary>Tells the operator once that passwords can cross an open network.</summary>
    /// <param name="addresses">Where the server listens.</param>
    public void WarnOfPlainHttp(IEnumerable<string> addresses)
    {
        if (!options.RequireHttpsForPasswords && addresses.Where(IsOpen).ToList() is { Count: > 0 } open)
            LogOpen(string.Join(", ", open));
    }

    private static bool IsOpen(string address)
    {
        var binding = BindingAddress.Parse(address);
        return binding.Scheme == Uri.UriSchemeHttp && !binding.IsUnixPipe && !binding.IsNamedPipe
            && binding.Host != "localhost"
            && !(IPAddress.TryParse(binding.Host, out var ip) && IPAddress.IsLoopback(ip));
    }

    [LoggerMessage(
        LogLevel.Warning,
        "Passwords can cross the network in clear: plain http is open at {Addresses}. "
            + "TokenAuth:RequireHttpsForPasswords refuses them there")]
    private partial void LogOpen(string addresses);
}
