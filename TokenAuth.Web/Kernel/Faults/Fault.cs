namespace TokenAuth.Kernel.Faults;

/// <summary>
/// The closed list of refusals. A kind has no number and no wording: each dialect maps the kinds to its own in one
/// file.
/// </summary>
/// <remarks>
/// The folder <c>Faults</c> owns the refusals and <see cref="Outcome{T}"/>. It must not know numbers, wording or
/// HTTP.
/// </remarks>
internal enum FaultKind
{
    /// <summary>The server failed; the log has the details under the request's identifier.</summary>
    Internal,

    /// <summary>The store cannot be reached or written.</summary>
    Unavailable,

    /// <summary>The operator has turned on <c>TokenAuth:Maintenance</c>.</summary>
    Maintenance,

    /// <summary>The body cannot be read: it is incomplete, malformed, or in an unknown encoding.</summary>
    CallUnreadable,

    /// <summary>The body is compressed, which no dialect accepts.</summary>
    CallCompressed,

    /// <summary>The call names no method.</summary>
    MethodMissing,

    /// <summary>The dialect has no such method; <see cref="Fault.Subject"/> may be its name.</summary>
    MethodUnknown,

    /// <summary>The dialect has no such answer format.</summary>
    FormatUnknown,

    /// <summary>The API key is missing or empty.</summary>
    KeyMissing,

    /// <summary>No enabled application has this API key.</summary>
    KeyUnknown,

    /// <summary>The caller's address is outside the networks that the application allows.</summary>
    AddressRefused,

    /// <summary>The call has too many bytes, parameters, or calls in one.</summary>
    CallTooLarge,

    /// <summary>The application has used up its quota for the current window.</summary>
    QuotaExceeded,

    /// <summary>The call must be a POST.</summary>
    PostRequired,

    /// <summary>The call needs a signature and has none.</summary>
    SignatureMissing,

    /// <summary>The signature does not match this call and this application.</summary>
    SignatureWrong,

    /// <summary>The signature base string has a second reading, so the signature proves neither.</summary>
    SignatureAmbiguous,

    /// <summary>A required parameter is missing; <see cref="Fault.Subject"/> names it.</summary>
    ParameterMissing,

    /// <summary>A parameter has an invalid value; <see cref="Fault.Subject"/> names the parameter.</summary>
    ParameterInvalid,

    /// <summary>The handshake is unknown, expired, used, not confirmed, or another application's.</summary>
    HandshakeUnusable,

    /// <summary>The call needs a session and has none.</summary>
    SessionMissing,

    /// <summary>The session is unknown, expired, ended, or another application's.</summary>
    SessionUnusable,

    /// <summary>The session lacks the permission that the method needs.</summary>
    PermissionMissing,

    /// <summary>
    /// The caller's address has made too many calls, or has failed to sign in under too many names. Retry later.
    /// </summary>
    AddressThrottled,

    /// <summary>
    /// The envelope (XML-RPC, SOAP) is not well-formed XML, has a DTD, is nested too deeply, or is in an unknown
    /// encoding.
    /// </summary>
    EnvelopeMalformed,

    /// <summary>The envelope is well-formed XML, but not a valid request.</summary>
    EnvelopeInvalid,

    /// <summary>
    /// The envelope names a method outside the dialect's namespace; <see cref="Fault.Subject"/> is the name as sent.
    /// </summary>
    MethodUnexpected,

    /// <summary>The envelope has more arguments than the method takes.</summary>
    ArgumentsTooMany,

    /// <summary>The method needs another HTTP verb; <see cref="Fault.Subject"/> is that verb.</summary>
    VerbWrong,

    /// <summary>A required argument is missing; <see cref="Fault.Subject"/> is its name.</summary>
    ArgumentMissing,

    /// <summary>The method has no such argument; <see cref="Fault.Subject"/> is its name as sent.</summary>
    ArgumentUnexpected,

    /// <summary>An argument has the wrong type; <see cref="Fault.Subject"/> is its name.</summary>
    ArgumentWrongType,

    /// <summary>The application does not have this namespace.</summary>
    NamespaceUnknown,

    /// <summary>The timestamp is not a number, or is too far from the server's clock.</summary>
    TimestampStale,

    /// <summary>The signature was used before, and repeating its call would change data.</summary>
    ReplayRefused,

    /// <summary>
    /// This server issued the session and it has expired. Only for dialects that report this separately.
    /// </summary>
    SessionExpired,

    /// <summary>The caller asked for an error, with a method that exists to test error handling.</summary>
    TestFailure,

    /// <summary>No account has this name. Only for dialects that have always reported this.</summary>
    AccountUnknown,

    /// <summary>This server issued the challenge and it has expired.</summary>
    ChallengeExpired,

    /// <summary>OAuth: the protocol version is not 1.0.</summary>
    OAuthVersionUnsupported,

    /// <summary>OAuth: parameters are missing; <see cref="Fault.Subject"/> names them.</summary>
    OAuthParametersMissing,

    /// <summary>OAuth: the signature method is unknown, or needs https.</summary>
    OAuthMethodUnsupported,

    /// <summary>OAuth: the timestamp is too far from the server's clock.</summary>
    OAuthClockSkewed,

    /// <summary>OAuth: the timestamp is lower than that of an earlier call.</summary>
    OAuthTimestampLow,

    /// <summary>OAuth: the nonce was used before.</summary>
    OAuthNonceUsed,

    /// <summary>OAuth: the callback is neither the registered one nor below it.</summary>
    CallbackRefused,

    /// <summary>The handshake was confirmed with a verifier, and the exchange has a different one or none.</summary>
    VerifierWrong,

    /// <summary>The call or its answer contains a secret in clear, which needs https.</summary>
    HttpsRequired,

    /// <summary>
    /// A secret is in the URL, which logs record, instead of the body; <see cref="Fault.Subject"/> is the name of its
    /// parameter.
    /// </summary>
    SecretInAddress,

    /// <summary>No account has this login name and password. The fault does not tell which one is wrong.</summary>
    CredentialsWrong,

    /// <summary>Too many sign-ins have failed. Retry later.</summary>
    SignInThrottled,

    /// <summary>Too many password checks are waiting. Retry after <see cref="Fault.RetryAfter"/>.</summary>
    Busy,

    /// <summary>
    /// The password or the session is right, but the account is suspended, locked, deleted or a memorial.
    /// <see cref="Fault.Subject"/> is the account's state, if known.
    /// </summary>
    AccountClosed,
}

/// <summary>A refusal.</summary>
/// <param name="Kind">The kind of refusal.</param>
/// <param name="Subject">
/// The detail that a dialect inserts into its wording, mostly the name of a parameter, and null if there is none. Names
/// of methods and arguments are the caller's text. Dreamwidth passes sentences of its original server. Never a secret.
/// </param>
/// <param name="RetryAfter">The time to wait before a retry, if known.</param>
internal readonly record struct Fault(FaultKind Kind, string? Subject = null, TimeSpan? RetryAfter = null)
{
    public static implicit operator Fault(FaultKind kind) => new(kind);
}
