namespace TokenAuth.Kernel.Storage;

/// <summary>
/// The one store, whichever engine is behind it. Units of work are delegates that run statements on a lent
/// <see cref="StoreConnection"/>; SQL keeps to what SQLite and PostgreSQL have in common.
/// </summary>
/// <remarks>
/// A unit may be run again after it was rolled back, so it has no effects but its statements'.
/// What it throws reaches the caller; nothing it wrote is then kept.
/// </remarks>
internal abstract class Store
{
    /// <summary>Runs a unit that only reads.</summary>
    public abstract ValueTask<T> ReadAsync<T>(
        Func<StoreConnection, ValueTask<T>> unit, CancellationToken cancellation = default);

    /// <summary>Runs a unit in a transaction, and returns once that is durable.</summary>
    public abstract ValueTask<T> WriteAsync<T>(
        Func<StoreConnection, ValueTask<T>> unit, CancellationToken cancellation = default);

    /// <summary>Takes this process's turn to write, for writes that do not go through a unit (those of EF Core).</summary>
    public abstract Task<T> TakeTurnAsync<T>(Func<Task<T>> write);

    /// <summary>Throws where the store cannot be opened and read now; connections that are open already are not believed.</summary>
    public abstract Task ProbeAsync();

    /// <summary>Applies missing migrations; safe when several processes start at once.</summary>
    public abstract Task MigrateAsync(CancellationToken cancellation = default);

    /// <summary>What is wrong with the store: damage, a migration that is missing. Empty where all is well.</summary>
    public abstract Task<IReadOnlyList<string>> CheckAsync(CancellationToken cancellation = default);

    /// <summary>Writes a consistent copy to a new file while the server runs.</summary>
    public abstract Task BackupAsync(string file, CancellationToken cancellation = default);
}
