namespace TokenAuth.Kernel.Storage.PostgreSql;

/// <summary>
/// An account that a transaction has changed, itself or one of its sessions. Triggers write it, in that transaction (see
/// <see cref="PostgreSqlChangeFeed"/>).
/// </summary>
internal sealed class ChangeFeedRow
{
    /// <summary>In the place of an account: an application was changed, and with it anything may have.</summary>
    public const long Everything = 0;

    /// <summary>PostgreSQL's number of the transaction (xid8).</summary>
    public long TransactionId { get; set; }

    public long AccountId { get; set; }

    /// <summary>By the server's clock.</summary>
    public DateTimeOffset ChangedAt { get; set; }
}
