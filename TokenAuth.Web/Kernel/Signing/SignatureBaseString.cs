using System.Buffers;
using TokenAuth.Kernel.Formats;

namespace TokenAuth.Kernel.Signing;

/// <summary>
/// Joins sorted names and values into the signature base string of a dialect that does not mark where one pair ends and
/// the next begins, and checks that the text is unambiguous.
/// </summary>
/// <remarks>
/// <para>
/// Such a text can be parsed in several ways: <c>a=1expi</c> with <c>res=0</c> joins to the same text as <c>a=1</c>
/// with <c>expires=0</c>, so a signature of one is a signature of the other. <see cref="Result.IsUnambiguous"/>
/// therefore accepts a set of parameters only if parsing the text alone yields its known parameters again. The name of
/// a known parameter (with the end of a name) must occur in the text only where such a parameter begins, and each value
/// must be the longest text of its <see cref="ValueGrammar"/> there. Parsing the text alone has one result, so two
/// accepted sets with the same text have the same known parameters. A value that does not begin like its grammar is
/// accepted as malformed. Its end is not known, so a dialect treats all malformed values alike. A value that begins
/// like its grammar and continues is ambiguous and never accepted.
/// </para>
/// <para>
/// Unknown parameters, which old clients send, are accepted under the same rule. How they divide among themselves may
/// stay open, because no code looks at them. See docs/adr/0004-unambiguous-signatures.md.
/// </para>
/// <para>
/// The folder <c>Signing</c> owns signature base strings, value grammars, MD5 signatures and comparison in constant
/// time. It must not know which parameters a dialect has or where secrets come from.
/// </para>
/// </remarks>
/// <param name="nameEnd">The text between a name and its value; may be empty.</param>
/// <param name="known">
/// The parameters that a call's meaning depends on. The grammar is null if only the parameter's presence counts.
/// </param>
internal sealed class SignatureBaseString(string nameEnd, IReadOnlyDictionary<string, ValueGrammar?> known)
{
    private static readonly SearchValues<char> Controls = SearchValues.Create(
        [.. Enumerable.Range(0, ' ').Append('\u007F').Select(code => (char)code)]);

    /// <summary>The texts that begin a known parameter.</summary>
    private readonly (string Name, string Mark)[] _marks = [.. known.Keys.Select(name => (name, name + nameEnd))];

    /// <summary>
    /// Sorts all parameters except the signature by name, in the order of code units, and joins them.
    /// </summary>
    public Result Join(IEnumerable<Parameter> parameters, string signatureName)
    {
        var signed = new List<Parameter>();
        foreach (var parameter in parameters)
        {
            if (parameter.Name != signatureName)
                signed.Add(parameter);
        }

        // The sort need not be stable, because names are unique.
        signed.Sort(static (one, other) => string.CompareOrdinal(one.Name, other.Name));
        var length = 0;
        foreach (var (name, value) in signed)
            length += name.Length + nameEnd.Length + value.Length;
        var text = string.Create(length, (signed, nameEnd), static (into, all) =>
        {
            foreach (var (name, value) in all.signed)
            {
                name.CopyTo(into);
                into = into[name.Length..];
                all.nameEnd.CopyTo(into);
                into = into[all.nameEnd.Length..];
                value.CopyTo(into);
                into = into[value.Length..];
            }
        });
        return new Result(this, signed, text);
    }

    /// <summary>Checks whether a value has the grammar of its parameter.</summary>
    public bool Matches(string name, string value) => known[name] is { } grammar && grammar.Matches(value);

    /// <summary>Checks the text.</summary>
    /// <param name="signed">The parameters in the order of the text.</param>
    /// <param name="overlong">The first known parameter whose value continues beyond its grammar, or null.</param>
    /// <returns>False if the text is ambiguous for a reason other than an overlong value.</returns>
    private bool IsUnambiguous(List<Parameter> signed, string joined, out string? overlong)
    {
        overlong = null;
        if (joined.AsSpan().ContainsAny(Controls))
        {
            // A script that does not trim the end of a line sends a value with an extra character.
            overlong = signed.Find(parameter => known.GetValueOrDefault(parameter.Name) is not null
                && parameter.Value.AsSpan().ContainsAny(Controls)).Name;
            return false;
        }

        var begins = new List<(int At, Parameter Parameter)>(signed.Count);
        var at = 0;
        foreach (var parameter in signed)
        {
            if (known.ContainsKey(parameter.Name))
                begins.Add((at, parameter));
            at += parameter.Name.Length + nameEnd.Length + parameter.Value.Length;
        }

        return NamesOccurOnlyAtBeginnings(joined, begins) && ValuesAreTheLongest(joined, begins, out overlong);
    }

    private bool NamesOccurOnlyAtBeginnings(string joined, List<(int At, Parameter Parameter)> begins)
    {
        foreach (var (name, mark) in _marks)
        {
            for (var at = joined.IndexOf(mark, StringComparison.Ordinal);
                at >= 0;
                at = joined.IndexOf(mark, at + 1, StringComparison.Ordinal))
            {
                if (!BeginsAt(begins, at, name))
                    return false;
            }
        }

        return true;
    }

    private static bool BeginsAt(List<(int At, Parameter Parameter)> begins, int at, string name)
    {
        foreach (var begin in begins)
        {
            if (begin.At == at)
                return begin.Parameter.Name == name;
        }

        return false;
    }

    private bool ValuesAreTheLongest(string joined, List<(int At, Parameter Parameter)> begins, out string? overlong)
    {
        overlong = null;
        for (var i = 0; i < begins.Count; i++)
        {
            var (at, (name, value)) = begins[i];
            if (known[name] is not { } grammar)
                continue;
            var start = at + name.Length + nameEnd.Length;
            var end = i + 1 < begins.Count ? begins[i + 1].At : joined.Length;
            var read = grammar(joined.AsSpan(start, end - start));
            if (read == (grammar.Matches(value) ? value.Length : -1))
                continue;
            if (read > value.Length || grammar.Matches(value))
                return false;
            overlong ??= name;
        }

        return true;
    }

    /// <summary>The signature base string of one set of parameters.</summary>
    internal readonly struct Result(SignatureBaseString scheme, List<Parameter> signed, string text)
    {
        public string Text => text;

        /// <summary>Checks whether the text has one possible reading of its known parameters.</summary>
        public bool IsUnambiguous() => scheme.IsUnambiguous(signed, text, out var overlong) && overlong is null;

        /// <summary>
        /// Returns the known parameter whose value continues beyond its grammar, such as a token with an extra digit or
        /// a line end. The text is not accepted, but the dialect can tell the caller why. Returns null if there is no
        /// such parameter, or if another ambiguity is found first.
        /// </summary>
        public string? Overlong()
        {
            _ = scheme.IsUnambiguous(signed, text, out var overlong);
            return overlong;
        }
    }
}
