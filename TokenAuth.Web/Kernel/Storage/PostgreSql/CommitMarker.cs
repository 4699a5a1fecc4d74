namespace TokenAuth.Kernel.Storage.PostgreSql;

/// <summary>
/// The last write that a node made in one of its slots. It is part of the write's own transaction, so it exists if and
/// only if the write has happened (see <see cref="MarkedTransaction{T}"/>).
/// </summary>
internal sealed class CommitMarker
{
    /// <summary>A random number, drawn when the node first needed the slot.</summary>
    public required byte[] Slot { get; set; }

    public long Mark { get; set; }

    /// <summary>The time by the server's clock.</summary>
    public DateTimeOffset UsedAt { get; set; }
}
