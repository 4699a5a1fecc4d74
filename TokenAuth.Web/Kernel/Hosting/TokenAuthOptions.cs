using TokenAuth.Kernel.Storage;

namespace TokenAuth.Kernel.Hosting;

/// <summary>The section <c>TokenAuth</c> of the configuration, as far as the kernel reads it. Features have sections below it.</summary>
internal sealed class TokenAuthOptions
{
    /// <summary>Database, certificate and key-wrapping key; absolute once it has been read.</summary>
    public string DataDirectory { get; set; } = "data";

    public DatabaseOptions Database { get; set; } = new();

    public KeyRingOptions KeyRing { get; set; } = new();

    /// <summary>Networks whose forwarded headers are believed: a list, or one text with commas.</summary>
    public string[] Proxies { get; set; } = [];

    /// <summary>While it is on, every dialect answers that it is under maintenance.</summary>
    public bool Maintenance { get; set; }

    /// <summary>Whether people can make accounts for themselves.</summary>
    public bool SignUp { get; set; } = true;

    public ShutdownOptions Shutdown { get; set; } = new();
}

internal sealed class DatabaseOptions
{
    public DatabaseProvider Provider { get; set; } = DatabaseProvider.Sqlite;
}

internal enum DatabaseProvider
{
    Sqlite,
    PostgreSql,
}

internal sealed class KeyRingOptions
{
    /// <summary>32 bytes in base64; without it, a file in the data directory.</summary>
    public string? WrappingKey { get; set; }
}

internal sealed class ShutdownOptions
{
    /// <summary>How long calls are still answered after the process was asked to stop, while it says that it is not ready.</summary>
    public TimeSpan Drain { get; set; } = TimeSpan.FromSeconds(1);
}
