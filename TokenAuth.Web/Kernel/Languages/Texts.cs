using System.Collections.Frozen;
using System.Globalization;
using System.Resources;
using Microsoft.Extensions.Localization;

namespace TokenAuth.Kernel.Languages;

/// <summary>
/// The texts of pages and mail in every language. The English text is the key; each folder has the translations of its
/// own texts in <c>Texts.fr.resx</c> and <c>Texts.de.resx</c>. A text that two folders use needs one translation only.
/// </summary>
internal sealed class Texts : IStringLocalizer
{
    private readonly FrozenDictionary<string, FrozenDictionary<string, string>> _translations =
        Language.All.Where(language => language != Language.English).ToFrozenDictionary(
            language => language.Code, language => Read(language.Culture), StringComparer.Ordinal);

    /// <summary>Changes each text. Tests mark texts with it, and so find those that nobody can translate.</summary>
    public Func<string, string> Mark { private get; set; } = text => text;

    /// <summary>Returns a text in the current language, or the English text if it has no translation.</summary>
    public LocalizedString this[string name]
    {
        get
        {
            var translation = Find(name);
            return new LocalizedString(name, Mark(translation ?? name), resourceNotFound: translation is null);
        }
    }

    /// <summary>Returns a text in the current language with its placeholders filled in.</summary>
    public LocalizedString this[string name, params object[] arguments] =>
        new(name, string.Format(CultureInfo.InvariantCulture, this[name].Value, arguments));

    /// <summary>Returns a text of the kernel in the current language.</summary>
    public string this[Text text] => this[
        text.Format,
        Array.ConvertAll(text.Arguments, argument => argument is Text inner ? this[inner] : argument)];

    /// <summary>Returns all translations of the current language. English has none.</summary>
    public IEnumerable<LocalizedString> GetAllStrings(bool includeParentCultures) =>
        _translations.TryGetValue(Language.Current.Code, out var texts)
            ? texts.Select(pair => new LocalizedString(pair.Key, pair.Value))
            : [];

    private string? Find(string text) =>
        _translations.TryGetValue(Language.Current.Code, out var texts) ? texts.GetValueOrDefault(text) : null;

    private static FrozenDictionary<string, string> Read(CultureInfo culture)
    {
        var assembly = typeof(Texts).Assembly.GetSatelliteAssembly(culture);
        var texts = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var name in assembly.GetManifestResourceNames())
        {
            using var reader = new ResourceReader(assembly.GetManifestResourceStream(name)!);
            foreach (System.Collections.DictionaryEntry entry in reader)
                texts[(string)entry.Key] = (string)entry.Value!;
        }

        return texts.ToFrozenDictionary(StringComparer.Ordinal);
    }
}

/// <summary>A sentence for a person, which is put into the person's language where it is shown.</summary>
/// <param name="Format">The English text, with placeholders such as <c>{0}</c>.</param>
/// <param name="Arguments">What the placeholders stand for. A <see cref="Text"/> is put into the language, too.</param>
internal sealed record Text(string Format, params object[] Arguments)
{
    /// <summary>Returns the English text, for commands and logs.</summary>
    public override string ToString() => string.Format(CultureInfo.InvariantCulture, Format, Arguments);
}

/// <summary>Chooses between singular and plural.</summary>
internal static class Plurals
{
    /// <summary>Returns one of two texts with the number filled in.</summary>
    /// <param name="one">The singular, such as <c>{0} session</c>.</param>
    /// <param name="many">The plural, such as <c>{0} sessions</c>.</param>
    public static string Plural(this IStringLocalizer texts, long number, string one, string many) =>
        texts[Language.Current.IsSingular(number) ? one : many, number];
}
