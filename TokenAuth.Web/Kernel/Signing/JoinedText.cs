using System.Text;
using TokenAuth.Kernel.Formats;

namespace TokenAuth.Kernel.Signing;

/// <summary>
/// The text that a dialect signs when it joins sorted names and values without marking where one pair ends and
/// the next begins, and the rule that makes its reading unique all the same.
/// </summary>
/// <remarks>
/// <para>
/// Such a text can be cut in several ways: <c>a=1expi</c> with <c>res=0</c> joins to the same text as <c>a=1</c> with
/// <c>expires=0</c>, so a signature made for the one would vouch for the other. <see cref="ReadsOneWay"/> therefore
/// accepts a set of parameters only where reading the text alone gives that set's known parameters back:
/// the name of a known parameter (with what ends a name) stands in the text only where such a parameter
/// really begins, and each value is the longest text of its <see cref="ValueGrammar"/> there. What the text alone
/// gives is one thing, so two accepted sets with the same text have the same known parameters. A value that is not of
/// its form reads as that and no more: how far it goes is not fixed, so a dialect treats all such values alike.
/// </para>
/// <para>
/// Unknown parameters, which old clients do send, are welcome as long as they keep to that. How they read among
/// themselves may stay open, since nothing looks at them. See docs/adr/0004.
/// </para>
/// </remarks>
/// <param name="nameEnd">What stands between a name and its value; may be empty.</param>
/// <param name="known">
/// The parameters that a call's meaning depends on. A null grammar marks one whose presence counts, but not its value.
/// </param>
internal sealed class JoinedText(string nameEnd, IReadOnlyDictionary<string, ValueGrammar?> known)
{
    /// <summary>Sorts by name, byte order, and joins: every parameter but the signature itself, blanks included.</summary>
    public string Join(IEnumerable<Parameter> parameters, string signatureName)
    {
        var text = new StringBuilder(256);
        foreach (var (name, value) in Signed(parameters, signatureName))
            text.Append(name).Append(nameEnd).Append(value);
        return text.ToString();
    }

    /// <summary>Whether the signed text can be read in one way only, as far as known parameters go.</summary>
    public bool ReadsOneWay(IEnumerable<Parameter> parameters, string signatureName)
    {
        var text = new StringBuilder(256);
        var begins = new List<(int At, Parameter Parameter)>();
        foreach (var parameter in Signed(parameters, signatureName))
        {
            if (parameter.Name.Any(IsControl) || parameter.Value.Any(IsControl))
                return false;
            if (known.ContainsKey(parameter.Name))
                begins.Add((text.Length, parameter));
            text.Append(parameter.Name).Append(nameEnd).Append(parameter.Value);
        }

        var joined = text.ToString();
        return NamesStandOnlyWhereTheyBegin(joined, begins) && ValuesAreTheLongest(joined, begins);
    }

    /// <summary>Whether a value has the form that is known for its name.</summary>
    public bool Fits(string name, string value) => known[name] is { } grammar && grammar.Fits(value);

    private static IEnumerable<Parameter> Signed(IEnumerable<Parameter> parameters, string signatureName) => parameters
        .Where(parameter => parameter.Name != signatureName)
        .OrderBy(parameter => parameter.Name, StringComparer.Ordinal);

    private static bool IsControl(char c) => c is < ' ' or '\u007F';

    private bool NamesStandOnlyWhereTheyBegin(string joined, List<(int At, Parameter Parameter)> begins)
    {
        foreach (var name in known.Keys)
        {
            var mark = name + nameEnd;
            for (var at = joined.IndexOf(mark, StringComparison.Ordinal); at >= 0; at = joined.IndexOf(mark, at + 1, StringComparison.Ordinal))
            {
                if (!begins.Exists(begin => begin.At == at && begin.Parameter.Name == name))
                    return false;
            }
        }

        return true;
    }

    private bool ValuesAreTheLongest(string joined, List<(int At, Parameter Parameter)> begins)
    {
        for (var i = 0; i < begins.Count; i++)
        {
            var (at, (name, value)) = begins[i];
            if (known[name] is not { } grammar)
                continue;
            var start = at + name.Length + nameEnd.Length;
            var end = i + 1 < begins.Count ? begins[i + 1].At : joined.Length;
            var read = grammar(joined.AsSpan(start, end - start));
            if (read != (grammar.Fits(value) ? value.Length : -1))
                return false;
        }

        return true;
    }
}
