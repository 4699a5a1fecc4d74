using System.Text;

namespace TokenAuth.Kernel.Calls.Signatures;

/// <summary>
/// A request that a developer pasted: a URL, a curl command, raw HTTP, or a line <c>POST URL</c> with a field
/// <c>name=value</c> on each further line. It is read as the server would read it, but never sent.
/// </summary>
internal sealed class PastedRequest
{
    /// <summary>The maximum number of characters.</summary>
    public const int MaxLength = 300_000;

    private static readonly string[] Verbs = ["GET", "POST", "HEAD", "PUT", "DELETE"];

    private readonly List<(string Name, string Value)> _headers = [];

    private PastedRequest(string verb, Uri? address, byte[] body) => (Verb, Address, Body) = (verb, address, body);

    public string Verb { get; private set; }

    /// <summary>The absolute address; null if only fields were pasted.</summary>
    public Uri? Address { get; }

    public byte[] Body { get; }

    /// <summary>Reads a pasted text.</summary>
    /// <returns>The request, or a sentence that says what cannot be read.</returns>
    public static (PastedRequest? Request, string? Problem) Read(string text)
    {
        text = text.TrimStart('\uFEFF').Trim();
        if (text.Length == 0)
            return (null, "There is no request.");
        if (text.Length > MaxLength)
            return (null, $"The request has more than {MaxLength} characters.");
        var firstLine = text.AsSpan(0, text.AsSpan().IndexOfAny("\r\n") is >= 0 and var end ? end : text.Length);
        if (firstLine.StartsWith("curl ", StringComparison.Ordinal))
            return CurlCommand.Read(text);
        var words = firstLine.ToString().Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (words.Length is 2 or 3 && Verbs.Contains(words[0], StringComparer.Ordinal))
            return words.Length == 3 ? ReadHttp(text, words) : ReadFields(text[firstLine.Length..], words[0], words[1]);
        if (words is [var url] && (Begins(url, "http://") || Begins(url, "https://")))
            return Of("GET", url, [], []);
        return text.Contains('=', StringComparison.Ordinal)
            ? ReadFields(text, "POST", address: null)
            : (null, "The text is neither a URL, nor a curl command, nor raw HTTP, nor lines of name=value.");
    }

    /// <summary>Creates a request of a command's parts.</summary>
    public static (PastedRequest? Request, string? Problem) Of(
        string verb, string url, IEnumerable<(string Name, string Value)> headers, byte[] body)
    {
        if (AddressOf(url) is not { } address)
            return (null, $"This is not an http or https address: {url}");
        var request = new PastedRequest(verb, address, body);
        request._headers.AddRange(headers.Where(header => header.Name.Length > 0));
        return (request, null);
    }

    /// <summary>Reads the request as the endpoints do.</summary>
    /// <returns>The call, or a sentence that says why the server would not read it.</returns>
    public async ValueTask<(Call? Call, string? Problem)> ToCallAsync(CancellationToken cancellation)
    {
        var request = new DefaultHttpContext().Request;
        request.Method = Verb;
        if (Address is { } address)
        {
            (request.Scheme, request.Host) = (address.Scheme, HostString.FromUriComponent(address));
            request.Path = PathString.FromUriComponent(address);
            request.QueryString = QueryString.FromUriComponent(address);
        }

        foreach (var (name, value) in _headers)
            request.Headers.Append(name, value);
        (request.Body, request.ContentLength) = (new MemoryStream(Body, writable: false), Body.Length);
        request.HttpContext.Connection.RemoteIpAddress = System.Net.IPAddress.Loopback;
        var (call, fault) = await Call.ReadAsync(request, isEnvelope: false, cancellation);
        return fault is not { Kind: var kind }
            ? (call, null)
            : (null, $"The server would refuse to read this request: {kind}.");
    }

    private static (PastedRequest? Request, string? Problem) ReadHttp(string text, string[] requestLine)
    {
        using var lines = new StringReader(text);
        lines.ReadLine();
        var headers = new List<(string Name, string Value)>();
        while (lines.ReadLine() is { Length: > 0 } line)
        {
            if (line.IndexOf(':', StringComparison.Ordinal) is not (> 0 and var colon))
                return (null, $"This line is not a header: {line}");
            headers.Add((line[..colon].Trim(), line[(colon + 1)..].Trim()));
        }

        var host = headers.Find(header => header.Name.Equals("Host", StringComparison.OrdinalIgnoreCase)).Value;
        var target = requestLine[1];
        if (string.IsNullOrEmpty(host))
            host = "localhost";
        var url = target.StartsWith('/') ? $"http://{host}{target}" : target;
        return Of(requestLine[0], url, headers.Where(IsRelevant), Encoding.UTF8.GetBytes(lines.ReadToEnd()));
    }

    /// <summary>Omits headers that describe how the text was sent, because the paste may have changed it.</summary>
    private static bool IsRelevant((string Name, string Value) header) =>
        header.Name.ToLowerInvariant() is not ("content-length" or "transfer-encoding" or "host");

    private static (PastedRequest? Request, string? Problem) ReadFields(string lines, string verb, string? address)
    {
        var fields = lines.Split(["\r\n", "\n"], StringSplitOptions.RemoveEmptyEntries)
            .Select(line => line.Split('=', 2))
            .ToList();
        if (fields.Find(field => field.Length < 2) is [var wrong])
            return (null, $"This line is not a field name=value: {wrong}");
        var form = string.Join(
            '&', fields.Select(field => $"{Uri.EscapeDataString(field[0].Trim())}={Uri.EscapeDataString(field[1])}"));
        if (address is null)
            return (new PastedRequest(verb, address: null, Encoding.UTF8.GetBytes(form)), null);
        if (verb != "GET")
            return Of(verb, address, [], Encoding.UTF8.GetBytes(form));
        var separator = address.Contains('?', StringComparison.Ordinal) ? '&' : '?';
        return Of(verb, form.Length == 0 ? address : address + separator + form, [], []);
    }

    private static bool Begins(string text, string start) => text.StartsWith(start, StringComparison.OrdinalIgnoreCase);

    /// <summary>Reads an address. One with a null character in its path never reaches the endpoints.</summary>
    private static Uri? AddressOf(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var address)
        && (address.Scheme == Uri.UriSchemeHttp || address.Scheme == Uri.UriSchemeHttps)
        && !address.AbsolutePath.Contains("%00", StringComparison.Ordinal)
        && HasName(address)
            ? address
            : null;

    /// <summary>Checks whether the host can be written in ASCII, as every client sends it.</summary>
    private static bool HasName(Uri address)
    {
        try
        {
            return HostString.FromUriComponent(address).ToUriComponent().Length > 0;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }
}
