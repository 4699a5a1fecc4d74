using System.Globalization;

namespace TokenAuth.Kernel.Languages;

/// <summary>A language of pages and mail.</summary>
/// <remarks>
/// The folder <c>Languages</c> owns the languages, their texts and their dates. It must not know requests and accounts.
/// </remarks>
/// <param name="Name">The name in the language itself, such as <c>Français</c>.</param>
/// <param name="DateTimeFormat">The format of a date with its time, for <see cref="CultureInfo"/>.</param>
/// <param name="Months">The names of the twelve months in a date.</param>
internal sealed record Language(string Code, string Name, string DateFormat, string DateTimeFormat, string[] Months)
{
    public static readonly Language English = new(
        "en", "English", "d MMMM yyyy", "d MMMM yyyy, HH:mm",
        [
            "January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
            "November", "December",
        ]);

    /// <summary>All languages. The first one is that of people who understand none of them.</summary>
    public static readonly IReadOnlyList<Language> All =
    [
        English,
        new(
            "fr", "Français", "d MMMM yyyy", "d MMMM yyyy 'à' HH:mm",
            [
                "janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre",
                "novembre", "décembre",
            ]),
        new(
            "de", "Deutsch", "d. MMMM yyyy", "d. MMMM yyyy, HH:mm",
            [
                "Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September", "Oktober",
                "November", "Dezember",
            ]),
    ];

    /// <summary>The language of the current request or message.</summary>
    public static Language Current => Find(CultureInfo.CurrentUICulture.Name) ?? English;

    /// <summary>The culture that selects the texts.</summary>
    public CultureInfo Culture { get; } = CultureInfo.GetCultureInfo(Code);

    /// <summary>The formats of dates. The process has no system's formats (InvariantGlobalization).</summary>
    private readonly DateTimeFormatInfo _dates = new()
    {
        MonthNames = [.. Months, ""],
        MonthGenitiveNames = [.. Months, ""],
    };

    /// <summary>Returns the language with a code such as <c>fr</c>; null if there is none.</summary>
    public static Language? Find(string? code) =>
        All.FirstOrDefault(language => string.Equals(language.Code, code, StringComparison.OrdinalIgnoreCase));

    /// <summary>Runs work for which this is the current language.</summary>
    public T Speak<T>(Func<T> work)
    {
        var before = CultureInfo.CurrentUICulture;
        CultureInfo.CurrentUICulture = Culture;
        try
        {
            return work();
        }
        finally
        {
            CultureInfo.CurrentUICulture = before;
        }
    }

    /// <summary>Writes a date with its time, such as <c>12 November 2026, 14:03</c>.</summary>
    public string Write(DateTime local) => local.ToString(DateTimeFormat, _dates);

    /// <summary>Writes a date, such as <c>12 November 2026</c>.</summary>
    public string WriteDate(DateTime local) => local.ToString(DateFormat, _dates);

    /// <summary>Tells whether a number takes the singular: 1, and in French 0, too.</summary>
    public bool IsSingular(long number) => number == 1 || (number == 0 && Code == "fr");
}
