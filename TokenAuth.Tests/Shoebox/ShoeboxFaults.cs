using TokenAuth.Kernel.Faults;

namespace TokenAuth.Tests.Shoebox;

/// <summary>The dialect's numbers and sentences.</summary>
internal static class ShoeboxFaults
{
    public static (int Code, string Message) Of(Fault fault) => fault.Kind switch
    {
        FaultKind.SignatureWrong or FaultKind.SignatureAmbiguous => (96, "Invalid signature"),
        FaultKind.SignatureMissing => (97, "Missing signature"),
        FaultKind.SessionMissing or FaultKind.SessionUnusable or FaultKind.AccountClosed => (98, "Invalid auth token"),
        FaultKind.KeyMissing or FaultKind.KeyUnknown or FaultKind.AddressRefused => (100, "Invalid API key"),
        FaultKind.ParameterMissing or FaultKind.HandshakeUnusable => (108, "Invalid frob"),
        FaultKind.MethodMissing or FaultKind.MethodUnknown => (112, "Method not found"),
        FaultKind.EnvelopeMalformed or FaultKind.EnvelopeInvalid => (115, "Invalid XML-RPC method call"),
        FaultKind.CallTooLarge or FaultKind.CallUnreadable or FaultKind.CallCompressed => (116, "Bad request"),
        FaultKind.QuotaExceeded => (119, "Too many calls"),
        _ => (105, "Service currently unavailable"),
    };
}
