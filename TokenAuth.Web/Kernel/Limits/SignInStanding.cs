using TokenAuth.Kernel.Faults;

namespace TokenAuth.Kernel.Limits;

/// <summary>What the throttle says of one attempt to sign in, and what it counts it by.</summary>
internal sealed record SignInStanding
{
    public required SignInSubjects Subjects { get; init; }

    /// <summary>
    /// Null where the attempt may go on. Otherwise <see cref="FaultKind.AddressThrottled"/> for its network's sake, or
    /// <see cref="FaultKind.SignInThrottled"/>; with the time after which it may be tried again.
    /// </summary>
    public Fault? Refusal { get; init; }

    public Urgency Urgency { get; init; }

    /// <summary>Whether the attempt is counted by its device alone.</summary>
    public bool IsByDevice { get; init; }

    /// <summary>Whether failures of this login name from this network are counted.</summary>
    public bool HasFailed { get; init; }

    /// <summary>Whether it was written lately that this login name signs in from this network.</summary>
    public bool IsRemembered { get; init; }

    public bool IsNetworkBlocked => Refusal?.Kind == FaultKind.AddressThrottled;
}
