using TokenAuth.Kernel.Storage;

namespace TokenAuth.Kernel.Hosting;

/// <summary>The section <c>TokenAuth</c> of the configuration, as far as the kernel reads it. Features have sections below it.</summary>
internal sealed class TokenAuthOptions
{
    /// <summary>Database, certificate and key-wrapping key; absolute once it has been read.</summary>
    public string DataDirectory { get; set; } = "data";

    public DatabaseOptions Database { get; set; } = new();

    public KeyRingOptions KeyRing { get; set; } = new();

    public SecurityLogOptions SecurityLog { get; set; } = new();

    /// <summary>Networks whose forwarded headers are believed: a list, or one text with commas.</summary>
    public string[] Proxies { get; set; } = [];

    /// <summary>While it is on, every dialect answers that it is under maintenance.</summary>
    public bool Maintenance { get; set; }

    /// <summary>Whether people can make accounts for themselves.</summary>
    public bool SignUp { get; set; } = true;

    /// <summary>Accounts that one network can make in an hour; four times as many in a day. 0: no limit.</summary>
    public int SignUpsPerNetworkAndHour { get; set; } = 5;
}

internal sealed class DatabaseOptions
{
    public DatabaseProvider Provider { get; set; } = DatabaseProvider.Sqlite;
}

internal sealed class SecurityLogOptions
{
    /// <summary>How long events are kept.</summary>
    public TimeSpan Retention { get; set; } = TimeSpan.FromDays(90);
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
