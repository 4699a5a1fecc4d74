namespace TokenAuth.Kernel.Storage.PostgreSql;

/// <summary>
/// An account that a transaction has changed, or one of whose sessions it has. Triggers write the row in the same
/// transaction (see <see cref="PostgreSqlChangeFeed"/>).
/// </summary>
internal sealed class ChangeFeedRow
{
    /// <summary>
    /// The account number 0: an application was changed, or all sessions were removed, so any row may be stale.
    /// </summary>
    public const long Everything = 0;

    /// <summary>PostgreSQL's number of the transaction (xid8).</summary>
    public long TransactionId { get; set; }

    public long AccountId { get; set; }

    /// <summary>The time by the server's clock.</summary>
    public DateTimeOffset ChangedAt { get; set; }
}
