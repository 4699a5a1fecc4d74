using TokenAuth.Kernel.Applications;
using TokenAuth.Kernel.Faults;
using TokenAuth.Kernel.Limits;
using TokenAuth.Kernel.Signing;

namespace TokenAuth.Kernel.Calls;

/// <summary>
/// Identifies and authorises the calling application in two steps: first key, state, address and quota, then the
/// signature. A dialect may add checks between the steps. The order within each step is fixed.
/// </summary>
internal sealed class CallerCheck(ApplicationDirectory applications, Quota quota)
{
    /// <summary>
    /// Performs the first step: finds the application and takes one call from its quota. Faults:
    /// <see cref="FaultKind.KeyMissing"/>, <see cref="FaultKind.KeyUnknown"/>, <see cref="FaultKind.AddressRefused"/>,
    /// <see cref="FaultKind.QuotaExceeded"/>.
    /// </summary>
    /// <param name="bindsAddress">Decides whether the dialect enforces an application's list of networks.</param>
    /// <returns>The admission, which the dialect disposes of at the end of the call.</returns>
    public async ValueTask<Outcome<Admission>> AdmitAsync(
        string? apiKey, Call call, Func<Application, bool> bindsAddress, CancellationToken cancellation)
    {
        if (string.IsNullOrEmpty(apiKey))
            return FaultKind.KeyMissing;
        if (await applications.FindEnabledAsync(apiKey, cancellation) is not { } application)
            return FaultKind.KeyUnknown;
        call.Sender.Application = application;
        if (!application.MayBeCalledFrom(call.Address) && bindsAddress(application))
            return FaultKind.AddressRefused;
        if (await quota.TakeAsync(application.Id, application.QuotaRule(), cancellation) is not { } window)
            return FaultKind.QuotaExceeded;
        return new Admission(application, call.Sender, window, quota);
    }

    /// <summary>
    /// Performs the second step: checks whether the presented signature was made with one of the secrets. A right
    /// signature accepts the admission.
    /// </summary>
    /// <param name="secrets">The secrets, if they are not those of the application.</param>
    public bool IsSigned(
        Admission admission, string? presented, Func<string, string> sign, IReadOnlyList<string>? secrets = null) =>
        Accept(admission, Signature.Matches(presented, secrets ?? applications.SecretsOf(admission.Application), sign));

    /// <summary>
    /// Performs the second step for a call of which the client may have signed any of several readings.
    /// </summary>
    public bool IsSigned<TReading>(
        Admission admission, string? presented, IReadOnlyList<TReading> readings, Func<TReading, string, string> sign)
    {
        var secrets = applications.SecretsOf(admission.Application);
        return Accept(
            admission,
            readings.Any(reading => Signature.Matches(presented, secrets, secret => sign(reading, secret))));
    }

    private static bool Accept(Admission admission, bool isSigned)
    {
        if (isSigned)
            admission.Prove();
        return isSigned;
    }
}

/// <summary>
/// An application that passed the first step, with the quota window that the call was taken from. API keys are public.
/// So <see cref="Dispose"/> refunds the call to the quota unless it was accepted, and a stranger cannot use up the
/// quota.
/// </summary>
internal sealed class Admission(Application application, CallSender sender, QuotaWindow window, Quota quota)
    : IDisposable
{
    private bool _isAccepted;

    public Application Application => application;

    /// <summary>Counts the call as the application's, whatever its answer.</summary>
    public void Accept() => _isAccepted = true;

    /// <summary>Counts the call as the application's, because a signature or a secret proves it.</summary>
    public void Prove() => sender.IsProven = _isAccepted = true;

    /// <summary>Revokes <see cref="Accept"/>, so that the call is refunded.</summary>
    public void Reject() => _isAccepted = false;

    public void Dispose()
    {
        if (!_isAccepted)
            quota.Refund(application.Id, window);
    }
}
