using System.Text;
using TokenAuth.Kernel.Languages;

namespace TokenAuth.Kernel.Accounts;

/// <summary>
/// Refuses passwords that are guessed first: the most common ones (ASVS 5, 6.2.4), and those that contain little more
/// than public facts about the person or this service (6.2.11).
/// </summary>
internal static class GuessablePasswords
{
    /// <summary>The number of extra characters with which a password still counts as the name.</summary>
    private const int MaxExtraCharacters = 4;

    /// <summary>
    /// About 3,600 passwords of at least eight characters in lower case, one a line, in the order of their bytes.
    /// </summary>
    private static readonly Lazy<byte[]> _common = new(() =>
    {
        using var file = typeof(GuessablePasswords).Assembly.GetManifestResourceStream("common-passwords.txt")!;
        var bytes = new byte[file.Length];
        file.ReadExactly(bytes);
        return bytes;
    });

    /// <summary>
    /// Returns the reason why a password is refused, in a sentence for a person; null if it is accepted.
    /// </summary>
    /// <param name="names">The names of the person and of this service.</param>
    public static Text? Refusal(string password, IEnumerable<string?> names)
    {
        var composed = ComposedText.Of(password);
        if (IsCommon(composed))
        {
            return new Text(
                "This is one of the most common passwords, and attackers try those first. Choose another one.");
        }

        if (names.Any(name => IsNearly(composed, name)))
        {
            return new Text(
                "This password is little more than your name, your e-mail address or the name of this service. "
                    + "Choose another one.");
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

    /// <summary>
    /// Checks whether a password is a name, or a name with a few digits or signs before and after it.
    /// </summary>
    private static bool IsNearly(string password, string? name)
    {
        if (string.IsNullOrEmpty(name))
            return false;
        name = ComposedText.Of(name);
        return password.Equals(name, StringComparison.OrdinalIgnoreCase)
            || (password.Length <= name.Length + MaxExtraCharacters && Bare(name) is { Length: > 0 } bare
                && Bare(password).Equals(bare, StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>Returns the text from its first letter to its last.</summary>
    private static string Bare(string text) => text.Trim([.. text.Where(c => !char.IsLetter(c))]);
}
