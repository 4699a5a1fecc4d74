using TokenAuth.Kernel.Faults;

namespace TokenAuth.Dreamwidth;

/// <summary>
/// Maps the kernel's faults to Dreamwidth's numbers and words. From 200 on the text says whose error it is; a detail
/// may follow. A null number stands for the text <c>Client</c>: in the original, the XML-RPC library refused such calls
/// before the protocol saw them. The table is in docs/dialects/dreamwidth.md, "Errors".
/// </summary>
internal static class DreamwidthFaults
{
    private const string Unreadable = "Application failed during request deserialization:";

    public static (int? Code, string Message) Of(Fault fault) => fault.Kind switch
    {
        FaultKind.AccountUnknown => (100, "Invalid username"),
        FaultKind.CredentialsWrong => (101, With("Invalid password", fault)),
        FaultKind.ChallengeExpired => (105, "Challenge expired"),
        FaultKind.ParameterMissing => (200, With("Client error: Missing required argument(s)", fault)),
        FaultKind.MethodUnknown or FaultKind.MethodMissing => (201, "Client error: Unknown method"),
        FaultKind.ArgumentsTooMany => (202, "Client error: Too many arguments"),
        FaultKind.HttpsRequired =>
            (203, "Client error: Invalid argument(s): a password or an API key is accepted over https only"),
        FaultKind.ParameterInvalid => (203, With("Client error: Invalid argument(s)", fault)),
        FaultKind.AccountClosed => fault.Subject switch
        {
            "Memorial" => (309, "Client error: Account is marked as a memorial."),
            "Locked" => (308, "Client error: Account is locked and cannot be used."),
            _ => (305, "Client error: Action forbidden; account is suspended."),
        },
        FaultKind.SignInThrottled or FaultKind.AddressThrottled =>
            (402, "Client error: Your IP address is temporarily banned for exceeding the login failure rate."),
        FaultKind.Unavailable => (502, "Server error: Database temporarily unavailable"),
        FaultKind.Maintenance or FaultKind.Busy => (507, "Server error: Method temporarily disabled; try again later."),
        FaultKind.MethodUnexpected
            when fault.Subject is { } name
                && name.Contains('.', StringComparison.Ordinal)
                && !name.AsSpan().ContainsAny(' ', ':') => (null, "Failed to access class"),
        FaultKind.MethodUnexpected => (null, "Denied access to method"),
        FaultKind.EnvelopeMalformed => (null, $"{Unreadable} not well-formed"),
        FaultKind.EnvelopeInvalid => (null, $"{Unreadable} no method call"),
        FaultKind.CallTooLarge => (null, $"{Unreadable} too large"),
        FaultKind.CallUnreadable => (null, $"{Unreadable} incomplete"),
        FaultKind.CallCompressed => (null, $"{Unreadable} compressed, send it without Content-Encoding"),
        // All other faults cannot occur in this dialect.
        _ => (500, "Server error: Internal server error"),
    };

    private static string With(string text, Fault fault) =>
        fault.Subject is null ? text : $"{text}: {fault.Subject}";
}
