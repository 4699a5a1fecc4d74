namespace TokenAuth.Kernel.Faults;

/// <summary>
/// Every way in which the kernel can refuse. The list is closed and has no wording:
/// each dialect maps it to its own numbers and sentences in one file.
/// </summary>
internal enum FaultKind
{
    /// <summary>A failure of ours; the log holds the details under the request's correlation id.</summary>
    Internal,

    /// <summary>The store is out of reach, or refuses to be written to.</summary>
    Unavailable,

    /// <summary>The operator has switched <c>TokenAuth:Maintenance</c> on.</summary>
    Maintenance,

    /// <summary>The call is over the limits on its size or its number of parameters, or its body cannot be read.</summary>
    CallUnreadable,

    /// <summary>The body is compressed, which no call is read in; its answer has status 415 in every dialect.</summary>
    CallCompressed,

    MethodMissing,
    MethodUnknown,
    FormatUnknown,

    /// <summary>No API key, or an empty one.</summary>
    KeyMissing,

    /// <summary>No enabled application has this API key.</summary>
    KeyUnknown,

    /// <summary>The application may be called for from certain networks only, and this is not one of them.</summary>
    AddressRefused,

    /// <summary>The call is larger than is read: too many bytes or parameters.</summary>
    CallTooLarge,

    /// <summary>The application has used up its calls for the present window.</summary>
    QuotaExceeded,

    /// <summary>The call must come as a POST.</summary>
    PostRequired,

    /// <summary>There is no signature where one is needed.</summary>
    SignatureMissing,

    /// <summary>The signature does not belong to this call and this application.</summary>
    SignatureWrong,

    /// <summary>The signature fits more than one reading of the parameters, so it vouches for none.</summary>
    SignatureAmbiguous,

    /// <summary>A required parameter is missing; <see cref="Fault.Subject"/> names it.</summary>
    ParameterMissing,

    /// <summary>A parameter is not of its form; <see cref="Fault.Subject"/> names it.</summary>
    ParameterInvalid,

    /// <summary>The handshake is unknown, expired, used, another application's, or not confirmed yet.</summary>
    HandshakeUnusable,

    /// <summary>There is no session text where one is needed.</summary>
    SessionMissing,

    /// <summary>The session is unknown, expired, ended, or another application's.</summary>
    SessionUnusable,

    /// <summary>The session does not have the permission that the method needs.</summary>
    PermissionMissing,

    /// <summary>The caller's address has made too many calls, or has failed to sign in with too many names; try again later.</summary>
    AddressThrottled,

    /// <summary>The envelope (XML-RPC, SOAP) is no well-formed XML, has a DTD, or is over the limits on its depth.</summary>
    EnvelopeMalformed,

    /// <summary>The envelope is XML, but not what it should be.</summary>
    EnvelopeInvalid,

    /// <summary>The envelope names a method that belongs to no dialect at this door; <see cref="Fault.Subject"/> is its name.</summary>
    MethodUnexpected,

    /// <summary>The envelope brings more arguments than the method takes.</summary>
    ArgumentsTooMany,

    /// <summary>The method must be called by another verb: <see cref="Fault.Subject"/> says which.</summary>
    VerbWrong,

    /// <summary>An argument that every call of the method has is missing; <see cref="Fault.Subject"/> is its name.</summary>
    ArgumentMissing,

    /// <summary>An argument that the method does not have.</summary>
    ArgumentUnexpected,

    /// <summary>An argument of another type.</summary>
    ArgumentWrongType,

    /// <summary>The application has no such namespace.</summary>
    NamespaceUnknown,

    /// <summary>The call's timestamp is no number, or too far from the server's clock.</summary>
    TimestampStale,

    /// <summary>A signature that was seen before would now change something.</summary>
    ReplayRefused,

    /// <summary>The session was ours, and is over; for dialects that tell that apart.</summary>
    SessionExpired,

    /// <summary>What a method for trying out errors answers.</summary>
    TestFailure,

    /// <summary>No account has this name; only for dialects that have always told.</summary>
    AccountUnknown,

    /// <summary>A challenge of ours that is too old.</summary>
    ChallengeExpired,

    /// <summary>OAuth: the protocol version is not 1.0.</summary>
    OAuthVersionUnsupported,

    /// <summary>OAuth: parameters are missing; <see cref="Fault.Subject"/> names them.</summary>
    OAuthParametersMissing,

    /// <summary>OAuth: the signature method is not known, or may be used over https only.</summary>
    OAuthMethodUnsupported,

    /// <summary>OAuth: the timestamp is too far from the server's clock.</summary>
    OAuthClockSkewed,

    /// <summary>OAuth: the timestamp is lower than one that was seen before.</summary>
    OAuthTimestampLow,

    /// <summary>OAuth: the nonce was used before.</summary>
    OAuthNonceUsed,

    /// <summary>OAuth: the callback is neither the registered one nor below it.</summary>
    CallbackRefused,

    /// <summary>The handshake was confirmed with a verifier, and the exchange brings another one or none.</summary>
    VerifierWrong,

    /// <summary>The call or its answer carries a secret in clear, which is for https only.</summary>
    HttpsRequired,

    /// <summary>
    /// A secret stands in the address, which logs keep, and not in the body; <see cref="Fault.Subject"/> is its name.
    /// </summary>
    SecretInAddress,

    /// <summary>No account has this login name with this password. Which of the two is wrong is not said.</summary>
    CredentialsWrong,

    /// <summary>Too many failed sign-ins; try again later.</summary>
    SignInThrottled,

    /// <summary>Too many password checks are waiting already; try again at once.</summary>
    Busy,

    /// <summary>
    /// The password or the session is right, but the account is suspended, locked, deleted or a memorial:
    /// <see cref="Fault.Subject"/> says which, where that is known.
    /// </summary>
    AccountClosed,
}

/// <summary>A refusal.</summary>
/// <param name="Kind">Which one of the closed list.</param>
/// <param name="Subject">The name of the parameter concerned, where there is one; never a value.</param>
/// <param name="RetryAfter">How long to wait before trying again, where that is known.</param>
internal readonly record struct Fault(FaultKind Kind, string? Subject = null, TimeSpan? RetryAfter = null)
{
    public static implicit operator Fault(FaultKind kind) => new(kind);
}
