using TokenAuth.Kernel.Calls;
using TokenAuth.Kernel.Faults;

namespace TokenAuth.Ipernity;

/// <summary>The first step of the caller check, with the dialect's own limit for addresses after it.</summary>
internal sealed class IpernityCallers(CallerCheck callers, AddressLimit addresses)
{
    public async ValueTask<Outcome<Admission>> AdmitAsync(string? apiKey, Call call, CancellationToken cancellation)
    {
        var admitted = await callers.AdmitAsync(apiKey, call.Address, bindsAddress: _ => true, cancellation);
        if (!admitted.Succeeded(out var admission, out _) || addresses.Allows(call.Address))
            return admitted;
        callers.Disown(admission);
        return FaultKind.AddressThrottled;
    }
}
