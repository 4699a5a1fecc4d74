using TokenAuth.Kernel.Faults;

namespace TokenAuth.Kernel.Calls.Methods;

/// <summary>Says what a developer can do about a fault. The dialects' own words are in their fault tables.</summary>
internal static class FaultAdvice
{
    public static string Of(FaultKind kind) => kind switch
    {
        FaultKind.Internal => "The server failed. Try again; if it happens again, tell the operator the time.",
        FaultKind.Unavailable => "The store cannot be reached. Try again in a minute.",
        FaultKind.Maintenance => "The operator has closed the service for maintenance. Try again later.",
        FaultKind.CallUnreadable =>
            "The body cannot be read. Check its Content-Type, its charset and its Content-Length.",
        FaultKind.CallCompressed => "The body is compressed. Send it without Content-Encoding.",
        FaultKind.MethodMissing => "The call names no method. Send the method's name.",
        FaultKind.MethodUnknown => "There is no such method. Check the spelling of its name, and its prefix.",
        FaultKind.FormatUnknown => "There is no such format. Ask for one of the formats on this page.",
        FaultKind.KeyMissing => "The call has no API key. Send the application's key.",
        FaultKind.KeyUnknown => "No application has this API key, or it is disabled. Check the key.",
        FaultKind.AddressRefused =>
            "The application may not be called from this address. Add its network to the application.",
        FaultKind.CallTooLarge => "The call has more than 256 KiB, or more than 200 parameters. Send less.",
        FaultKind.QuotaExceeded => "The application has used up its calls. Wait for the next window of its quota.",
        FaultKind.PostRequired => "The call must be posted. Use the verb POST.",
        FaultKind.SignatureMissing => "The call has no signature. Sign it, and send the signature.",
        FaultKind.SignatureWrong => "The signature does not fit the call. Let the signing debugger find the mistake.",
        FaultKind.SignatureAmbiguous =>
            "What was signed can be read in two ways. Leave out parameters that the method does not have, and line "
            + "breaks in values.",
        FaultKind.ParameterMissing => "A required parameter is missing or empty. Send it.",
        FaultKind.ParameterInvalid => "A value does not have the form of its parameter, or names nothing. Check it.",
        FaultKind.HandshakeUnusable =>
            "It is unknown, used, too old, another application's, or the person has not agreed yet. Begin again.",
        FaultKind.SessionMissing => "The method acts for a person. Send the session of the person.",
        FaultKind.SessionUnusable =>
            "The session is missing, unknown, ended or another application's. Sign the person in again.",
        FaultKind.PermissionMissing => "The person has not given this permission. Ask for it in the link.",
        FaultKind.AddressThrottled => "Too many calls or failed sign-ins came from this address. Wait.",
        FaultKind.EnvelopeMalformed => "The envelope is not well-formed XML, or has a DTD. Check how it is written.",
        FaultKind.EnvelopeInvalid => "The body is XML, but no call. Check the elements of the envelope.",
        FaultKind.MethodUnexpected => "The method's name has another prefix. Check its spelling.",
        FaultKind.ArgumentsTooMany => "The method takes one struct. Put all parameters into it.",
        FaultKind.VerbWrong => "The method needs the other verb. Use the one in the example.",
        FaultKind.ArgumentMissing => "A required argument is missing. Send it.",
        FaultKind.ArgumentUnexpected => "The method has no such argument. Leave it out.",
        FaultKind.ArgumentWrongType => "The argument must be a string. Check how the library writes it.",
        FaultKind.NamespaceUnknown => "The application does not have this namespace. Add it to the application.",
        FaultKind.TimestampStale => "The client's clock is off. Set it, and send the time in seconds since 1970.",
        FaultKind.ReplayRefused => "The signature was used for other values. Sign with a new time.",
        FaultKind.SessionExpired => "The session has expired. Sign the person in again.",
        FaultKind.TestFailure => "The method always fails, so that clients can test how they show errors.",
        FaultKind.AccountUnknown => "No account has this login name. Check it.",
        FaultKind.ChallengeExpired => "The challenge is older than 60 seconds. Ask for a new one.",
        FaultKind.OAuthVersionUnsupported => "Send oauth_version as 1.0, or leave it out.",
        FaultKind.OAuthParametersMissing => "Parameters of OAuth are missing; the message names them.",
        FaultKind.OAuthMethodUnsupported => "Sign with HMAC-SHA1. PLAINTEXT is accepted over https only.",
        FaultKind.OAuthClockSkewed => "The client's clock is more than ten minutes off. Set it.",
        FaultKind.OAuthTimestampLow => "The timestamp is lower than that of an earlier call. Use the present time.",
        FaultKind.OAuthNonceUsed => "The nonce was used before. Make a new one for each call.",
        FaultKind.CallbackRefused => "The callback is not the registered one, and not below it. Register it.",
        FaultKind.VerifierWrong => "The verifier is not the one that came with the callback. Send that one.",
        FaultKind.HttpsRequired => "The call or its answer holds a secret. Call the https address.",
        FaultKind.SecretInAddress => "The password is in the address, which logs keep. Put it into the body.",
        FaultKind.CredentialsWrong => "The password or the key is wrong. An account with two-step sign-in needs a key.",
        FaultKind.SignInThrottled => "Too many sign-ins have failed. Wait for the time in Retry-After.",
        FaultKind.Busy => "Too many people are signing in. Try again at once.",
        FaultKind.AccountClosed => "The account is suspended, locked or closed. The operator can say why.",
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };
}
