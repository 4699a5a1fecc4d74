using System.Buffers;
using TokenAuth.Kernel.Formats;

namespace TokenAuth.Kernel.Signing;

/// <summary>
/// The text that a dialect signs when it joins sorted names and values without marking where one pair ends and
/// the next begins, and the rule that makes its reading unique all the same.
/// </summary>
/// <remarks>
/// <para>
/// Such a text can be cut in several ways: <c>a=1expi</c> with <c>res=0</c> joins to the same text as <c>a=1</c> with
/// <c>expires=0</c>, so a signature made for the one would vouch for the other. <see cref="Result.IsUnambiguous"/> therefore
/// accepts a set of parameters only where reading the text alone gives that set's known parameters back:
/// the name of a known parameter (with what ends a name) stands in the text only where such a parameter
/// really begins, and each value is the longest text of its <see cref="ValueGrammar"/> there. What the text alone
/// gives is one thing, so two accepted sets with the same text have the same known parameters. A value that is not of
/// its form reads as that and no more: how far it goes is not fixed, so a dialect treats all such values alike.
/// A value that begins with one of its form and goes on reads in two ways, and is never accepted.
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
internal sealed class SignatureBaseString(string nameEnd, IReadOnlyDictionary<string, ValueGrammar?> known)
{
    private static readonly SearchValues<char> Controls = SearchValues.Create([.. Enumerable.Range(0, ' ').Append('\u007F').Select(code => (char)code)]);

    /// <summary>What begins a known parameter in a text.</summary>
    private readonly (string Name, string Mark)[] _marks = [.. known.Keys.Select(name => (name, name + nameEnd))];

    /// <summary>Sorts by name, byte order, and joins: every parameter but the signature itself, blanks included.</summary>
    public Result Join(IEnumerable<Parameter> parameters, string signatureName)
    {
        var signed = new List<Parameter>();
        foreach (var parameter in parameters)
        {
            if (parameter.Name != signatureName)
                signed.Add(parameter);
        }

        // No two have the same name.
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

    /// <summary>Whether a value has the form that is known for its name.</summary>
    public bool Matches(string name, string value) => known[name] is { } grammar && grammar.Matches(value);

    /// <param name="signed">In the text's order.</param>
    /// <param name="overlong">The first known parameter whose value goes on where its form ends, or null.</param>
    /// <returns>False where something else keeps the text from being read in one way.</returns>
    private bool IsUnambiguous(List<Parameter> signed, string joined, out string? overlong)
    {
        overlong = null;
        if (joined.AsSpan().ContainsAny(Controls))
        {
            // A script that has not cut the end of a line off sends a value with a character too many.
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

        return NamesStandOnlyWhereTheyBegin(joined, begins) && ValuesAreTheLongest(joined, begins, out overlong);
    }

    private bool NamesStandOnlyWhereTheyBegin(string joined, List<(int At, Parameter Parameter)> begins)
    {
        foreach (var (name, mark) in _marks)
        {
            for (var at = joined.IndexOf(mark, StringComparison.Ordinal); at >= 0; at = joined.IndexOf(mark, at + 1, StringComparison.Ordinal))
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

    /// <summary>The text of one set of parameters.</summary>
    internal readonly struct Result(SignatureBaseString scheme, List<Parameter> signed, string text)
    {
        public string Text => text;

        /// <summary>Whether the text can be read in one way only, as far as known parameters go.</summary>
        public bool IsUnambiguous() => scheme.IsUnambiguous(signed, text, out var overlong) && overlong is null;

        /// <summary>
        /// The known parameter that alone keeps the text from being read in one way, because its value begins with one
        /// of its form and goes on: a token with a digit too many. The text is not accepted, but the caller can be told
        /// why. Null where there is no such parameter, or more is wrong.
        /// </summary>
        public string? Overlong()
        {
            _ = scheme.IsUnambiguous(signed, text, out var overlong);
            return overlong;
        }
    }
}
