namespace TokenAuth.Kernel.Configuration;

/// <summary>Options that have been read. The log shows the times among them at start, because a slip in one is not seen otherwise.</summary>
/// <param name="Section">Their path in the configuration.</param>
/// <param name="Options">Whose properties they are, defaults included.</param>
internal sealed record Lifetimes(string Section, object Options)
{
    /// <summary>Each option's path and value.</summary>
    public IEnumerable<string> Shown =>
        from option in Options.GetType().GetProperties()
        let value = option.GetValue(Options)
        from line in value is TimeSpan ? [$"{Section}:{option.Name} {value}"]
            : value?.GetType().Assembly == typeof(Lifetimes).Assembly && value.GetType().IsClass ? new Lifetimes($"{Section}:{option.Name}", value).Shown
            : []
        select line;
}
