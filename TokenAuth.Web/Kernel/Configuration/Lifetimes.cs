using System.Diagnostics.CodeAnalysis;

namespace TokenAuth.Kernel.Configuration;

/// <summary>
/// Lists the times among options. The server logs them at start, because a typing error in one is easy to miss.
/// </summary>
/// <param name="Section">The path of the options in the configuration.</param>
/// <param name="Options">The options, defaults included.</param>
internal sealed record Lifetimes(string Section, object Options)
{
    /// <summary>Returns the path and value of each time, those of nested options included.</summary>
    public IEnumerable<string> Entries =>
        from option in Options.GetType().GetProperties()
        let value = option.GetValue(Options)
        from entry in value is TimeSpan ? [$"{Section}:{option.Name} {value}"]
            : IsOptions(value) ? new Lifetimes($"{Section}:{option.Name}", value).Entries
            : []
        select entry;

    private static bool IsOptions([NotNullWhen(true)] object? value) =>
        value?.GetType().Assembly == typeof(Lifetimes).Assembly && value.GetType().IsClass;
}
