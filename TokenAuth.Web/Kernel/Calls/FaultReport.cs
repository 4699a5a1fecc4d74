using TokenAuth.Kernel.Applications;
using TokenAuth.Kernel.Faults;

namespace TokenAuth.Kernel.Calls;

/// <summary>
/// What the owner of an application is told of a refused call: names that the dialect has, and never a value.
/// </summary>
/// <param name="Method">The dialect's own name of the method; null if the call names none that the dialect has.</param>
/// <param name="Number">The error as the dialect writes it: <c>105</c>.</param>
/// <param name="Parameter">The first parameter that was wrong; null if it was none of them.</param>
internal sealed record FaultReport(string? Method, string Number, string? Parameter)
{
    private const int MaxNameLength = 64;

    /// <summary>Returns the name of the parameter that a fault is about.</summary>
    /// <param name="signature">The dialect's parameter for the signature.</param>
    /// <param name="session">The dialect's parameter for the session.</param>
    /// <param name="handshake">The dialect's parameter for the handshake.</param>
    public static string? ParameterOf(
        Fault fault, string? signature = null, string? session = null, string? handshake = null) => fault.Kind switch
        {
            // Other subjects may be the caller's text.
            FaultKind.ParameterMissing
                or FaultKind.ParameterInvalid
                or FaultKind.OAuthParametersMissing
                or FaultKind.SecretInAddress => First(fault.Subject),
            FaultKind.SignatureMissing
                or FaultKind.SignatureWrong
                or FaultKind.SignatureAmbiguous
                or FaultKind.ReplayRefused => signature,
            FaultKind.SessionMissing or FaultKind.SessionUnusable or FaultKind.SessionExpired => session,
            FaultKind.HandshakeUnusable => handshake,
            FaultKind.MethodMissing or FaultKind.MethodUnknown => "method",
            FaultKind.FormatUnknown => "format",
            _ => null,
        };

    private static string? First(string? names) =>
        names?.Split(',')[0].Trim() is { Length: > 0 and <= MaxNameLength } name
        && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '.' or '-')
            ? name
            : null;
}

/// <summary>The application that a call names, for the counts and the list of faults of its owner.</summary>
internal sealed class CallSender
{
    /// <summary>The enabled application with the API key of the call; null if there is none.</summary>
    public Application? Application { get; set; }

    /// <summary>Tells whether a signature or a secret proved that the call comes from the application.</summary>
    public bool IsProven { get; set; }

    /// <summary>The refusal of an endpoint that answered the call itself; null if it was none.</summary>
    public FaultReport? Report { get; set; }
}
