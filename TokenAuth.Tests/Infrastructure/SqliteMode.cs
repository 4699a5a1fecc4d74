using System.Runtime.CompilerServices;
using TokenAuth.Kernel.Storage.Sqlite;

namespace TokenAuth.Tests.Infrastructure;

/// <summary>
/// Configures SQLite before any test opens a connection without the store; afterwards SQLite refuses.
/// </summary>
internal static class SqliteMode
{
    [ModuleInitializer]
    public static void Say() => RuntimeHelpers.RunClassConstructor(typeof(SqliteStore).TypeHandle);
}
