using TokenAuth.Kernel.Storage;

namespace TokenAuth.Kernel.Events;

/// <summary>Adds to the transactions that write security events, such as notices to the accounts' owners.</summary>
internal interface IEventFollower
{
    /// <summary>Starts to follow one transaction, before it begins.</summary>
    IFollowedWrite Begin();
}

/// <summary>A transaction that is followed.</summary>
internal interface IFollowedWrite
{
    /// <summary>
    /// Runs at the end of the transaction, with the events that it writes. If the transaction is repeated, this is
    /// repeated, too.
    /// </summary>
    ValueTask RecordAsync(StoreConnection connection, IEnumerable<(SecurityEvent Event, DateTimeOffset At)> happened);

    /// <summary>Runs once the transaction is durable.</summary>
    void Committed();
}
