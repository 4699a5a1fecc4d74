using System.Globalization;
using System.Net;
using TokenAuth.Kernel.Accounts;
using TokenAuth.Kernel.Events;

namespace TokenAuth.Admin;

/// <summary>The fields of the form that filters events, as the address has them.</summary>
internal sealed record EventQuery
{
    private static readonly string[] InstantForms = ["yyyy-MM-dd", "yyyy-MM-dd'T'HH:mm", "yyyy-MM-dd'T'HH:mm:ss"];

    public string? Kind { get; init; }

    /// <summary>The login name of an account.</summary>
    public string? Account { get; init; }

    /// <summary>The number of an application.</summary>
    public long? Application { get; init; }

    public string? Dialect { get; init; }

    public string? Address { get; init; }

    /// <summary>The beginning of the period in UTC, as a browser writes a local date and time.</summary>
    public string? From { get; init; }

    /// <summary>The end of the period in UTC.</summary>
    public string? To { get; init; }

    /// <summary>Returns the filter, or what is wrong with the fields.</summary>
    public async Task<(EventFilter? Filter, string? Problem)> ReadAsync(
        AccountDirectory accounts, CancellationToken cancellation)
    {
        var filter = new EventFilter(Blank(Kind), ApplicationId: Application, Dialect: Blank(Dialect));
        if (Blank(Account) is { } typed)
        {
            var login = Kernel.Accounts.Account.LoginOf(typed);
            if (!Kernel.Accounts.Account.IsLogin(login)
                || await accounts.FindAsync(login, cancellation) is not { } account)
                return (null, $"There is no account {typed}.");
            filter = filter with { AccountId = account.Id };
        }

        if (Blank(Address) is { } text)
        {
            if (!IPAddress.TryParse(text, out var address))
                return (null, $"{text} is not an IP address such as 192.0.2.1 or 2001:db8::1.");
            filter = filter with { Address = (address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address).ToString() };
        }

        foreach (var (field, isEnd) in new[] { (Blank(From), false), (Blank(To), true) })
        {
            if (field is null)
                continue;
            if (InstantOf(field) is not { } instant)
                return (null, $"{field} is not a date such as 2026-11-27T10:00.");
            filter = isEnd ? filter with { Until = instant } : filter with { Since = instant };
        }

        return (filter, null);
    }

    /// <summary>Returns the query of an address with these fields and more.</summary>
    public QueryString ToQuery(params IEnumerable<KeyValuePair<string, string?>> more) => QueryString.Create(
        new KeyValuePair<string, string?>[]
        {
            new("kind", Kind), new("account", Account), new("application", $"{Application}"), new("dialect", Dialect),
            new("address", Address), new("from", From), new("to", To),
        }.Concat(more).Where(pair => !string.IsNullOrEmpty(pair.Value)));

    private static string? Blank(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();

    private static DateTimeOffset? InstantOf(string text) =>
        DateTimeOffset.TryParseExact(
            text, InstantForms, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var instant)
        && instant.Year is >= 1970 and < 9999
            ? instant
            : null;
}
