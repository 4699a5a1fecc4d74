using System.Globalization;
using System.Text;
using TokenAuth.Kernel.Storage;

namespace TokenAuth.Kernel.Accounts.Import;

/// <summary>Suggests free login names for accounts whose own name does not fit or is taken.</summary>
internal sealed class FreeLogins(Store store)
{
    private const int Numbers = 9;

    private const int MaxRounds = 100;

    /// <summary>Suggestions of one run, each of which is given once.</summary>
    private readonly HashSet<string> _given = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>The next number after a name, so that a frequent name is not searched anew each time.</summary>
    private readonly Dictionary<string, int> _next = new(StringComparer.OrdinalIgnoreCase);

    /// <param name="isTaken">Tells whether the file has taken a name.</param>
    /// <param name="hasStore">False if there is no store to look into.</param>
    public async Task<string> SuggestAsync(
        string login, Func<string, bool> isTaken, bool hasStore, CancellationToken cancellation)
    {
        var plain = Plain(login);
        for (var round = 0; round < MaxRounds; round++)
        {
            var next = _next.GetValueOrDefault(plain, 1);
            List<string> names =
            [
                .. Enumerable.Range(next, Numbers).Select(number => number == 1 ? plain : Numbered(plain, number)),
            ];
            var existing = hasStore
                ? (await AccountRows.FindAsync(store, names, cancellation)).Select(account => account.Login)
                : [];
            names.RemoveAll(name => existing.Contains(name, StringComparer.OrdinalIgnoreCase) || isTaken(name));
            if (names.Find(_given.Add) is { } free)
                return free;
            _next[plain] = next + Numbers;
        }

        return "a name that has nothing in common with it";
    }

    /// <summary>Returns the name with its marks removed and everything else that does not fit as underscores.</summary>
    internal static string Plain(string login)
    {
        var plain = new StringBuilder();
        foreach (var c in ComposedText.WithoutMarks(login))
        {
            if (char.IsAsciiLetterOrDigit(c))
                plain.Append(c);
            else if (plain.Length > 0 && plain[^1] != '_')
                plain.Append('_');
        }

        var text = plain.ToString().TrimEnd('_');
        return text.Length == 0 ? "member" : text[..Math.Min(text.Length, Account.MaxLoginLength)].TrimEnd('_');
    }

    private static string Numbered(string plain, int number)
    {
        var ending = $"_{number.ToString(CultureInfo.InvariantCulture)}";
        return plain[..Math.Min(plain.Length, Account.MaxLoginLength - ending.Length)] + ending;
    }
}
