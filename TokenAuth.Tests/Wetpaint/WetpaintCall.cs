using System.Security.Cryptography;
using System.Text;
using TokenAuth.Tests.World;

namespace TokenAuth.Tests.Wetpaint;

/// <summary>
/// A call as a developer's server makes it: the documented parameters, then the changes that a test makes.
/// </summary>
internal sealed record WetpaintCall
{
    private readonly List<KeyValuePair<string, string>> _parameters;

    /// <param name="now">The time of the developer's clock.</param>
    /// <param name="changed">
    /// Sets or adds a parameter; null omits it. The signature is computed afterwards, unless it is given.
    /// </param>
    public WetpaintCall(
        App application, string ns, DateTimeOffset now, string userId, params (string Name, string? Value)[] changed)
    {
        var values = new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["output"] = "api",
            ["key"] = application.ApiKey,
            ["ns"] = ns,
            ["cred.ts"] = now.ToUnixTimeSeconds().ToString(),
            ["cred.sig"] = "",
            ["user.userId"] = userId,
            ["user.email"] = "someone@example.test",
            ["user.emailOptIn"] = "true",
        };
        foreach (var (name, value) in changed)
            values[name] = value;
        if (values["cred.sig"] is { Length: 0 } && !changed.Any(one => one.Name == "cred.sig"))
            values["cred.sig"] = Sign(values["key"] + values["user.userId"] + values["cred.ts"], application.Secret);
        _parameters =
        [
            .. values.Where(pair => pair.Value is not null).Select(pair => KeyValuePair.Create(pair.Key, pair.Value!)),
        ];
    }

    public string Path { get; init; } = "/UserService/login.do";

    public IReadOnlyList<KeyValuePair<string, string>> Parameters => _parameters;

    public string this[string name] => _parameters.Find(pair => pair.Key == name).Value;

    public string Urlencoded =>
        string.Join('&', _parameters.Select(pair => $"{pair.Key}={Uri.EscapeDataString(pair.Value)}"));

    /// <summary>PHP's <c>hash_hmac('sha1', $data, $secret)</c>.</summary>
    public static string Sign(string data, string secret) =>
        Convert.ToHexStringLower(HMACSHA1.HashData(Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes(data)));
}
