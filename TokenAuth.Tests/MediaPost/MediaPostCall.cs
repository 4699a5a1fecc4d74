using TokenAuth.Tests.World;

namespace TokenAuth.Tests.MediaPost;

/// <summary>
/// The two generations of the documentation: <c>api_key</c> and <c>sig</c>, or <c>apiKey</c> and <c>apiSig</c>.
/// </summary>
public enum Style
{
    Seed,
    Native,
}

/// <summary>A call as an application makes it, signed with its secret unless a test overrides that.</summary>
/// <param name="Application">The application whose API key is sent.</param>
/// <param name="Method">Null sends no method.</param>
/// <param name="Parameters">The parameters besides key, method and signature.</param>
internal sealed record MediaPostCall(App Application, string? Method, params (string Name, string Value)[] Parameters)
{
    public Style Style { get; init; }

    public string Path { get; init; } = "/api.php";

    public bool Secure { get; init; }

    public string Secret { get; init; } = Application.Secret;

    /// <summary>Sent instead of the correct signature.</summary>
    public string? Signature { get; init; }

    public bool Unsigned { get; init; }

    public string SignatureName => Style == Style.Seed ? "sig" : "apiSig";

    /// <summary>The pairs in the order in which they are sent, with the signature last.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Pairs
    {
        get
        {
            List<KeyValuePair<string, string>> pairs =
                [new(Style == Style.Seed ? "api_key" : "apiKey", Application.ApiKey)];
            if (Method is not null)
                pairs.Add(new("method", Method));
            pairs.AddRange(
                Parameters.Select(parameter => new KeyValuePair<string, string>(parameter.Name, parameter.Value)));
            if (!Unsigned)
                pairs.Add(new(SignatureName, Signature ?? MediaPostClient.Signature(pairs, Secret)));
            return pairs;
        }
    }

    public MediaPostCall With(params (string Name, string Value)[] more) =>
        this with { Parameters = [.. Parameters, .. more] };
}
