namespace TokenAuth.Kernel.Storage.PostgreSql;

/// <summary>
/// Which write a node made last in one of its slots: part of that write's own transaction, so that it is there if and only
/// if the write has happened (see <see cref="MarkedTransaction{T}"/>).
/// </summary>
internal sealed class CommitMarker
{
    /// <summary>Drawn by the node when it first needed the slot.</summary>
    public required byte[] Slot { get; set; }

    public long Mark { get; set; }

    /// <summary>By the server's clock.</summary>
    public DateTimeOffset UsedAt { get; set; }
}
