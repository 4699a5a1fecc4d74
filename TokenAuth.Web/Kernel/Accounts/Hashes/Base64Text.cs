namespace TokenAuth.Kernel.Accounts.Hashes;

/// <summary>Base64 in hashes: with or without its padding, without blanks.</summary>
internal static class Base64Text
{
    /// <summary>Returns the bytes; null if the text is not base64.</summary>
    public static byte[]? Decode(string text)
    {
        var unpadded = text.TrimEnd('=');
        if (text.Length - unpadded.Length > 2 || unpadded.Any(char.IsWhiteSpace))
            return null;
        var bytes = new byte[unpadded.Length * 3 / 4];
        var padded = unpadded.PadRight((unpadded.Length + 3) / 4 * 4, '=');
        return Convert.TryFromBase64String(padded, bytes, out var length) && length == bytes.Length ? bytes : null;
    }
}
