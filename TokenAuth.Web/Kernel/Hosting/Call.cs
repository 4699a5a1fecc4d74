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

    private Call(HttpRequest request, IEnumerable<Parameter> received)
    {
        Address = Plain(request.HttpContext.Connection.RemoteIpAddress);
        Secure = request.IsHttps;
        Host = request.Host;
        Path = request.PathBase + request.Path;

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

    public IPAddress Address { get; }

    public bool Secure { get; }

    public HostString Host { get; }

    public string Path { get; }

    /// <summary>The decoded value, or null where the parameter was not sent.</summary>
    public string? this[string name] => _values.GetValueOrDefault(name);

    /// <summary>The decoded value, or null where it was not sent or is empty.</summary>
    public string? NonEmpty(string name) => this[name] is { Length: > 0 } value ? value : null;

    /// <summary>
    /// Reads a request. One that is over the limits or cannot be read has the fault
    /// <see cref="FaultKind.CallUnreadable"/>, and its call holds what was read until then.
    /// </summary>
    public static async ValueTask<(Call Call, Fault? Fault)> ReadAsync(HttpRequest request, CancellationToken cancellation)
    {
        var parameters = new List<Parameter>();
        var readable = FormDecoder.TryDecode(
                Encoding.Latin1.GetBytes(request.QueryString.Value is { Length: > 0 } query ? query[1..] : ""), parameters, MostParameters)
            && (!HttpMethods.IsPost(request.Method) || await TryReadBodyAsync(request, parameters, cancellation));
        return (new Call(request, parameters), readable ? null : FaultKind.CallUnreadable);
    }

    /// <summary>An IPv4 address stays one where it arrives mapped into IPv6.</summary>
    public static IPAddress Plain(IPAddress? address) =>
        address is null ? IPAddress.Loopback : address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;

    private static async ValueTask<bool> TryReadBodyAsync(HttpRequest request, List<Parameter> into, CancellationToken cancellation)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(MostBytes + 1);
        try
        {
            var length = await request.Body.ReadAtLeastAsync(
                buffer.AsMemory(0, MostBytes + 1), MostBytes + 1, throwOnEndOfStream: false, cancellation);
            if (length > MostBytes)
                return false;

            // Without a content type it is taken for a form: some clients of the time send none.
            if (!MediaTypeHeaderValue.TryParse(request.ContentType, out var type) || IsOf(type, "application/x-www-form-urlencoded"))
                return FormDecoder.TryDecode(buffer.AsSpan(0, length), into, MostParameters);
            return !IsOf(type, "multipart/form-data") || await TryReadPartsAsync(type, buffer, length, into, cancellation);
        }
        catch (Exception failure) when (failure is BadHttpRequestException or IOException or InvalidDataException)
        {
            return false;
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
