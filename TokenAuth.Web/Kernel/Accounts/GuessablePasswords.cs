using System.Text;

namespace TokenAuth.Kernel.Accounts;

/// <summary>
/// Passwords that are guessed first: the commonest ones (ASVS 5, 6.2.4), and those that say no more than what anybody
/// knows of the person or of this service (6.2.11).
/// </summary>
internal static class GuessablePasswords
{
    private const string Service = "TokenAuth";

    /// <summary>How many characters a name may have around it and still be the name.</summary>
    private const int MaxExtraCharacters = 4;

    /// <summary>
    /// Some 3,600 passwords of eight and more characters in lower case, one a line, in the order of their bytes.
    /// </summary>
    private static readonly Lazy<byte[]> _common = new(() =>
    {
        using var file = typeof(GuessablePasswords).Assembly.GetManifestResourceStream("common-passwords.txt")!;
        var bytes = new byte[file.Length];
        file.ReadExactly(bytes);
        return bytes;
    });

    /// <summary>Why this password is refused, in a sentence for a person; null where it is not.</summary>
    /// <param name="login">The person's login name.</param>
    public static string? Refusal(string password, string login, string? email, string? displayName)
    {
        var composed = ComposedText.Of(password);
        if (IsCommon(composed))
            return "This is one of the most common passwords, which are guessed first. Choose another one.";
        if (new[] { login, email, email?.Split('@')[0], displayName, Service }.Any(name => IsNearly(composed, name)))
        {
            return "This password is your name, your address or the name of this service, or little more. "
                + "Choose another one.";
        }

        return null;
    }

    private static bool IsCommon(string password)
    {
        if (!Ascii.IsValid(password))
            return false;
        ReadOnlySpan<byte> wanted = Encoding.ASCII.GetBytes(password.ToLowerInvariant());
        ReadOnlySpan<byte> lines = _common.Value;
        while (!lines.IsEmpty)
        {
            var start = lines[..(lines.Length / 2)].LastIndexOf((byte)'\n') + 1;
            var length = lines[start..].IndexOf((byte)'\n');
            var order = wanted.SequenceCompareTo(lines.Slice(start, length));
            if (order == 0)
                return true;
            lines = order < 0 ? lines[..start] : lines[(start + length + 1)..];
        }

        return false;
    }

    /// <summary>Whether it is a name, or one with a few digits or signs before and after it.</summary>
    private static bool IsNearly(string password, string? name)
    {
        if (string.IsNullOrEmpty(name))
            return false;
        name = ComposedText.Of(name);
        return password.Equals(name, StringComparison.OrdinalIgnoreCase)
            || (password.Length <= name.Length + MaxExtraCharacters && Bare(name) is { Length: > 0 } bare
                && Bare(password).Equals(bare, StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>From its first letter to its last.</summary>
    private static string Bare(string text) => text.Trim([.. text.Where(c => !char.IsLetter(c))]);
}
