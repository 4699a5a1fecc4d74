using System.Runtime.CompilerServices;
using TokenAuth.Kernel.Storage.Sqlite;

namespace TokenAuth.Tests.Infrastructure;

/// <summary>Says how SQLite is to work before a test opens the first connection, past the store: later it can no longer be said.</summary>
internal static class SqliteMode
{
    [ModuleInitializer]
    public static void Say() => RuntimeHelpers.RunClassConstructor(typeof(SqliteStore).TypeHandle);
}
