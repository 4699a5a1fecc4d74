using TokenAuth.Kernel.Applications;
using TokenAuth.Kernel.Calls;
using TokenAuth.Kernel.Calls.Signatures;

namespace TokenAuth.MediaPost;

/// <summary>Explains signatures of MediaPost: the MD5 of sorted <c>name=value</c> and the secret.</summary>
internal sealed class MediaPostSigning : ISigningScheme
{
    public SignedCall Read(Call call, DateTimeOffset now)
    {
        var request = new MediaPostRequest(call);
        return new SignedCall(
            call, "MD5", request.SignatureName, request.PresentedSignature, request.ApiKey,
            variant => JoinedText.Of(call.Parameters, request.SignatureName, "=", request: null, variant),
            JoinedText.Md5)
        {
            Warnings = [.. Warnings(request)],
        };
    }

    public async ValueTask<IReadOnlyList<NamedSecret>> SecretsAsync(
        SignedCall call, Application? application, SigningSecrets secrets, CancellationToken cancellation)
    {
        if (application is null)
            return [];
        var request = new MediaPostRequest(call.Call);
        var session = await secrets.OfSessionAsync(
            MediaPostFeature.Dialect, application.Id, request.SessionKey, cancellation);
        var usesSession = request.SessionKey is not null
            && MediaPostEndpoint.SignsWithSessionSecret(request, application);
        var own = secrets.OfApplication(application).Select(secret => secret with { IsAccepted = !usesSession });
        return session is null
            ? [.. own]
            : [.. own, new NamedSecret("the secret of the session", session) { IsAccepted = usesSession }];
    }

    public async ValueTask<string?> TokenProblemAsync(
        SignedCall call, Application application, SigningSecrets secrets, CancellationToken cancellation) =>
        new MediaPostRequest(call.Call).SessionKey is { } key
        && !await secrets.HasSessionAsync(MediaPostFeature.Dialect, application.Id, key, cancellation)
            ? SignatureWarning.OfToken("session_key")
            : null;

    private static IEnumerable<string> Warnings(MediaPostRequest request)
    {
        if (request.MethodName is null)
            yield return "The call names no method.";
        else if (request.Method is null)
            yield return $"There is no method {request.MethodName}.";
        if (!request.IsUnambiguous)
            yield return SignatureWarning.Ambiguous;
    }
}
