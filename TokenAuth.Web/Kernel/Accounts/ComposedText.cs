using System.Globalization;
using System.Text;

namespace TokenAuth.Kernel.Accounts;

/// <summary>
/// Composes text by Unicode's canonical composition (NFC, Unicode Standard Annex 15). Under
/// <c>InvariantGlobalization</c>, <see cref="string.Normalize()"/> returns every text unchanged, so the server brings
/// its own tables, which are read when they are first needed.
/// </summary>
internal static class ComposedText
{
    /// <summary>
    /// The maximum length in UTF-16 units. A longer text is returned unchanged: sorting its marks could take long, and
    /// no password is so long.
    /// </summary>
    public const int MaxLength = 1024;

    // Hangul syllables are computed: Unicode Standard, section 3.12.
    private const int FirstSyllable = 0xAC00, FirstLead = 0x1100, FirstVowel = 0x1161, FirstTail = 0x11A7;
    private const int LeadCount = 19, VowelCount = 21, TailCount = 28;
    private const int SyllableCount = LeadCount * VowelCount * TailCount;

    private static readonly Lazy<Tables> _tables = new(Tables.Read);

    /// <summary>Returns the text with its characters composed: <c>e</c> and U+0301 become <c>é</c>.</summary>
    public static string Of(string text)
    {
        if (Ascii.IsValid(text) || text.Length > MaxLength)
            return text;
        List<(int Character, int Class)> decomposed = [];
        foreach (var rune in text.EnumerateRunes())
            Decompose(rune.Value, decomposed);
        Order(decomposed);
        var composed = new StringBuilder(text.Length);
        foreach (var character in Compose(decomposed))
            composed.Append(char.ConvertFromUtf32(character));
        return composed.ToString();
    }

    /// <summary>Returns the text without accents and other marks: <c>é</c> becomes <c>e</c>.</summary>
    public static string WithoutMarks(string text)
    {
        List<(int Character, int Class)> decomposed = [];
        foreach (var rune in text.EnumerateRunes())
            Decompose(rune.Value, decomposed);
        return string.Concat(
            decomposed.Where(part => part.Class == 0).Select(part => char.ConvertFromUtf32(part.Character)));
    }

    private static void Decompose(int character, List<(int Character, int Class)> into)
    {
        var syllable = character - FirstSyllable;
        if (syllable is >= 0 and < SyllableCount)
        {
            into.Add((FirstLead + (syllable / (VowelCount * TailCount)), 0));
            into.Add((FirstVowel + (syllable / TailCount % VowelCount), 0));
            if (syllable % TailCount is > 0 and var tail)
                into.Add((FirstTail + tail, 0));
        }
        else if (_tables.Value.Parts.TryGetValue(character, out var parts))
        {
            foreach (var part in parts)
                Decompose(part, into);
        }
        else
        {
            into.Add((character, _tables.Value.Classes.GetValueOrDefault(character)));
        }
    }

    /// <summary>Sorts the marks that follow a character by their classes. Marks of one class stay in order.</summary>
    private static void Order(List<(int Character, int Class)> characters)
    {
        for (var i = 1; i < characters.Count; i++)
        {
            var (mark, at) = (characters[i], i);
            if (mark.Class == 0)
                continue;
            for (; at > 0 && characters[at - 1].Class > mark.Class; at--)
                characters[at] = characters[at - 1];
            characters[at] = mark;
        }
    }

    private static List<int> Compose(List<(int Character, int Class)> characters)
    {
        List<int> composed = [];
        var (starter, last) = (-1, 0);
        foreach (var (character, own) in characters)
        {
            var isBlocked = composed.Count - 1 > starter && last >= own;
            if (starter >= 0 && !isBlocked && Pair(composed[starter], character) is { } whole)
            {
                composed[starter] = whole;
                continue;
            }

            if (own == 0)
                starter = composed.Count;
            last = own;
            composed.Add(character);
        }

        return composed;
    }

    private static int? Pair(int first, int second)
    {
        if (first - FirstLead is >= 0 and < LeadCount and var lead
            && second - FirstVowel is >= 0 and < VowelCount and var vowel)
            return FirstSyllable + (((lead * VowelCount) + vowel) * TailCount);
        if (first - FirstSyllable is >= 0 and < SyllableCount and var syllable
            && syllable % TailCount == 0
            && second - FirstTail is > 0 and < TailCount and var tail)
            return first + tail;
        return _tables.Value.Wholes.TryGetValue((first, second), out var whole) ? whole : null;
    }

    /// <param name="Parts">The parts that a character decomposes into.</param>
    /// <param name="Wholes">The character that two characters compose.</param>
    /// <param name="Classes">The combining classes other than 0.</param>
    private sealed record Tables(
        Dictionary<int, int[]> Parts, Dictionary<(int First, int Second), int> Wholes, Dictionary<int, int> Classes)
    {
        /// <summary>Reads the tables from <c>canonical-forms.txt</c>, whose first lines describe the format.</summary>
        public static Tables Read()
        {
            var tables = new Tables([], [], []);
            using var file = typeof(ComposedText).Assembly.GetManifestResourceStream("canonical-forms.txt")!;
            using var lines = new StreamReader(file);
            while (lines.ReadLine() is { } line)
            {
                var sign = line.IndexOfAny([':', '=', '>']);
                if (line[0] == '#')
                    continue;
                var character = Number(line[..sign]);
                if (line[sign] == ':')
                {
                    tables.Classes[character] = int.Parse(
                        line[(sign + 1)..], NumberStyles.None, CultureInfo.InvariantCulture);
                    continue;
                }

                int[] parts = [.. line[(sign + 1)..].Split(' ').Select(Number)];
                tables.Parts[character] = parts;
                if (line[sign] == '=')
                    tables.Wholes[(parts[0], parts[1])] = character;
            }

            return tables;
        }

        private static int Number(string text) =>
            int.Parse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
    }
}
