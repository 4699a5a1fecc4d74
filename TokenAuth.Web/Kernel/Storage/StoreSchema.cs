using Microsoft.EntityFrameworkCore;

namespace TokenAuth.Kernel.Storage;

/// <summary>How a store gets the EF Core context that migrates and checks it, without knowing the tables.</summary>
/// <param name="ContextType">The context whose migrations belong to the engine.</param>
/// <param name="Create">Creates a context on the store's own connection settings. Loads EF Core.</param>
internal sealed record StoreSchema<TStore>(Type ContextType, Func<TStore, DbContext> Create)
    where TStore : Store;
