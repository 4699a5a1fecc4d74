using Microsoft.EntityFrameworkCore;

namespace TokenAuth.Kernel.Storage;

/// <summary>
/// Gives a store the EF Core context that migrates and checks it, so that the store does not know the tables.
/// </summary>
/// <param name="ContextType">The context whose migrations belong to the engine.</param>
/// <param name="Create">Creates a context on the store's own connection settings. Loads EF Core.</param>
internal sealed record StoreSchema<TStore>(Type ContextType, Func<TStore, DbContext> Create)
    where TStore : Store;
