using System.Globalization;
using TokenAuth.Kernel.Accounts.Hashes;
using TokenAuth.Kernel.Formats;

namespace TokenAuth.Kernel.Accounts.Import;

/// <summary>An account of an import whose fields are in order.</summary>
internal sealed record ImportCandidate(
    long Line, string Login, string Email, string Name, AccountState State, DateTimeOffset Created, ImportHash? Hash)
{
    private static readonly string[] Instants =
    [
        "yyyy-MM-dd", "yyyy-MM-dd'T'HH:mmK", "yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK",
        "yyyy-MM-dd HH:mm:ssK", "yyyy-MM-dd HH:mm:ss.FFFFFFFK", "yyyy-MM-dd HH:mm:sszz",
        "yyyy-MM-dd HH:mm:ss.FFFFFFFzz",
    ];

    public string NormalLogin => Login.ToUpperInvariant();

    public string NormalEmail => Email.ToUpperInvariant();

    /// <summary>
    /// Reads a line whose login name has the right form. Returns the candidate, or the reason against it.
    /// </summary>
    public static (ImportCandidate? Candidate, string? Refusal) Read(ImportLine line, DateTimeOffset now)
    {
        var login = line.Login!;
        var email = line.Email?.Trim();
        if (!Account.IsEmail(email))
            return (null, string.IsNullOrEmpty(email) ? "the e-mail address is missing" : "this is no e-mail address");
        var name = string.IsNullOrWhiteSpace(line.Name) ? login : line.Name.Trim();
        if (name.Length > AccountAdministration.MaxDisplayNameLength || !OneLine.Is(name))
        {
            return (null, $"the name has more than {AccountAdministration.MaxDisplayNameLength} characters, "
                + "or some that break or turn a line");
        }

        var state = AccountState.Active;
        if (!string.IsNullOrEmpty(line.State)
            && !(line.State.All(char.IsAsciiLetter) && Enum.TryParse(line.State, ignoreCase: true, out state)))
            return (null, "the state is not active, suspended, deleted, locked or memorial");
        if (Instant(line.Created, now) is not { } created)
            return (null, "created is neither a time such as 2009-06-30T12:00:00Z nor the seconds since 1970");
        if (created > now)
            return (null, "created is in the future");

        ImportHash? hash = null;
        if (!string.IsNullOrEmpty(line.Hash))
        {
            var scheme = line.Scheme ?? "";
            var salt = string.IsNullOrEmpty(line.Salt) && scheme == "smf" ? login : line.Salt ?? "";
            var (read, refusal) = HashFormats.Read(scheme, line.Hash, salt);
            if (read is null)
                return (null, refusal);
            hash = new ImportHash(read, scheme, line.Hash, salt);
        }
        else if (!string.IsNullOrEmpty(line.Scheme) || !string.IsNullOrEmpty(line.Salt))
        {
            return (null, "the hash is missing");
        }

        return (new ImportCandidate(line.Number, login, email!, name, state, created, hash), null);
    }

    private static DateTimeOffset? Instant(string? text, DateTimeOffset now)
    {
        if (string.IsNullOrEmpty(text))
            return now;
        if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds))
            return DateTimeOffset.FromUnixTimeSeconds(Math.Min(seconds, DateTimeOffset.MaxValue.ToUnixTimeSeconds()));
        return DateTimeOffset.TryParseExact(
            text, Instants, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var instant)
                ? instant
                : null;
    }
}

/// <summary>A password hash of an import, and the fields that it was read from.</summary>
internal sealed record ImportHash(ForeignHash Read, string Scheme, string Text, string Salt);
