namespace TokenAuth.Kernel.Sessions;

/// <summary>An account's standing consent to an application in one dialect.</summary>
internal sealed class Consent
{
    public long AccountId { get; set; }

    public long ApplicationId { get; set; }

    /// <summary>The dialect. Each dialect has its own permissions, so each needs its own consent.</summary>
    public required string Dialect { get; set; }

    public string Permissions { get; set; } = "";

    public DateTimeOffset GrantedAt { get; set; }
}
