using TokenAuth.Kernel.Faults;

namespace TokenAuth.Kernel.Limits;

/// <summary>
/// The throttle's decision about one attempt to sign in, and the subjects that the attempt counts for.
/// </summary>
internal sealed record SignInStanding
{
    public required SignInSubjects Subjects { get; init; }

    /// <summary>
    /// Null if the attempt may proceed. Otherwise <see cref="FaultKind.AddressThrottled"/> if its network is blocked,
    /// or <see cref="FaultKind.SignInThrottled"/>, with the time to wait.
    /// </summary>
    public Fault? Refusal { get; init; }

    public Urgency Urgency { get; init; }

    /// <summary>Tells whether only the known browser counts for the attempt.</summary>
    public bool IsByDevice { get; init; }

    /// <summary>Tells whether failures of this login name from this network count now.</summary>
    public bool HasFailed { get; init; }

    /// <summary>
    /// Tells whether the store already has a recent record that this login name signs in from this network.
    /// </summary>
    public bool IsRemembered { get; init; }

    public bool IsNetworkBlocked => Refusal?.Kind == FaultKind.AddressThrottled;
}
