using System.Net;
using TokenAuth.Kernel.Configuration;
using TokenAuth.Kernel.Faults;

namespace TokenAuth.Kernel.Calls;

/// <summary>
/// Enforces <c>TokenAuth:RequireHttpsForPasswords</c>, which refuses passwords, API keys of accounts and application
/// secrets in clear over plain http. The scheme is that of the caller, which a configured proxy forwards.
/// </summary>
internal sealed partial class PasswordTransport(TokenAuthOptions options, ILogger<PasswordTransport> logger)
{
    /// <summary>Checks whether a request must be refused.</summary>
    public bool Refuses(HttpRequest request) => options.RequireHttpsForPasswords && !request.IsHttps;

    /// <summary>
    /// Returns <see cref="FaultKind.HttpsRequired"/> if a call must be refused, otherwise null. Call it before looking
    /// up or counting anything.
    /// </summary>
    public Fault? Check(Call call) => Refuses(call.Request) ? FaultKind.HttpsRequired : null;

    /// <summary>Warns the operator at start if passwords can cross an open network in clear.</summary>
    /// <param name="addresses">The addresses that the server listens on.</param>
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
