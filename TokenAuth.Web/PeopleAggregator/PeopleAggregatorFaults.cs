using TokenAuth.Kernel.Faults;

namespace TokenAuth.PeopleAggregator;

/// <summary>
/// Maps the kernel's faults to PeopleAggregator's codes. Clients read the code; the sentence is for people, except that
/// one client looks for <c>key X is required</c>. The table is in docs/dialects/peopleaggregator.md, "Errors".
/// </summary>
internal static class PeopleAggregatorFaults
{
    public static (string Code, string Message) Of(Fault fault) => fault.Kind switch
    {
        FaultKind.MethodUnknown => ("system_error", $"call to nonexistent function '{fault.Subject}'"),
        FaultKind.VerbWrong => ("invalid_request_method", $"this method must be called by HTTP {fault.Subject}"),
        FaultKind.ArgumentsTooMany => ("validation_request_wrapper", "a method takes a single struct"),
        FaultKind.ParameterMissing when fault.Subject == "login" =>
            ("user_invalid_login_name", "the login name is empty"),
        FaultKind.ArgumentMissing => ("validation_missing_key", $"key {fault.Subject} is required"),
        FaultKind.SecretInAddress =>
            ("validation_missing_key", $"key {fault.Subject} is required in the body, never in the address"),
        FaultKind.ArgumentUnexpected =>
            ("validation_extra_key", $"key {fault.Subject} is not an argument of this method"),
        FaultKind.ArgumentWrongType => ("validation_incorrect_type", $"key {fault.Subject} must be a string"),
        FaultKind.AccountUnknown => ("user_not_found", "there is no such user"),
        FaultKind.CredentialsWrong => ("user_invalid_password", "the password is wrong"),
        FaultKind.SignInThrottled or FaultKind.AddressThrottled =>
            ("operation_not_permitted", "there were too many failed attempts; try again in a few minutes"),
        FaultKind.HttpsRequired => ("operation_not_permitted", "passwords are accepted over https only"),
        FaultKind.Busy => ("operation_not_permitted", "too many people are signing in; try again at once"),
        FaultKind.SessionUnusable or FaultKind.AccountClosed =>
            ("user_token_invalid", "the authentication token is invalid"),
        FaultKind.SessionExpired => ("user_token_expired", "the authentication token has expired"),
        FaultKind.TestFailure => ("general_some_error", "this method always fails"),
        FaultKind.CallTooLarge => ("system_error", "the request is too large"),
        FaultKind.CallUnreadable => ("system_error", "the request cannot be read"),
        FaultKind.CallCompressed =>
            ("system_error", "the request must not be compressed; send it without Content-Encoding"),
        FaultKind.Maintenance => ("system_error", "the service is under maintenance"),
        FaultKind.Unavailable => ("system_error", "the service is temporarily unavailable"),
        // All other faults cannot occur in this dialect.
        _ => ("system_error", "an internal error occurred"),
    };

    /// <summary>
    /// Returns the fault number for a request that is not an XML-RPC call, or null for all other faults.
    /// </summary>
    public static int? TransportCode(Fault fault) => fault.Kind switch
    {
        FaultKind.EnvelopeMalformed or FaultKind.CallUnreadable => -32700,
        FaultKind.EnvelopeInvalid or FaultKind.CallTooLarge => -32600,
        FaultKind.CallCompressed => -32300,
        _ => null,
    };
}
