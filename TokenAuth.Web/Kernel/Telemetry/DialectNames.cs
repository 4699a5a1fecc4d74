namespace TokenAuth.Kernel.Telemetry;

/// <summary>What stands in the place of a dialect, in the store and in metrics, where none was used.</summary>
internal static class DialectNames
{
    /// <summary>A sign-in on our own pages.</summary>
    public const string Browser = "browser";
}
