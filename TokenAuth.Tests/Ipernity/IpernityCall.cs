using System.Security.Cryptography;
using System.Text;
using TokenAuth.Tests.World;

namespace TokenAuth.Tests.Ipernity;

/// <summary>The endpoint that a call is sent to, and its envelope.</summary>
public enum Entrance
{
    Rest,
    Soap,
    XmlRpc,
}

/// <summary>A call as an application makes it, signed with its secret unless a test overrides that.</summary>
/// <param name="Application">The application whose API key is sent. Null sends no key.</param>
/// <param name="Method">Null sends no method, which only envelopes can do.</param>
/// <param name="Parameters">The parameters besides key and signature.</param>
internal sealed record IpernityCall(App? Application, string? Method, params (string Name, string Value)[] Parameters)
{
    public Entrance Entrance { get; init; }

    /// <summary>The text after the method, or after the envelope's name, in the address. Null adds nothing.</summary>
    public string? Format { get; init; }

    public bool Secure { get; init; }

    /// <summary>Sent instead of the correct signature.</summary>
    public string? Signature { get; init; }

    public bool Unsigned { get; init; }

    public string Path => Entrance switch
    {
        Entrance.Soap => "/api/soap",
        Entrance.XmlRpc => "/api/xmlrpc",
        _ => "/api/" + Method,
    } + (Format is null ? "" : "/" + Format);

    /// <summary>The pairs in the order in which they are sent, with the signature last.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Pairs
    {
        get
        {
            List<KeyValuePair<string, string>> pairs = Application is null ? [] : [new("api_key", Application.ApiKey)];
            pairs.AddRange(
                Parameters.Select(parameter => new KeyValuePair<string, string>(parameter.Name, parameter.Value)));
            if (!Unsigned)
                pairs.Add(new("api_sig", Signature ?? Sign(pairs, Method, Application?.Secret ?? "")));
            return pairs;
        }
    }

    public IpernityCall With(params (string Name, string Value)[] more) =>
        this with { Parameters = [.. Parameters, .. more] };

    /// <summary>
    /// The signature base string without the secret: pairs sorted by name in byte order and joined without separators,
    /// then the method.
    /// </summary>
    public static string Joined(IEnumerable<KeyValuePair<string, string>> parameters, string? method) =>
        string.Concat(
            parameters.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => pair.Key + pair.Value))
            + method;

    public static string Sign(IEnumerable<KeyValuePair<string, string>> parameters, string? method, string secret) =>
        Convert.ToHexStringLower(MD5.HashData(Encoding.UTF8.GetBytes(Joined(parameters, method) + secret)));
}
