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
        from option in OptionValue.Of(Section, Options)
        where option.Value is TimeSpan
        select $"{option.Name} {option.Text}";
}
