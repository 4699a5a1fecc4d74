using System.Globalization;
using System.Text;
using TokenAuth.Kernel.Calls.Signatures;

namespace TokenAuth.Commands;

/// <summary>Writes an explanation of a signature. It never contains a secret.</summary>
internal static class SignaturePrint
{
    public static object JsonOf(SigningExplanation explanation) => new
    {
        scheme = explanation.Call.Scheme,
        right = explanation.IsRight,
        presented = explanation.Call.ShownSignature,
        expected = explanation.Expected,
        secret = explanation.Found,
        mistakes = explanation.Mistakes.Select(mistake => new { name = mistake.Name, text = mistake.Sentence }),
        remarks = explanation.Remarks,
        warnings = explanation.Call.Warnings,
        parameters = explanation.Call.Shown.Select(parameter => new { parameter.Name, parameter.Value }),
        baseString = explanation.Text.Select(piece => new
        {
            kind = piece.Kind.ToString().ToLowerInvariant(),
            of = piece.Of,
            text = piece.Text,
        }),
    };

    public static string TextOf(SigningExplanation explanation)
    {
        var text = new StringBuilder();
        void Line(string line = "") => text.AppendLine(line);
        Line($"Signed by: {explanation.Call.Scheme}");
        Line();
        Line("Parameters as read:");
        foreach (var (name, value) in explanation.Call.Shown)
            Line($"  {Shown(name)} = {Shown(value)}");
        Line();
        Line("Signature base string:");
        foreach (var piece in explanation.Text)
            Line($"  {(piece.Kind == PieceKind.Secret ? "[secret]" : Shown(piece.Text)),-40}  {Label(piece)}");
        Line();
        Line($"Presented: {(explanation.Call.ShownSignature is { } presented ? Shown(presented) : "none")}");
        Line($"Expected:  {explanation.Expected ?? "unknown, because the caller is unknown"}");
        Line();
        text.Append(Verdict(explanation));
        foreach (var warning in explanation.Call.Warnings)
            text.AppendLine().Append("Also: ").Append(warning);
        return text.ToString();
    }

    private static string Verdict(SigningExplanation explanation) =>
        explanation.Verdict + string.Concat(explanation.Reasons.Select(Item));

    private static string Item(string sentence) => $"{Environment.NewLine}  * {sentence}";

    private static string Label(Piece piece) => piece.Kind switch
    {
        PieceKind.Name => $"name of {Shown(piece.Of)}",
        PieceKind.Value => $"value of {Shown(piece.Of)}",
        _ => piece.Of,
    };

    /// <summary>Shows control characters, which a terminal would obey, as escapes.</summary>
    private static string Shown(string text) => string.Concat(text.Select(c => char.IsControl(c)
        ? string.Create(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}")
        : c.ToString()));
}
