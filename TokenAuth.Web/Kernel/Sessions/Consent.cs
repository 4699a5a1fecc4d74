namespace TokenAuth.Kernel.Sessions;

/// <summary>An account's standing permission to an application.</summary>
internal sealed class Consent
{
    public long AccountId { get; set; }

    public long ApplicationId { get; set; }

    /// <summary>What may be done differs from one dialect to the next, so each is asked for by itself.</summary>
    public required string Dialect { get; set; }

    public string Permissions { get; set; } = "";

    public DateTimeOffset GrantedAt { get; set; }
}
