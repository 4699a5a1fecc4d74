namespace TokenAuth.Kernel.DataProtection;

/// <summary>A Data Protection key, as XML whose secret part is wrapped (see <see cref="KeyRing"/>).</summary>
internal sealed class KeyRingRow
{
    public long Id { get; set; }

    public required string FriendlyName { get; set; }

    public required string Xml { get; set; }
}
