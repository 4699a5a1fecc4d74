using System.Buffers;
using System.Data.Common;

namespace TokenAuth.Kernel.Configuration;

/// <summary>Hides the secrets among configured values, by the names of the options.</summary>
internal static class SecretSettings
{
    public const string Hidden = "(hidden)";

    private static readonly SearchValues<char> EndsOfHost = SearchValues.Create("/?#;, ");

    private static readonly string[] Endings = ["Password", "Pwd", "Secret", "Key", "Headers", "Credentials", "Token"];

    /// <summary>Returns a value as it may be shown.</summary>
    public static string? Shown(string name, string? value) =>
        string.IsNullOrEmpty(value) ? value
        : IsSecret(name) ? Hidden
        : name.StartsWith("ConnectionStrings:", StringComparison.OrdinalIgnoreCase) ? WithoutPassword(value)
        : WithoutUser(value);

    private static bool IsSecret(string name) =>
        Array.Exists(Endings, ending => name.EndsWith(ending, StringComparison.OrdinalIgnoreCase));

    /// <summary>Hides the secrets in a connection string; the whole text if it is none.</summary>
    private static string WithoutPassword(string text)
    {
        try
        {
            var parts = new DbConnectionStringBuilder { ConnectionString = text };
            foreach (var key in parts.Keys.Cast<string>().Where(IsSecret).ToList())
                parts[key] = Hidden;
            return parts.ConnectionString;
        }
        catch (ArgumentException)
        {
            return Hidden;
        }
    }

    /// <summary>Hides the user information in each of the addresses of a value.</summary>
    private static string WithoutUser(string text)
    {
        for (var start = text.IndexOf("://", StringComparison.Ordinal); start >= 0;)
        {
            start += "://".Length;
            var end = text.AsSpan(start).IndexOfAny(EndsOfHost) is >= 0 and var length ? start + length : text.Length;
            var at = text.LastIndexOf('@', end - 1, end - start);
            if (at >= 0)
                text = text[..start] + Hidden + text[at..];
            start = text.IndexOf("://", start, StringComparison.Ordinal);
        }

        return text;
    }
}
