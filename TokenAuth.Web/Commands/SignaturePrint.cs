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
            Line($"  {TextShown.Of(name)} = {TextShown.Of(value)}");
        Line();
        Line("Signature base string:");
        foreach (var piece in explanation.Text)
            Line($"  {PieceNames.Text(piece),-40}  {PieceNames.Of(piece)}");
        Line();
        Line($"Presented: {(explanation.Call.ShownSignature is { } presented ? TextShown.Of(presented) : "none")}");
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
}
