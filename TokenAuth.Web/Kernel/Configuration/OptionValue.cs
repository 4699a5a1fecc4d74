using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace TokenAuth.Kernel.Configuration;

/// <summary>An option with its value, as it is in effect.</summary>
/// <param name="Name">The path in the configuration, such as <c>TokenAuth:Shutdown:Drain</c>.</param>
internal sealed record OptionValue(string Name, Type Type, object? Value)
{
    /// <summary>The value as it is written in the configuration; null if there is none.</summary>
    public string? Text => Value switch
    {
        null => null,
        bool flag => flag ? "true" : "false",
        string[] list => string.Join(", ", list),
        IFormattable number => number.ToString(format: null, CultureInfo.InvariantCulture),
        _ => Value.ToString(),
    };

    /// <summary>Lists options, those of nested sections included.</summary>
    /// <param name="section">The path of the options in the configuration.</param>
    public static IEnumerable<OptionValue> Of(string section, object options) =>
        from property in options.GetType().GetProperties()
        let value = property.GetValue(options)
        let name = $"{section}:{property.Name}"
        from option in IsSection(value) ? Of(name, value) : [new OptionValue(name, property.PropertyType, value)]
        select option;

    private static bool IsSection([NotNullWhen(true)] object? value) =>
        value?.GetType().Assembly == typeof(OptionValue).Assembly && value.GetType().IsClass;
}
