using TokenAuth.Ipernity.OAuth;
using TokenAuth.Kernel.Applications;
using TokenAuth.Kernel.Calls;
using TokenAuth.Kernel.Calls.Signatures;

namespace TokenAuth.Ipernity;

/// <summary>
/// Explains signatures of ipernity: the MD5 of sorted names and values, the method and the secret. A call with OAuth
/// parameters is signed by OAuth 1.0 (<see cref="OAuthSigning"/>).
/// </summary>
internal sealed class IpernitySigning : ISigningScheme
{
    private const string Api = "/api/";

    public SignedCall Read(Call call, DateTimeOffset now)
    {
        if (OAuthCheck.Read(call) is { } oauth)
            return OAuthSigning.Read(oauth, now);
        var method = MethodOf(call);
        var request = new IpernityRequest(call, method);
        return new SignedCall(
            call, "MD5", IpernityRequest.SignatureName, request.PresentedSignature, call.NonEmpty("api_key"),
            variant => JoinedText.Of(
                call.Parameters, IpernityRequest.SignatureName, "",
                method is null ? null : new Piece(PieceKind.Request, method, "the method"), variant),
            JoinedText.Md5)
        {
            Mistakes = method is null ? Mistake.OfJoinedTexts : [Mistake.OmitsMethod, .. Mistake.OfJoinedTexts],
            Warnings = [.. Warnings(request, method)],
        };
    }

    public async ValueTask<IReadOnlyList<NamedSecret>> SecretsAsync(
        SignedCall call, Application? application, SigningSecrets secrets, CancellationToken cancellation)
    {
        if (application is null)
            return [];
        return OAuthCheck.Read(call.Call) is { } oauth
            ? await OAuthSigning.SecretsAsync(oauth, application, secrets, cancellation)
            : [.. secrets.OfApplication(application)];
    }

    public async ValueTask<string?> TokenProblemAsync(
        SignedCall call, Application application, SigningSecrets secrets, CancellationToken cancellation)
    {
        if (OAuthCheck.Read(call.Call) is { } oauth)
            return await OAuthSigning.TokenProblemAsync(oauth, application, secrets, cancellation);
        return call.Call.NonEmpty("auth_token") is { } token
            && !await secrets.HasSessionAsync(IpernityFeature.Dialect, application.Id, token, cancellation)
                ? SignatureWarning.OfToken("auth_token")
                : null;
    }

    /// <summary>Returns the method in the address of a call; null for a link, which has none.</summary>
    private static string? MethodOf(Call call) =>
        Uri.UnescapeDataString(call.Path) is var path && path.StartsWith(Api, StringComparison.Ordinal)
            ? path[Api.Length..].Split('/')[0]
            : null;

    private static IEnumerable<string> Warnings(IpernityRequest request, string? method)
    {
        if (method is not null && request.Method is null)
            yield return $"There is no method {method}.";
        if (!request.IsUnambiguous)
            yield return SignatureWarning.Ambiguous;
    }
}
