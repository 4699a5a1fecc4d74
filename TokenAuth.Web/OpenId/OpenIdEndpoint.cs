using System.Net.Http.Headers;
using System.Text;
using Microsoft.Extensions.Primitives;
using OpenIddict.Abstractions;
using OpenIddict.Server.AspNetCore;
using TokenAuth.Kernel.Applications;
using TokenAuth.Kernel.Calls;
using TokenAuth.Kernel.Faults;
using TokenAuth.Kernel.Formats;
using TokenAuth.Kernel.Http;
using TokenAuth.Kernel.Telemetry;

namespace TokenAuth.OpenId;

/// <summary>What an address of <see cref="OpenIdEndpoint"/> serves.</summary>
internal enum OpenIdAddress
{
    /// <summary>Discovery and keys, which anyone may read.</summary>
    Metadata,

    /// <summary>What applications call with their own proof, and OpenIddict answers alone.</summary>
    Client,

    /// <summary>
    /// The same, and each request is stored for a while. Anyone can send those of public applications.
    /// </summary>
    Opening,

    /// <summary>The same as <see cref="Client"/>, and scripts of public applications call it, too.</summary>
    Revocation,

    /// <summary>The token endpoint.</summary>
    Token,

    /// <summary>The claims about the person of an access token.</summary>
    UserInfo,
}

/// <summary>
/// The addresses of OpenID Connect that programs call. OpenIddict checks the requests and writes the answers; the
/// limits of every call hold as for the dialects. Source: docs/openid.md.
/// </summary>
internal sealed class OpenIdEndpoint(
    OpenIdAddress address, OpenIdServer server, CallerCheck callers, PasswordTransport transport,
    CrossOriginRule crossOrigin, OpenRequestLimit limit) : IDialectEndpoint
{
    public string Dialect => DialectNames.OpenId;

    /// <summary>Tells whether scripts of public applications call an address (<see cref="CrossOriginRule"/>).</summary>
    public static bool IsForScripts(OpenIdAddress address) =>
        address is not (OpenIdAddress.Client or OpenIdAddress.Opening);

    public async ValueTask<Outcome<IResult>> AnswerAsync(Call call, CancellationToken cancellation)
    {
        if (!server.Serves(call.Request))
            return TypedResults.NotFound("OpenID Connect needs the setting TokenAuth:PublicUrl.\n");
        var isPreflight = HttpMethods.IsOptions(call.Verb);
        if (IsForScripts(address))
            await crossOrigin.ApplyAsync(call.Request.HttpContext, isPreflight ? null : ClientOf(call), cancellation);
        if (isPreflight)
            return TypedResults.NoContent();
        var isByClient = address is not (OpenIdAddress.Metadata or OpenIdAddress.UserInfo);
        if (isByClient && transport.Check(call) is { } insecure)
            return insecure;

        // The body was read by this server's own rules. OpenIddict gets what they made of it.
        call.Request.Form = FormOf(call.Posted);
        if (HttpMethods.IsPost(call.Verb) && string.IsNullOrEmpty(call.Request.ContentType))
            call.Request.ContentType = "application/x-www-form-urlencoded"; // which the body was read as
        // Logs record addresses, so an access token in one is not accepted (RFC 6750, section 2.3).
        if (address == OpenIdAddress.UserInfo)
            call.Request.QueryString = QueryString.Empty;
        if (!isByClient)
        {
            await AnswerAsync(call.Request.HttpContext);
            return TypedResults.Empty;
        }

        var admitted = await callers.AdmitAsync(ClientOf(call), call, bindsAddress: _ => true, cancellation);
        if (!admitted.Succeeded(out var admission, out var fault))
        {
            if (fault.Kind is not (FaultKind.KeyMissing or FaultKind.KeyUnknown))
                return fault;
            await AnswerAsync(call.Request.HttpContext);
            return TypedResults.Empty;
        }

        using var charged = admission;
        if (address == OpenIdAddress.Opening && admission.Application.IsPublic
            && await limit.TakeAsync(call.Address, cancellation) is { } wait)
        {
            return new Fault(FaultKind.QuotaExceeded, RetryAfter: wait);
        }

        await AnswerAsync(call.Request.HttpContext);
        if (IsByOwner(admission.Application, call.Response.StatusCode))
            admission.Accept();
        if (call.Request.HttpContext.Features.Get<OpenIddictServerAspNetCoreFeature>()?.Transaction?.Response?.Error
            is { } error)
        {
            // The library writes the refusal itself. It is never proven: an invalid request may come before the secret.
            call.Sender.Report = new FaultReport(
                address == OpenIdAddress.Token ? "token" : null, error, Parameter: null);
        }

        return TypedResults.Empty;
    }

    public IResult Refuse(Call call, Fault fault)
    {
        var (status, error) = fault.Kind switch
        {
            FaultKind.HttpsRequired => (StatusCodes.Status403Forbidden, "invalid_request"),
            FaultKind.AddressRefused => (StatusCodes.Status403Forbidden, "unauthorized_client"),
            FaultKind.QuotaExceeded => (StatusCodes.Status429TooManyRequests, "slow_down"),
            FaultKind.CallTooLarge => (StatusCodes.Status413PayloadTooLarge, "invalid_request"),
            FaultKind.CallCompressed => (StatusCodes.Status415UnsupportedMediaType, "invalid_request"),
            FaultKind.CallUnreadable => (StatusCodes.Status400BadRequest, "invalid_request"),
            FaultKind.Internal => (StatusCodes.Status500InternalServerError, "server_error"),
            _ => (StatusCodes.Status503ServiceUnavailable, "temporarily_unavailable"),
        };
        return new TextResult(
            "application/json", JsonFormat.WriteBytes(new Value.Record(("error", error))), status);
    }

    private async Task AnswerAsync(HttpContext context)
    {
        if (await server.AnswersAsync(context))
            return;
        if (address == OpenIdAddress.Token)
            await context.RequestServices.GetRequiredService<TokenGrants>().AnswerAsync(context);
        else
            await context.RequestServices.GetRequiredService<UserInfo>().AnswerAsync(context);
    }

    /// <summary>
    /// Decides whether an answer shows that the application itself has called. Its key is public, so a stranger's calls
    /// do not count for its quota.
    /// </summary>
    private static bool IsByOwner(Application application, int status) =>
        application.IsPublic ? status < StatusCodes.Status300MultipleChoices
            : status != StatusCodes.Status401Unauthorized;

    private static FormCollection FormOf(IEnumerable<Parameter> posted) => new(
        posted.GroupBy(parameter => parameter.Name, StringComparer.Ordinal).ToDictionary(
            group => group.Key, group => new StringValues([.. group.Select(parameter => parameter.Value)]),
            StringComparer.Ordinal));

    /// <summary>Returns the API key that a call claims: of the Authorization header, or of the form.</summary>
    private static string? ClientOf(Call call)
    {
        if (AuthenticationHeaderValue.TryParse(call.Header("Authorization"), out var header)
            && header.Scheme.Equals("Basic", StringComparison.OrdinalIgnoreCase))
        {
            var bytes = new byte[(header.Parameter?.Length ?? 0) + 3];
            return Convert.TryFromBase64String(header.Parameter ?? "", bytes, out var length)
                ? Encoding.UTF8.GetString(bytes, 0, length).Split(':')[0]
                : null;
        }

        return call.Posted.FirstOrDefault(parameter => parameter.Name == OpenIddictConstants.Parameters.ClientId).Value;
    }
}
