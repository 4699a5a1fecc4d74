using System.Buffers;
using System.Net;
using System.Text;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;
using TokenAuth.Kernel.Faults;
using TokenAuth.Kernel.Formats;

namespace TokenAuth.Kernel.Hosting;

/// <summary>
/// A request as every dialect sees it: parameters of the query and then of the body, decoded once, duplicates
/// resolved once (the last value wins, in the place of the first), with the caller's address and the URL as the
/// caller saw it.
/// </summary>
internal sealed class Call
{
    public const int MostBytes = 256 * 1024;
    public const int MostParameters = 200;

    private readonly Dictionary<string, string> _values = new(StringComparer.Ordinal);
    private readonly HttpRequest _request;

    private Call(HttpRequest request, IEnumerable<Parameter> received, byte[]? body = null)
    {
        _request = request;
        Body = body ?? [];

        var names = new List<string>();
        foreach (var (name, value) in received)
        {
            if (!_values.ContainsKey(name))
                names.Add(name);
            _values[name] = value;
        }

        Parameters = [.. names.Select(name => new Parameter(name, _values[name]))];
    }

    public IReadOnlyList<Parameter> Parameters { get; }

    public IPAddress Address => Plain(_request.HttpContext.Connection.RemoteIpAddress);

    public string Verb => _request.Method;

    public bool Secure => _request.IsHttps;

    public HostString Host => _request.Host;

    /// <summary>Escaped, as in a URL.</summary>
    public string Path => _request.PathBase.Add(_request.Path).ToUriComponent();

    public string? Header(string name) => _request.Headers[name].FirstOrDefault();

    /// <summary>The body's bytes, where the dialect reads them itself; otherwise empty.</summary>
    public ReadOnlyMemory<byte> Body { get; }

    /// <summary>The same call with other parameters: those of an envelope.</summary>
    public Call With(IEnumerable<Parameter> parameters) => new(_request, parameters);

    /// <summary>The decoded value, or null where the parameter was not sent.</summary>
    public string? this[string name] => _values.GetValueOrDefault(name);

    /// <summary>The decoded value, or null where it was not sent or is empty.</summary>
    public string? NonEmpty(string name) => this[name] is { Length: > 0 } value ? value : null;

    /// <summary>
    /// Reads a request. One that is over the limits or cannot be read has the fault
    /// <see cref="FaultKind.CallUnreadable"/>, and its call holds what was read until then.
    /// </summary>
    /// <param name="isEnvelope">Whether the body is no form, but something that the dialect reads itself.</param>
    public static async ValueTask<(Call Call, Fault? Fault)> ReadAsync(HttpRequest request, bool isEnvelope, CancellationToken cancellation)
    {
        var parameters = new List<Parameter>();
        var readable = TryReadQuery(request, parameters);
        byte[]? body = null;
        if (readable && HttpMethods.IsPost(request.Method))
            (readable, body) = await TryReadBodyAsync(request, isEnvelope, parameters, cancellation);
        return (new Call(request, parameters, body), readable ? null : FaultKind.CallUnreadable);
    }

    /// <summary>The query alone, for pages whose body is the page's own form. What is over the limits is left out.</summary>
    public static Call OfQuery(HttpRequest request)
    {
        var parameters = new List<Parameter>();
        TryReadQuery(request, parameters);
        return new Call(request, parameters);
    }

    /// <summary>An IPv4 address stays one where it arrives mapped into IPv6.</summary>
    public static IPAddress Plain(IPAddress? address) =>
        address is null ? IPAddress.Loopback : address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;

    private static bool TryReadQuery(HttpRequest request, List<Parameter> into) => FormDecoder.TryDecode(
        Encoding.Latin1.GetBytes(request.QueryString.Value is { Length: > 0 } query ? query[1..] : ""), into, MostParameters);

    private static async ValueTask<(bool Readable, byte[]? Body)> TryReadBodyAsync(
        HttpRequest request, bool isEnvelope, List<Parameter> into, CancellationToken cancellation)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(MostBytes + 1);
        try
        {
            var length = await request.Body.ReadAtLeastAsync(
                buffer.AsMemory(0, MostBytes + 1), MostBytes + 1, throwOnEndOfStream: false, cancellation);
            if (length > MostBytes)
                return (false, null);
            if (isEnvelope)
                return (true, buffer[..length]);

            // Without a content type it is taken for a form: some clients of the time send none.
            if (!MediaTypeHeaderValue.TryParse(request.ContentType, out var type) || IsOf(type, "application/x-www-form-urlencoded"))
                return (FormDecoder.TryDecode(buffer.AsSpan(0, length), into, MostParameters), null);
            return (!IsOf(type, "multipart/form-data") || await TryReadPartsAsync(type, buffer, length, into, cancellation), null);
        }
        catch (Exception failure) when (failure is BadHttpRequestException or IOException or InvalidDataException)
        {
            return (false, null);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static bool IsOf(MediaTypeHeaderValue type, string name) =>
        type.MediaType.Equals(name, StringComparison.OrdinalIgnoreCase);

    /// <summary>Parts with a file name are uploads: not parameters, and in no dialect signed.</summary>
    private static async ValueTask<bool> TryReadPartsAsync(
        MediaTypeHeaderValue type, byte[] buffer, int length, List<Parameter> into, CancellationToken cancellation)
    {
        if (HeaderUtilities.RemoveQuotes(type.Boundary) is not { Length: > 0 } boundary)
            return false;

        var reader = new MultipartReader(boundary.ToString(), new MemoryStream(buffer, 0, length, writable: false));
        while (await reader.ReadNextSectionAsync(cancellation) is { } section)
        {
            if (section.GetContentDispositionHeader() is not { } disposition || disposition.IsFileDisposition())
                continue;
            using var content = new MemoryStream();
            await section.Body.CopyToAsync(content, cancellation);
            var name = HeaderUtilities.RemoveQuotes(disposition.Name).ToString();
            if (name.Length == 0)
                continue;
            if (into.Count == MostParameters)
                return false;
            into.Add(new Parameter(name, FormDecoder.Text(content.GetBuffer().AsSpan(0, (int)content.Length))));
        }

        return true;
    }
}
