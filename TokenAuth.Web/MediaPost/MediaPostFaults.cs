using TokenAuth.Kernel.Faults;

namespace TokenAuth.MediaPost;

/// <summary>
/// Maps the kernel's faults to MediaPost's two error tables. The tables are in docs/dialects/mediapost.md, "Errors".
/// </summary>
internal static class MediaPostFaults
{
    public static (int Code, string Message) Of(ParameterStyle style, Fault fault) =>
        style == ParameterStyle.CamelCase ? CamelCase(fault) : SnakeCase(fault);

    /// <summary>
    /// The table for calls with <c>api_key</c>, from the getSession page; 3 and 102 come from related pages. The
    /// sentences are the pages' own.
    /// </summary>
    private static (int, string) SnakeCase(Fault fault) => fault.Kind switch
    {
        FaultKind.Internal => (1, "An unknown error occurred. Please resubmit the request."),
        FaultKind.Unavailable or FaultKind.Maintenance or FaultKind.Busy =>
            (2, "The service is not available at this time."),
        FaultKind.MethodMissing or FaultKind.MethodUnknown => (3, "Unknown method"),
        FaultKind.QuotaExceeded or FaultKind.AddressThrottled or FaultKind.SignInThrottled =>
            (4, "The application has reached the maximum number of requests allowed. "
                + "More requests are allowed once the time window has completed."),
        FaultKind.AddressRefused =>
            (5, "The request came from a remote address not allowed by this application."),
        FaultKind.KeyMissing or FaultKind.KeyUnknown =>
            (101, "The api key submitted is not associated with any known application."),
        FaultKind.SessionMissing or FaultKind.SessionUnusable or FaultKind.AccountClosed =>
            (102, "Session key invalid or no longer valid"),
        FaultKind.SignatureMissing or FaultKind.SignatureWrong => (104, "Incorrect signature."),
        _ => (100, "One of the parameters specified was missing or invalid."),
    };

    /// <summary>
    /// The table for calls with <c>apiKey</c>, from the createToken page. It has no numbers for addresses, quotas and
    /// sessions, so these faults use the nearest number.
    /// </summary>
    private static (int, string) CamelCase(Fault fault) => fault.Kind switch
    {
        FaultKind.Internal => (1, "Internal error"),
        FaultKind.MethodMissing => (2, "Method was not provided"),
        FaultKind.SignatureMissing or FaultKind.SignatureWrong => (95, "Invalid request signature"),
        FaultKind.FormatUnknown => (97, "Invalid response format"),
        FaultKind.ParameterMissing when fault.Subject == "community" => (99, "Community was not provided"),
        FaultKind.KeyUnknown or FaultKind.AddressRefused => (100, "Invalid api key"),
        FaultKind.KeyMissing => (101, "Empty api key"),
        FaultKind.Unavailable
            or FaultKind.Maintenance
            or FaultKind.Busy
            or FaultKind.QuotaExceeded
            or FaultKind.AddressThrottled
            or FaultKind.SignInThrottled => (105, "Service is temporarily unavailable"),
        FaultKind.MethodUnknown => (112, "Method was not found"),
        _ => (94, "Parameter is missing or invalid"),
    };
}
