using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace TokenAuth.Demo;

/// <summary>A request of the demo application, and the server's answer.</summary>
/// <param name="Request">The first line and the body of the request.</param>
/// <param name="Status">The status of the answer, such as <c>200 OK</c>.</param>
internal sealed record Exchange(string Title, string Request, string Status, string Answer)
{
    /// <summary>Returns the text of an element of the answer; null if it has none.</summary>
    public string? Element(string name)
    {
        var (start, end) = ($"<{name}>", $"</{name}>");
        var at = Answer.IndexOf(start, StringComparison.Ordinal);
        return at >= 0 && Answer.IndexOf(end, at, StringComparison.Ordinal) is > 0 and var stop
            ? Answer[(at + start.Length)..stop]
            : null;
    }
}

/// <summary>Calls MediaPost's methods over http, as a client of 2008 would.</summary>
internal sealed class DemoClient(IServer server) : IDisposable
{
    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(10) };

    /// <summary>The server's http address; null if it listens on https only.</summary>
    public Uri? Address => server.Features.Get<IServerAddressesFeature>()?.Addresses
        .Where(address => address.StartsWith("http://", StringComparison.Ordinal))
        .Select(address => BindingAddress.Parse(address))
        .Select(address => new UriBuilder("http", "localhost", address.Port).Uri)
        .FirstOrDefault();

    /// <summary>Calls a method, signed with the application's secret.</summary>
    public async Task<Exchange> CallAsync(
        DemoKeys keys, string method, IEnumerable<(string Name, string Value)> arguments,
        CancellationToken cancellation)
    {
        var parameters = arguments.Append(("api_key", keys.ApiKey)).Append(("method", method)).ToList();
        parameters.Add(("sig", Sign(parameters, keys.Secret)));
        var form = string.Join(
            '&', parameters.Select(parameter => $"{parameter.Item1}={Uri.EscapeDataString(parameter.Item2)}"));
        if (Address is not { } address)
        {
            return new Exchange(
                method, "", "", "The server has no http address: start it with --urls http://localhost:5080");
        }

        using var content = new StringContent(form, Encoding.UTF8, "application/x-www-form-urlencoded");
        using var answer = await _http.PostAsync(new Uri(address, "/api.php"), content, cancellation);
        return new Exchange(
            method,
            $"POST {address}api.php\n{form.Replace("&", "\n&", StringComparison.Ordinal)}",
            $"{(int)answer.StatusCode} {answer.ReasonPhrase}",
            await answer.Content.ReadAsStringAsync(cancellation));
    }

    public void Dispose() => _http.Dispose();

    /// <summary>Signs as MediaPost's documentation says: sorted names and values, then the secret, in MD5.</summary>
    private static string Sign(IEnumerable<(string Name, string Value)> parameters, string secret)
    {
        var text = string.Concat(
            parameters.OrderBy(parameter => parameter.Name, StringComparer.Ordinal)
                .Select(parameter => $"{parameter.Name}={parameter.Value}"));
        return Convert.ToHexStringLower(MD5.HashData(Encoding.UTF8.GetBytes(text + secret)));
    }
}
