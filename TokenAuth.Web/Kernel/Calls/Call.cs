using System.Buffers;
using System.Net;
using System.Text;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;
using TokenAuth.Kernel.Faults;
using TokenAuth.Kernel.Formats;
using TokenAuth.Kernel.Http;

namespace TokenAuth.Kernel.Calls;

/// <summary>
/// A request as every dialect sees it: parameters of the query and then of the body, decoded once, duplicates
/// resolved once (the last value wins, in the place of the first), with the caller's address and the URL as the
/// caller saw it.
/// </summary>
internal sealed class Call
{
    public const int MaxBytes = 256 * 1024;
    public const int MaxParameters = 200;

    private const string Form = "application/x-www-form-urlencoded";

    private readonly HttpRequest _request;
    private readonly List<Parameter> _parameters = [];
    private readonly IEnumerable<Parameter> _received;
    private readonly int _queryCount;

    private Call(
        HttpRequest request, IEnumerable<Parameter> received, IReadOnlyList<Parameter> urlencoded, int queryCount,
        byte[]? body = null)
    {
        (_request, _received, _queryCount) = (request, received, queryCount);
        Urlencoded = urlencoded;
        Body = body ?? [];

        foreach (var parameter in received)
        {
            if (IndexOf(parameter.Name) is >= 0 and var place)
                _parameters[place] = parameter;
            else
                _parameters.Add(parameter);
        }
    }

    public IReadOnlyList<Parameter> Parameters => _parameters;

    /// <summary>
    /// What stood in the query and in an urlencoded body, in order and with every duplicate: what OAuth signs (RFC 5849,
    /// section 3.4.1.3.1).
    /// </summary>
    public IReadOnlyList<Parameter> Urlencoded { get; }

    /// <summary>What stood in the body alone: a secret must not stand in an address, which logs keep.</summary>
    public IEnumerable<Parameter> Posted => _received.Skip(_queryCount);

    /// <summary>For what is not in the parameters, such as cookies.</summary>
    public HttpRequest Request => _request;

    public IPAddress Address => _request.HttpContext.CallerAddress;

    public string Verb => _request.Method;

    public bool Secure => _request.IsHttps;

    /// <summary>As the caller sent it, and escaped as in a URL.</summary>
    public string Path =>
        _request.PathBase.Add(_request.HttpContext.Features.Get<PathAsSent>()?.Path ?? _request.Path).ToUriComponent();

    public string? Header(string name) => _request.Headers[name].FirstOrDefault();

    /// <summary>The body's bytes, where the dialect reads them itself; otherwise empty.</summary>
    public ReadOnlyMemory<byte> Body { get; }

    /// <summary>The same call with other parameters: those of an envelope.</summary>
    public Call With(IEnumerable<Parameter> parameters) => new(_request, parameters, Urlencoded, queryCount: 0);

    /// <summary>The decoded value, or null where the parameter was not sent.</summary>
    public string? this[string name] => IndexOf(name) is >= 0 and var place ? _parameters[place].Value : null;

    /// <summary>The decoded value, or null where it was not sent or is empty.</summary>
    public string? NonEmpty(string name) => this[name] is { Length: > 0 } value ? value : null;

    /// <summary>
    /// Reads a request. One that is over the limits has the fault <see cref="FaultKind.CallTooLarge"/>, one that cannot be read
    /// <see cref="FaultKind.CallUnreadable"/>, one that is compressed <see cref="FaultKind.CallCompressed"/>; its call holds
    /// what was read until then.
    /// </summary>
    /// <param name="isEnvelope">Whether the body is no form, but something that the dialect reads itself.</param>
    public static async ValueTask<(Call Call, Fault? Fault)> ReadAsync(HttpRequest request, bool isEnvelope, CancellationToken cancellation)
    {
        List<Parameter> urlencoded = [], parts = [];
        Fault? fault = TryReadQuery(request, urlencoded) ? null : FaultKind.CallTooLarge;
        var queryCount = urlencoded.Count;
        byte[]? body = null;
        if (fault is null && HttpMethods.IsPost(request.Method))
            (fault, body) = await TryReadBodyAsync(request, isEnvelope, urlencoded, parts, cancellation);
        return (
            new Call(request, parts.Count == 0 ? urlencoded : [.. urlencoded, .. parts], urlencoded, queryCount, body),
            fault);
    }

    /// <summary>The query alone, for pages whose body is the page's own form. What is over the limits is left out.</summary>
    public static Call OfQuery(HttpRequest request)
    {
        var parameters = new List<Parameter>();
        TryReadQuery(request, parameters);
        return new Call(request, parameters, parameters, parameters.Count);
    }

    /// <summary>The form's own type, or the one that Debian's LiveJournal.pm has always sent in its place.</summary>
    public static bool IsUrlencoded(MediaTypeHeaderValue type) =>
        IsOf(type, Form) || IsOf(type, "application/x-www-form-urlescaped");

    /// <summary>Bytes to be read of a body: one more than there may be, to see where there are more.</summary>
    public static int RoomFor(HttpRequest request) => (int)Math.Min(request.ContentLength ?? MaxBytes, MaxBytes) + 1;

    /// <summary>There are a handful, seldom more: looking through them costs less than an index of them.</summary>
    private int IndexOf(string name)
    {
        for (var place = 0; place < _parameters.Count; place++)
        {
            if (_parameters[place].Name == name)
                return place;
        }

        return -1;
    }

    private static bool TryReadQuery(HttpRequest request, List<Parameter> into) =>
        request.QueryString.Value is not { Length: > 0 } query || FormDecoder.TryDecode(Encoding.Latin1.GetBytes(query[1..]), into, MaxParameters);

    private static async ValueTask<(Fault? Fault, byte[]? Body)> TryReadBodyAsync(
        HttpRequest request, bool isEnvelope, List<Parameter> urlencoded, List<Parameter> parts, CancellationToken cancellation)
    {
        if (ContentCodings.IsCoded(request))
            return (FaultKind.CallCompressed, null);
        try
        {
            var read = await request.BodyReader.ReadAtLeastAsync(MaxBytes + 1, cancellation);
            try
            {
                if (read.Buffer.Length > MaxBytes)
                    return (FaultKind.CallTooLarge, null);
                if (isEnvelope)
                    return (null, read.Buffer.ToArray());

                // Without a content type it is taken for a form: some clients of the time send none.
                MediaTypeHeaderValue? type = null;
                if (request.ContentType == Form || !MediaTypeHeaderValue.TryParse(request.ContentType, out type) || IsUrlencoded(type))
                {
                    var form = read.Buffer.IsSingleSegment ? read.Buffer.FirstSpan : read.Buffer.ToArray();
                    return (ReadForm(type, form, urlencoded), null);
                }

                return (IsOf(type, "multipart/form-data") ? await ReadPartsAsync(type, read.Buffer.ToArray(), parts, MaxParameters - urlencoded.Count, cancellation) : null, null);
            }
            finally
            {
                request.BodyReader.AdvanceTo(read.Buffer.End);
            }
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            // The framework has many ways to say no: to an endless boundary, to a part's name in UTF-7, to a body that breaks off,
            // to bytes that mean nothing in the encoding that is named.
            BrokenBody.Leave(request.HttpContext, failure);
            return (FaultKind.CallUnreadable, null);
        }
    }

    private static bool IsOf(MediaTypeHeaderValue type, string name) =>
        type.MediaType.Equals(name, StringComparison.OrdinalIgnoreCase);

    private static Fault? ReadForm(MediaTypeHeaderValue? type, ReadOnlySpan<byte> body, List<Parameter> into)
    {
        if (!Charsets.TryFind(type is null ? null : Charsets.LabelIn(type), out var encoding))
            return FaultKind.CallUnreadable;
        return FormDecoder.TryDecode(body, into, MaxParameters, encoding) ? null : FaultKind.CallTooLarge;
    }

    /// <summary>
    /// Parts with a file name are uploads: not parameters, and in no dialect signed. They count among the most parts that
    /// there may be.
    /// </summary>
    private static async ValueTask<Fault?> ReadPartsAsync(
        MediaTypeHeaderValue type, byte[] body, List<Parameter> into, int most, CancellationToken cancellation)
    {
        if (HeaderUtilities.RemoveQuotes(type.Boundary) is not { Length: > 0 } boundary)
            return FaultKind.CallUnreadable;

        var reader = new MultipartReader(boundary.ToString(), new MemoryStream(body, writable: false));
        for (var parts = 0; await reader.ReadNextSectionAsync(cancellation) is { } section; parts++)
        {
            if (parts == most)
                return FaultKind.CallTooLarge;
            if (section.GetContentDispositionHeader() is not { } disposition || disposition.IsFileDisposition())
                continue;
            using var content = new MemoryStream();
            await section.Body.CopyToAsync(content, cancellation);
            var name = HeaderUtilities.RemoveQuotes(disposition.Name).ToString();
            if (name.Length == 0)
                continue;
            if (!Charsets.TryFind(Charsets.LabelIn(section.ContentType) ?? Charsets.LabelIn(type), out var encoding))
                return FaultKind.CallUnreadable;
            var bytes = content.GetBuffer().AsSpan(0, (int)content.Length);
            into.Add(new Parameter(name, FormDecoder.Text(bytes, encoding)));
        }

        return null;
    }
}
