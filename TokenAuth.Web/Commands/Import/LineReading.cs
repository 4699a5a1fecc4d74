using TokenAuth.Kernel.Accounts.Import;

namespace TokenAuth.Commands.Import;

/// <summary>What a reader made of a line.</summary>
/// <param name="Unknown">A field that no line has. On the first line it is a mistake of the whole file.</param>
internal readonly record struct LineReading(ImportLine? Line, string? Refusal, string? Unknown = null)
{
    public static implicit operator LineReading(ImportLine line) => new(line, Refusal: null);

    public static implicit operator LineReading(string refusal) => new(Line: null, refusal);

    public static LineReading UnknownField(string field) => new(
        Line: null, $"there is no field {Kernel.Formats.OneLine.Of(field[..Math.Min(field.Length, 40)])}", field);
}
