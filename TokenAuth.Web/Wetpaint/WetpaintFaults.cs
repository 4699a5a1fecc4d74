using TokenAuth.Kernel.Faults;

namespace TokenAuth.Wetpaint;

/// <summary>
/// Maps the kernel's faults to Wetpaint's causes, with messages that tell the developer what to do. The table is in
/// docs/dialects/wetpaint.md, "Errors".
/// </summary>
internal static class WetpaintFaults
{
    /// <summary>Separates the names in a fault about several parameters.</summary>
    public const char Separator = ',';

    public static (string Cause, IReadOnlyList<string> Messages) Of(Fault fault) => fault.Kind switch
    {
        FaultKind.ParameterMissing => ("VALIDATION", [.. NamesOf(fault).Select(name => $"{name} is required")]),
        FaultKind.ParameterInvalid => ("VALIDATION", [.. NamesOf(fault).Select(name => $"{name} is not valid")]),
        FaultKind.CallUnreadable => ("VALIDATION", ["the request cannot be read"]),
        FaultKind.CallTooLarge => ("VALIDATION", ["the request is too large"]),
        FaultKind.CallCompressed =>
            ("VALIDATION", ["the request must not be compressed; send it without Content-Encoding"]),
        FaultKind.TimestampStale => (
            "INVALID_DEVELOPER_KEY",
            [
                "cred.ts must be the present time in seconds since 1970, "
                + "in plain digits and within five minutes",
            ]),
        // One message for both, so that it does not reveal which keys exist.
        FaultKind.KeyMissing or FaultKind.KeyUnknown or FaultKind.SignatureMissing or FaultKind.SignatureWrong => (
            "INVALID_DEVELOPER_KEY",
            [
                "key must be a developer key, and cred.sig the HMAC-SHA-1 of key, user.userId and cred.ts "
                + "in hexadecimal digits, made with its secret",
            ]),
        FaultKind.NamespaceUnknown => ("INVALID_NAMESPACE", ["ns is not a namespace of this key"]),
        FaultKind.AddressRefused => ("UNAUTHORIZED", ["this key may not be used from this address"]),
        FaultKind.QuotaExceeded or FaultKind.AddressThrottled =>
            ("UNAUTHORIZED", ["the key has reached its number of requests; try again later"]),
        FaultKind.ReplayRefused =>
            ("UNAUTHORIZED", ["this cred.sig was used before and cannot change the user; sign the request anew"]),
        FaultKind.Maintenance or FaultKind.Unavailable or FaultKind.Busy =>
            ("READ_ONLY_MODE", ["the service is not available at the moment; try again later"]),
        // All other faults cannot occur in this dialect.
        _ => ("UNAUTHORIZED", ["the request failed; try again later"]),
    };

    private static string[] NamesOf(Fault fault) => (fault.Subject ?? "").Split(Separator);
}
