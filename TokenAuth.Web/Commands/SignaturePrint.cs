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
        presented = explanation.Call.Presented,
        expected = explanation.Expected,
        secret = explanation.Found,
        mistakes = explanation.Mistakes.Select(mistake => new { name = mistake.Name, text = mistake.Sentence }),
        remarks = explanation.Remarks,
        warnings = explanation.Call.Warnings,
        parameters = explanation.Call.Call.Parameters.Select(parameter => new { parameter.Name, parameter.Value }),
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
        foreach (var (name, value) in explanation.Call.Call.Parameters)
            Line($"  {Shown(name)} = {Shown(value)}");
        Line();
        Line("Signature base string:");
        foreach (var piece in explanation.Text)
            Line($"  {(piece.Kind == PieceKind.Secret ? "[secret]" : Shown(piece.Text)),-40}  {Label(piece)}");
        Line();
        Line($"Presented: {(explanation.Call.Presented is { } presented ? Shown(presented) : "none")}");
        Line($"Expected:  {explanation.Expected ?? "unknown, because the caller is unknown"}");
        Line();
        text.Append(Verdict(explanation));
        foreach (var warning in explanation.Call.Warnings)
            text.AppendLine().Append("Also: ").Append(warning);
        return text.ToString();
    }

    private static string Verdict(SigningExplanation explanation)
    {
        if (explanation.IsRight)
            return "The signature is right.";
        if (explanation.Call.Presented is null)
            return $"The call has no signature: {explanation.Call.SignatureName} is missing.";
        if (explanation.Found is not { } secret)
        {
            return "The signature is wrong, and no usual mistake explains it. Compare the signature base string above "
                + "with the one that the client builds.";
        }

        var found = explanation.Remarks.Concat(explanation.Mistakes.Select(mistake => mistake.Sentence)).ToList();
        return found.Count > 0
            ? $"The signature is wrong. With {secret}, it is explained by:{string.Concat(found.Select(Item))}"
            : $"The signature is wrong: it was made with {secret}.";
    }

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
