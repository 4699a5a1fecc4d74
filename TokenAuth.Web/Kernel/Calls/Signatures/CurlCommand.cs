using System.Text;

namespace TokenAuth.Kernel.Calls.Signatures;

/// <summary>Reads a curl command, as browsers copy it and as documentation shows it.</summary>
internal static class CurlCommand
{
    /// <summary>Options with a value that say nothing about the request.</summary>
    private static readonly string[] Ignored =
        ["-o", "--output", "-w", "--write-out", "-m", "--max-time", "--connect-timeout", "--cacert", "-x", "--proxy"];

    public static (PastedRequest? Request, string? Problem) Read(string text)
    {
        if (Words(text) is not { } words)
            return (null, "The curl command has an unclosed quotation mark.");
        var (verb, url, isQuery) = ((string?)null, (string?)null, false);
        var headers = new List<(string Name, string Value)>();
        var data = new List<string>();
        for (var i = 1; i < words.Count; i++)
        {
            var option = words[i];
            string Value() => ++i < words.Count ? words[i] : "";
            switch (option)
            {
                case "-X" or "--request":
                    verb = Value();
                    break;
                case "-H" or "--header":
                    var header = Value().Split(':', 2);
                    headers.Add((header[0].Trim(), header.Length > 1 ? header[1].Trim() : ""));
                    break;
                case "-d" or "--data" or "--data-raw" or "--data-ascii" or "--data-binary":
                    data.Add(Value());
                    break;
                case "--data-urlencode":
                    data.Add(Encoded(Value()));
                    break;
                case "-F" or "--form" or "-T" or "--upload-file" or "-K" or "--config":
                    return (null, $"The option {option} is not read here. Paste the raw HTTP instead.");
                case "-G" or "--get":
                    isQuery = true;
                    break;
                case "--url":
                    url = Value();
                    break;
                default:
                    if (Ignored.Contains(option, StringComparer.Ordinal))
                        i++;
                    else if (!option.StartsWith('-'))
                        url = option;
                    break;
            }
        }

        if (url is null)
            return (null, "The curl command has no URL.");
        if (data.Find(text => text.StartsWith('@')) is { } file)
            return (null, $"The file {file} cannot be read here. Paste its content instead.");
        if (!url.Contains("://", StringComparison.Ordinal))
            url = "http://" + url;
        var body = string.Join('&', data);
        if (isQuery && body.Length > 0)
            url += (url.Contains('?', StringComparison.Ordinal) ? '&' : '?') + body;
        var hasBody = data.Count > 0 && !isQuery;
        return PastedRequest.Of(
            verb ?? (hasBody ? "POST" : "GET"), url, headers, hasBody ? Encoding.UTF8.GetBytes(body) : []);
    }

    /// <summary>Encodes the value of <c>--data-urlencode name=value</c>; the name stays as it is.</summary>
    private static string Encoded(string field) => field.IndexOf('=', StringComparison.Ordinal) switch
    {
        < 0 => Uri.EscapeDataString(field),
        0 => Uri.EscapeDataString(field[1..]),
        var at => field[..(at + 1)] + Uri.EscapeDataString(field[(at + 1)..]),
    };

    /// <summary>Splits a command as a POSIX shell does, without expansions. Null if a quotation mark is open.</summary>
    private static List<string>? Words(string text)
    {
        var words = new List<string>();
        var word = new StringBuilder();
        var (isWord, quote) = (false, '\0');
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (quote == '\0' && char.IsWhiteSpace(c))
            {
                if (isWord)
                    words.Add(word.ToString());
                word.Clear();
                isWord = false;
                continue;
            }

            isWord = true;
            if (c == quote)
                quote = '\0';
            else if (quote == '\0' && c is '\'' or '"' && quote == '\0')
                quote = c;
            else if (c != '\\' || quote == '\'' || i + 1 == text.Length)
                word.Append(c);
            else if (IsEscaped(text[i + 1], quote))
                AppendEscaped(text[++i], word, ref isWord);
            else
                word.Append(c);
        }

        if (isWord)
            words.Add(word.ToString());
        return quote == '\0' ? words : null;
    }

    /// <summary>Within double quotation marks, a backslash escapes a few characters only.</summary>
    private static bool IsEscaped(char next, char quote) => quote == '\0' || next is '"' or '\\' or '$' or '`' or '\n';

    private static void AppendEscaped(char c, StringBuilder word, ref bool isWord)
    {
        // A backslash at the end of a line continues the command.
        if (c is '\n' or '\r')
            isWord = word.Length > 0;
        else
            word.Append(c);
    }
}
