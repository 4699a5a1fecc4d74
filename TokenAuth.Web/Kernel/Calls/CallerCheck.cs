using System.Net;
using TokenAuth.Kernel.Applications;
using TokenAuth.Kernel.Faults;
using TokenAuth.Kernel.Limits;
using TokenAuth.Kernel.Signing;

namespace TokenAuth.Kernel.Calls;

/// <summary>
/// Checks the calling application in two steps: first its key, state, address and quota, then its signature. A dialect may check
/// other things between the steps; the order within each step is fixed.
/// </summary>
internal sealed class CallerCheck(ApplicationDirectory applications, Quota quota)
{
    /// <summary>
    /// The first step: finds the application and takes one call out of its quota. Faults: <see cref="FaultKind.KeyMissing"/>,
    /// <see cref="FaultKind.KeyUnknown"/>, <see cref="FaultKind.AddressRefused"/>, <see cref="FaultKind.QuotaExceeded"/>.
    /// </summary>
    /// <param name="bindsAddress">Which applications' lists of networks count in this dialect.</param>
    /// <returns>The admission, which the dialect disposes of when the call ends.</returns>
    public async ValueTask<Outcome<Admission>> AdmitAsync(
        string? apiKey, IPAddress caller, Func<Application, bool> bindsAddress, CancellationToken cancellation)
    {
        if (string.IsNullOrEmpty(apiKey))
            return FaultKind.KeyMissing;
        if (await applications.FindEnabledAsync(apiKey, cancellation) is not { } application)
            return FaultKind.KeyUnknown;
        if (!application.MayBeCalledFrom(caller) && bindsAddress(application))
            return FaultKind.AddressRefused;
        if (await quota.TakeAsync(application.Id, application.QuotaRule(), cancellation) is not { } window)
            return FaultKind.QuotaExceeded;
        return new Admission(application, window, quota);
    }

    /// <summary>
    /// The second step: whether the presented signature was made with one of these secrets, which are the application's own unless
    /// the dialect signs with another. A right signature accepts the admission.
    /// </summary>
    public bool IsSigned(Admission admission, string? presented, Func<string, string> sign, IReadOnlyList<string>? secrets = null) =>
        Accept(admission, Signature.Matches(presented, secrets ?? applications.SecretsOf(admission.Application), sign));

    /// <summary>The same where the client may have signed any one of several readings of the call.</summary>
    public bool IsSigned<TReading>(
        Admission admission, string? presented, IReadOnlyList<TReading> readings, Func<TReading, string, string> sign)
    {
        var secrets = applications.SecretsOf(admission.Application);
        return Accept(
            admission, readings.Any(reading => Signature.Matches(presented, secrets, secret => sign(reading, secret))));
    }

    private static bool Accept(Admission admission, bool isSigned)
    {
        if (isSigned)
            admission.Accept();
        return isSigned;
    }
}

/// <summary>
/// An application that has passed the first step. API keys are public, so a call that nobody has shown to be the application's is
/// refunded to its quota when the admission is disposed of: a stranger cannot use the quota up.
/// </summary>
internal sealed class Admission(Application application, QuotaWindow window, Quota quota) : IDisposable
{
    private bool _isAccepted;

    public Application Application => application;

    /// <summary>The call is the application's, and counts, whatever it is answered.</summary>
    public void Accept() => _isAccepted = true;

    /// <summary>The call does not count after all.</summary>
    public void Reject() => _isAccepted = false;

    public void Dispose()
    {
        if (!_isAccepted)
            quota.Refund(application.Id, window);
    }
}
