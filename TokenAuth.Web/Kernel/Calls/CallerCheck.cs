using System.Net;
using TokenAuth.Kernel.Applications;
using TokenAuth.Kernel.Faults;
using TokenAuth.Kernel.Limits;
using TokenAuth.Kernel.Signing;

namespace TokenAuth.Kernel.Calls;

/// <summary>
/// Who calls, and may they: key, enabled, address, quota, then the signature. A dialect may look at other things
/// between the two steps; the order within each is fixed.
/// </summary>
internal sealed class CallerCheck(ApplicationDirectory applications, Quota quota)
{
    /// <summary>The first step: finds the application and takes one call out of its quota.</summary>
    /// <param name="bindsAddress">Which applications' lists of networks count in this dialect.</param>
    public async ValueTask<Outcome<Admission>> AdmitAsync(
        string? apiKey, IPAddress caller, Func<Application, bool> bindsAddress, CancellationToken cancellation)
    {
        if (string.IsNullOrEmpty(apiKey))
            return FaultKind.KeyMissing;
        if (await applications.FindEnabledAsync(apiKey, cancellation) is not { } application)
            return FaultKind.KeyUnknown;
        if (!application.MayBeCalledFrom(caller) && bindsAddress(application))
            return FaultKind.AddressRefused;
        if (await quota.TakeAsync(application, cancellation) is not { } window)
            return FaultKind.QuotaExceeded;
        return new Admission(application, window);
    }

    /// <summary>
    /// The second step: whether the presented signature was made with one of these secrets, which are the application's
    /// own unless the dialect signs with another. API keys are public, so a call that fails here gives
    /// back what it took of the quota: a stranger cannot use it up.
    /// </summary>
    public bool IsSigned(Admission admission, string? presented, Func<string, string> sign, IReadOnlyList<string>? secrets = null)
    {
        if (Signature.Matches(presented, secrets ?? applications.SecretsOf(admission.Application), sign))
            return true;
        Disown(admission);
        return false;
    }

    /// <summary>The same where the client may have signed any one of several readings of the call.</summary>
    public bool IsSigned<TReading>(
        Admission admission, string? presented, IReadOnlyList<TReading> readings, Func<TReading, string, string> sign)
    {
        var secrets = applications.SecretsOf(admission.Application);
        if (readings.Any(reading => Signature.Matches(presented, secrets, secret => sign(reading, secret))))
            return true;
        Disown(admission);
        return false;
    }

    /// <summary>
    /// For a call that is refused between the two steps: nobody has shown that it is the application's, so it costs
    /// the application nothing either.
    /// </summary>
    public void Disown(Admission admission) => quota.Refund(admission.Application, admission.Window);
}

/// <summary>An application that has passed the first step, and the quota window that its call was taken from.</summary>
internal sealed record Admission(Application Application, QuotaWindow Window);
