using TokenAuth.Ipernity.OAuth;
using TokenAuth.Kernel.Calls;
using TokenAuth.Kernel.Faults;

namespace TokenAuth.Ipernity;

/// <summary>
/// Maps the kernel's faults to ipernity's numbers and to the sentences of its own pages, verbatim. The table is in
/// docs/dialects/ipernity.md, "Errors".
/// </summary>
internal static class IpernityFaults
{
    /// <param name="binding">Selects the number for an unreadable envelope: 121 for SOAP, 122 for XML-RPC.</param>
    public static (int Code, string Message) Of(Fault fault, Binding binding) => fault.Kind switch
    {
        // The numbers 1 and 2 of auth.getToken, api.methods.get, user.get and the OAuth endpoints.
        FaultKind.ParameterMissing when fault.Subject == "frob" => (1, "The frob is missing"),
        FaultKind.ParameterInvalid when fault.Subject == "method" => (1, "The requested method was not found."),
        FaultKind.CallbackRefused =>
            (1, "The oauth_callback is neither the callback registered for this application nor below it."),
        FaultKind.VerifierWrong => (1, "The oauth_verifier is wrong."),
        FaultKind.HandshakeUnusable => (2, "The frob is invalid or already used"),
        FaultKind.ParameterMissing or FaultKind.ParameterInvalid =>
            (1, "The user ID is either invalid or the account is closed/suspended."),

        FaultKind.KeyMissing => (100, "Please add the api_key parameter to this request."),
        FaultKind.KeyUnknown => (101, "This API key is invalid or disabled."),
        FaultKind.FormatUnknown => (102, "The requested format is invalid. Valid formats are : json, xml, php."),
        FaultKind.MethodMissing or FaultKind.MethodUnknown => (103, "The requested method is invalid or missing."),
        FaultKind.SignatureMissing => (104, "The query signature is missing."),
        FaultKind.SignatureWrong or FaultKind.SignatureAmbiguous => (105, "The query signature is invalid."),
        FaultKind.SessionMissing => (106, "User is not logged. The authentication token is missing."),
        FaultKind.SessionUnusable or FaultKind.CredentialsWrong => (107, "The authentication token is invalid."),
        FaultKind.AccountClosed => (108, "The user account is closed or suspended."),
        FaultKind.PermissionMissing or FaultKind.HttpsRequired => (110, "Insufficient permissions for this method."),
        FaultKind.AddressRefused =>
            (111, "The request came from a remote address not allowed by this application."),
        FaultKind.QuotaExceeded => (112, "The application has reached its requests quota."),
        FaultKind.AddressThrottled or FaultKind.SignInThrottled =>
            (113, "The client IP has reached a limit. "
                + "Limits are based on requests per seconds, minutes, hours, ..."),
        FaultKind.PostRequired => (120, "This API method must be called using HTTP POST."),
        FaultKind.EnvelopeMalformed
            or FaultKind.EnvelopeInvalid
            or FaultKind.CallUnreadable
            or FaultKind.CallTooLarge
            when binding == Binding.Soap => (121, "The SOAP envelope could not be parsed."),
        FaultKind.EnvelopeMalformed
            or FaultKind.EnvelopeInvalid
            or FaultKind.CallUnreadable
            or FaultKind.CallTooLarge
            when binding == Binding.XmlRpc => (122, "The XML-RPC envelope could not be parsed."),
        // The page has no numbers for these faults. Two use the HTTP status; an unreadable request has no readable API
        // key, so it gets 100.
        FaultKind.CallCompressed => (415, "The request must not be compressed: send it without Content-Encoding."),
        FaultKind.CallTooLarge => (413, "The request is too large."),
        FaultKind.EnvelopeMalformed or FaultKind.EnvelopeInvalid or FaultKind.CallUnreadable =>
            (100, "Please add the api_key parameter to this request."),
        FaultKind.OAuthVersionUnsupported => (130, "We only support OAuth version 1.1 and 1.1a"),
        FaultKind.OAuthParametersMissing =>
            (131, $"Some of the OAuth parameters were not sent: {fault.Subject}"),
        FaultKind.OAuthClockSkewed =>
            (132, "The timestamp sent is out of ranges. Please check your computer clock is not skewed."),
        FaultKind.OAuthNonceUsed => (133, "The OAuth Nonce parameter cannot be used twice."),
        FaultKind.OAuthTimestampLow =>
            (134, "The OAuth Timestamp parameter is out of ranges (clock skew) "
                + "or inferior to the previous timestamp sent."),
        FaultKind.OAuthMethodUnsupported =>
            (135, "The OAuth Signature must be either MD5, HMAC_SHA1 or PLAINTEXT over HTTPS."),
        FaultKind.Maintenance =>
            (501, "Service under temporarily maintenance. Thank you for your kind understanding."),
        FaultKind.Unavailable or FaultKind.Busy =>
            (503, "The service is temporarily unavailable. Please try again in a few minutes."),
        // All other faults cannot occur in this dialect.
        _ => (500, "Service general error."),
    };

    /// <summary>Returns the parameter that a fault is about; null if it is none.</summary>
    public static string? ParameterOf(Fault fault, bool isOAuth) => fault.Kind switch
    {
        FaultKind.OAuthVersionUnsupported => "oauth_version",
        FaultKind.OAuthMethodUnsupported => "oauth_signature_method",
        FaultKind.OAuthClockSkewed or FaultKind.OAuthTimestampLow => "oauth_timestamp",
        FaultKind.OAuthNonceUsed => "oauth_nonce",
        FaultKind.CallbackRefused => "oauth_callback",
        FaultKind.VerifierWrong => OAuthEndpoint.VerifierName,
        _ => isOAuth
            ? FaultReport.ParameterOf(fault, "oauth_signature", "oauth_token", "oauth_token")
            : FaultReport.ParameterOf(fault, "api_sig", "auth_token", "frob"),
    };

    /// <summary>
    /// Returns the <c>oauth_problem</c> of OAuth's Problem Reporting extension, or null if it has none.
    /// </summary>
    public static string? ProblemOf(FaultKind fault) => fault switch
    {
        FaultKind.OAuthVersionUnsupported => "version_rejected",
        FaultKind.OAuthParametersMissing => "parameter_absent",
        FaultKind.CallbackRefused => "parameter_rejected",
        FaultKind.VerifierWrong => "verifier_invalid",
        FaultKind.KeyUnknown => "consumer_key_unknown",
        FaultKind.OAuthMethodUnsupported => "signature_method_rejected",
        FaultKind.SignatureWrong => "signature_invalid",
        FaultKind.OAuthClockSkewed or FaultKind.OAuthTimestampLow => "timestamp_refused",
        FaultKind.OAuthNonceUsed => "nonce_used",
        FaultKind.SessionUnusable => "token_rejected",
        _ => null,
    };
}
