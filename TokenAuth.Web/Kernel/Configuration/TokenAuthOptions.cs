namespace TokenAuth.Kernel.Configuration;

/// <summary>The section <c>TokenAuth</c> of the configuration, as far as the kernel reads it. Features have sections below it.</summary>
internal sealed class TokenAuthOptions
{
    /// <summary>Database, certificate and key-wrapping key; absolute once it has been read.</summary>
    public string DataDirectory { get; set; } = "data";

    public DatabaseOptions Database { get; set; } = new();

    public KeyRingOptions KeyRing { get; set; } = new();

    public SecurityLogOptions SecurityLog { get; set; } = new();

    public BrowserOptions Browser { get; set; } = new();

    /// <summary>Networks whose forwarded headers are believed: a list, or one text with commas.</summary>
    public string[] Proxies { get; set; } = [];

    /// <summary>
    /// What the server calls itself, such as <c>https://auth.example.org</c>; without a slash at the end once it has
    /// been read.
    /// </summary>
    public string? PublicUrl { get; set; }

    /// <summary>Whether passwords, API keys and secrets that are sent in clear are refused over plain http.</summary>
    public bool RequireHttpsForPasswords { get; set; }

    /// <summary>While it is on, every dialect answers that it is under maintenance.</summary>
    public bool Maintenance { get; set; }

    /// <summary>Whether people can make accounts for themselves.</summary>
    public bool SignUp { get; set; } = true;

    /// <summary>Accounts that people of one network can make for themselves in an hour, and four times that in a day; 0: no limit.</summary>
    public int SignUpsPerNetworkAndHour { get; set; } = 10;

    public ShutdownOptions Shutdown { get; set; } = new();
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

internal sealed class BrowserOptions
{
    /// <summary>How long a sign-in on our own pages lasts at most, however much it is used.</summary>
    public TimeSpan MaxLifetime { get; set; } = TimeSpan.FromDays(30);
}

internal enum DatabaseProvider
{
    Sqlite,
    PostgreSql,
}

internal sealed class KeyRingOptions
{
    /// <summary>The length of a wrapping key in bytes.</summary>
    public const int KeyBytes = 32;

    /// <summary>32 bytes in base64; without it, a file in the data directory.</summary>
    public string? WrappingKey { get; set; }

    /// <summary>Whether a text is a wrapping key: 32 bytes in base64.</summary>
    public static bool IsKey(string text) =>
        Convert.TryFromBase64String(text, new byte[text.Length], out var bytes) && bytes == KeyBytes;
}

internal sealed class ShutdownOptions
{
    public static readonly TimeSpan MaxDrain = TimeSpan.FromMinutes(10);

    /// <summary>How long calls are still answered after the process was asked to stop, while it says that it is not ready.</summary>
    public TimeSpan Drain { get; set; } = TimeSpan.FromSeconds(1);
}
