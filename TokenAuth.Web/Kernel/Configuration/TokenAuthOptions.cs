namespace TokenAuth.Kernel.Configuration;

/// <summary>
/// The options in the section <c>TokenAuth</c> that the kernel reads. Features have sections below it.
/// </summary>
internal sealed class TokenAuthOptions
{
    /// <summary>
    /// The directory of the SQLite file, the certificate and the wrapping key. Absolute after reading.
    /// </summary>
    public string DataDirectory { get; set; } = "data";

    public DatabaseOptions Database { get; set; } = new();

    public KeyRingOptions KeyRing { get; set; } = new();

    public SecurityLogOptions SecurityLog { get; set; } = new();

    public BrowserOptions Browser { get; set; } = new();

    /// <summary>
    /// The networks of trusted proxies, whose forwarded headers count: a list, or one text with commas.
    /// </summary>
    public string[] Proxies { get; set; } = [];

    /// <summary>
    /// The public address, such as <c>https://auth.example.org</c>. It has no slash at the end after reading.
    /// </summary>
    public string? PublicUrl { get; set; }

    /// <summary>Refuses passwords, API keys and secrets in clear over plain http.</summary>
    public bool RequireHttpsForPasswords { get; set; }

    /// <summary>Makes every dialect answer that it is under maintenance.</summary>
    public bool Maintenance { get; set; }

    /// <summary>Allows people to create accounts.</summary>
    public bool SignUp { get; set; } = true;

    /// <summary>
    /// The number of accounts that people of one network can create in an hour. In a day they can create four times as
    /// many. 0 means no limit.
    /// </summary>
    public int SignUpsPerNetworkAndHour { get; set; } = 10;

    public ShutdownOptions Shutdown { get; set; } = new();

    public SiteOptions Site { get; set; } = new();

    public MailOptions Mail { get; set; } = new();

    public ConsoleOptions Console { get; set; } = new();

    public UpstreamOptions Upstream { get; set; } = new();

    public MetricsOptions Metrics { get; set; } = new();

    public LogsOptions Logs { get; set; } = new();
}

internal sealed class DatabaseOptions
{
    public DatabaseProvider Provider { get; set; } = DatabaseProvider.Sqlite;
}

internal sealed class SecurityLogOptions
{
    /// <summary>The time after which events are deleted.</summary>
    public TimeSpan Retention { get; set; } = TimeSpan.FromDays(90);
}

internal sealed class BrowserOptions
{
    /// <summary>The maximum lifetime of a sign-in on the server's own pages, however much it is used.</summary>
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

    /// <summary>The wrapping key: 32 bytes in base64. Without it, the key is in a file of the data directory.</summary>
    public string? WrappingKey { get; set; }

    /// <summary>Checks whether a text is a wrapping key: 32 bytes in base64.</summary>
    public static bool IsKey(string text) =>
        Convert.TryFromBase64String(text, new byte[text.Length], out var bytes) && bytes == KeyBytes;
}

internal sealed class ShutdownOptions
{
    public static readonly TimeSpan MaxDrain = TimeSpan.FromMinutes(10);

    /// <summary>
    /// The time during which a stopping server still answers calls, while <c>/health/ready</c> fails.
    /// </summary>
    public TimeSpan Drain { get; set; } = TimeSpan.FromSeconds(1);
}

internal sealed class SiteOptions
{
    /// <summary>The name of the community or service, on every page and in every message.</summary>
    public string Name { get; set; } = "TokenAuth";

    /// <summary>The file of the logo: SVG, PNG or WebP. Absolute after reading; null means TokenAuth's.</summary>
    public string? Logo { get; set; }

    /// <summary>
    /// The colour of buttons and links, such as <c>#0b57b0</c>. <see cref="AccentColor"/> makes it readable. Null means
    /// blue.
    /// </summary>
    public string? Accent { get; set; }

    /// <summary>Where people get help: an address of https, or of mailto. Null shows no link.</summary>
    public string? SupportUrl { get; set; }
}

/// <summary>What people may do in the developers' console.</summary>
internal sealed class ConsoleOptions
{
    /// <summary>Whether people register applications themselves.</summary>
    public ConsoleRegistration Registration { get; set; } = ConsoleRegistration.Off;

    /// <summary>The number of applications that an account may own.</summary>
    public int MaxApplications { get; set; } = 10;

    /// <summary>
    /// The quota of an application that somebody registers: <c>N/SECONDS</c>. The empty text means no limit.
    /// </summary>
    public string DefaultQuota { get; set; } = "5000/3600";
}

internal enum ConsoleRegistration
{
    /// <summary>Operators register all applications.</summary>
    Off,

    /// <summary>An application that somebody registers works once an administrator has approved it.</summary>
    Approval,

    /// <summary>It works at once, except for a service, whose approval is always needed.</summary>
    Open,
}

internal sealed class MetricsOptions
{
    /// <summary>
    /// The address that Prometheus scrapes, such as <c>http://127.0.0.1:9464</c>. Null means no metrics for it.
    /// </summary>
    public string? Url { get; set; }
}

internal sealed class LogsOptions
{
    /// <summary>The format of the log; null leaves it to <c>Logging:Console:FormatterName</c>.</summary>
    public LogFormat? Format { get; set; }
}

internal enum LogFormat
{
    Text,
    Json,
}
