using NodaTime;
using NodaTime.Extensions;
using NodaTime.TimeZones;

namespace TokenAuth.Kernel.Languages;

/// <summary>Time zones, from NodaTime's copy of the IANA database, so that the machine needs none.</summary>
internal static class TimeZones
{
    /// <summary>The maximum length of a name, with room for typing errors.</summary>
    public const int MaxNameLength = 64;

    /// <summary>The names of the zones that people can choose, such as <c>Europe/Berlin</c>, in their order.</summary>
    public static IReadOnlyList<string> Names { get; } =
        [
            "UTC",
            .. DateTimeZoneProviders.Tzdb.Ids
                .Where(id => id.Contains('/', StringComparison.Ordinal))
                .Where(id => !id.StartsWith("Etc/", StringComparison.Ordinal))
                .Order(StringComparer.Ordinal),
        ];

    /// <summary>
    /// Returns the name of the zone that a person typed: in any case, with spaces for underscores, or the city alone if
    /// only one zone has it. Null if there is none.
    /// </summary>
    public static string? Named(string typed)
    {
        var name = typed.Trim().Replace(' ', '_');
        return Names.FirstOrDefault(zone => zone.Equals(name, StringComparison.OrdinalIgnoreCase))
            ?? (Names.Where(zone => CityOf(zone).Equals(name, StringComparison.OrdinalIgnoreCase))
                .Select(zone => TzdbDateTimeZoneSource.Default.CanonicalIdMap[zone]).Distinct(StringComparer.Ordinal)
                .Take(2).ToList() is [var only] ? only : null);
    }

    /// <summary>
    /// Returns up to three zones whose city begins with the typed text, or else with as many of its first letters as
    /// possible.
    /// </summary>
    public static IReadOnlyList<string> Similar(string typed)
    {
        if (typed.Length > MaxNameLength)
            return [];
        var city = CityOf(typed.Trim().Replace(' ', '_'));
        for (var length = city.Length; length >= 3; length--)
        {
            var begin = city[..length];
            var found = Names.Where(zone => CityOf(zone).StartsWith(begin, StringComparison.OrdinalIgnoreCase))
                .Take(3).ToList();
            if (found.Count > 0)
                return found;
        }

        return [];
    }

    private static string CityOf(string zone) => zone[(zone.LastIndexOf('/') + 1)..];

    /// <summary>Returns a zone; null if the name is unknown.</summary>
    public static DateTimeZone? Find(string? name) =>
        name is null ? null : DateTimeZoneProviders.Tzdb.GetZoneOrNull(name);
}

/// <summary>Writes instants as one person reads them: in the current language, in the person's time zone.</summary>
/// <param name="zone">Null if the person has chosen none; then the texts end in <c>UTC</c>.</param>
internal sealed class PersonalTime(DateTimeZone? zone)
{
    /// <summary>Tells whether the person has chosen a time zone.</summary>
    public bool IsLocal => zone is not null;

    /// <summary>Writes a date with its time.</summary>
    public string Write(DateTimeOffset instant) => Language.Current.Write(Local(instant)) + (IsLocal ? "" : " UTC");

    /// <summary>Writes a date.</summary>
    public string WriteDate(DateTimeOffset instant) => Language.Current.WriteDate(Local(instant));

    private DateTime Local(DateTimeOffset instant) =>
        instant.ToInstant().InZone(zone ?? DateTimeZone.Utc).ToDateTimeUnspecified();
}
