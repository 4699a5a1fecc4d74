using System.Security.Cryptography;
using System.Text;
using TokenAuth.Tests.World;

namespace TokenAuth.Tests.Ipernity;

/// <summary>Where a call is sent, and in what envelope.</summary>
public enum Entrance
{
    Rest,
    Soap,
    XmlRpc,
}

/// <summary>A call as an application makes it: signed with its secret unless something else is said.</summary>
/// <param name="Application">Whose API key is sent; null: none is.</param>
/// <param name="Method">Null: none is named, which envelopes only can do.</param>
/// <param name="Parameters">What is sent besides key and signature.</param>
internal sealed record IpernityCall(App? Application, string? Method, params (string Name, string Value)[] Parameters)
{
    public Entrance Entrance { get; init; }

    /// <summary>What follows the method, or the envelope's name, in the address; null: nothing.</summary>
    public string? Format { get; init; }

    public bool Secure { get; init; }

    /// <summary>Sent in the place of the right one.</summary>
    public string? Signature { get; init; }

    public bool Unsigned { get; init; }

    public string Path => Entrance switch
    {
        Entrance.Soap => "/api/soap",
        Entrance.XmlRpc => "/api/xmlrpc",
        _ => "/api/" + Method,
    } + (Format is null ? "" : "/" + Format);

    /// <summary>What is sent, in order, the signature last.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Pairs
    {
        get
        {
            List<KeyValuePair<string, string>> pairs = Application is null ? [] : [new("api_key", Application.ApiKey)];
            pairs.AddRange(Parameters.Select(parameter => new KeyValuePair<string, string>(parameter.Name, parameter.Value)));
            if (!Unsigned)
                pairs.Add(new("api_sig", Signature ?? Sign(pairs, Method, Application?.Secret ?? "")));
            return pairs;
        }
    }

    public IpernityCall With(params (string Name, string Value)[] more) => this with { Parameters = [.. Parameters, .. more] };

    /// <summary>Sorted by name, byte order, joined without separators, then the method: what stands before the secret.</summary>
    public static string Joined(IEnumerable<KeyValuePair<string, string>> parameters, string? method) =>
        string.Concat(parameters.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => pair.Key + pair.Value)) + method;

    public static string Sign(IEnumerable<KeyValuePair<string, string>> parameters, string? method, string secret) =>
        Convert.ToHexStringLower(MD5.HashData(Encoding.UTF8.GetBytes(Joined(parameters, method) + secret)));
}
