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
/// A request as every dialect sees it: the parameters of the query and the body, the caller's address, and the URL as
/// the caller saw it. Parameters are decoded once. Of duplicates, the last value counts, at the position of the first.
/// </summary>
/// <remarks>
/// The folder <c>Calls</c> owns decoded calls, the caller check, the pipeline around a dialect, and the mapping of
/// endpoints. It must not know any dialect's parameters or words.
/// </remarks>
internal sealed class Call
{
    /// <summary>The maximum size of a body.</summary>
    public const int MaxBytes = 256 * 1024;

    /// <summary>The maximum number of parameters in query and body, duplicates included.</summary>
    public const int MaxParameters = 200;

    private const string Form = "application/x-www-form-urlencoded";

    private readonly HttpRequest _request;
    private readonly List<Parameter> _parameters = [];
    private readonly IEnumerable<Parameter> _received;
    private readonly int _queryCount;

    private Call(
        HttpRequest request, IEnumerable<Parameter> received, IReadOnlyList<Parameter> urlencoded, int queryCount,
        byte[]? body = null, CallSender? sender = null)
    {
        Sender = sender ?? new CallSender();
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
    /// The parameters of the query and of an urlencoded body, in order and with duplicates. OAuth signs these (RFC
    /// 5849, section 3.4.1.3.1).
    /// </summary>
    public IReadOnlyList<Parameter> Urlencoded { get; }

    /// <summary>
    /// The parameters of the body. A secret must be among these and not in the URL, which logs record.
    /// </summary>
    public IEnumerable<Parameter> Posted => _received.Skip(_queryCount);

    /// <summary>The request, for data outside the parameters, such as cookies.</summary>
    public HttpRequest Request => _request;

    /// <summary>The response, for headers that a dialect adds to an answer.</summary>
    public HttpResponse Response => _request.HttpContext.Response;

    /// <summary>The application that the call names. The caller check fills it in.</summary>
    public CallSender Sender { get; }

    public IPAddress Address => _request.HttpContext.CallerAddress;

    public string Verb => _request.Method;

    public bool Secure => _request.IsHttps;

    /// <summary>The path as the caller sent it, escaped as in a URL.</summary>
    public string Path =>
        _request.PathBase.Add(_request.HttpContext.Features.Get<PathAsSent>()?.Path ?? _request.Path).ToUriComponent();

    /// <summary>Returns a part of the address by its name in the pattern, or null if it is missing.</summary>
    public string? RouteValue(string name) => _request.RouteValues[name] as string;

    public string? Header(string name) => _request.Headers[name].FirstOrDefault();

    /// <summary>The body's bytes if the endpoint reads them itself; otherwise empty.</summary>
    public ReadOnlyMemory<byte> Body { get; }

    /// <summary>Returns this call with the parameters of an envelope.</summary>
    public Call With(IEnumerable<Parameter> parameters) =>
        new(_request, parameters, Urlencoded, queryCount: 0, sender: Sender);

    /// <summary>The decoded value, or null if the parameter was not sent.</summary>
    public string? this[string name] => IndexOf(name) is >= 0 and var place ? _parameters[place].Value : null;

    /// <summary>Returns the decoded value, or null if it was not sent or is empty.</summary>
    public string? NonEmpty(string name) => this[name] is { Length: > 0 } value ? value : null;

    /// <summary>
    /// Reads a request. Faults: <see cref="FaultKind.CallTooLarge"/>, <see cref="FaultKind.CallUnreadable"/>,
    /// <see cref="FaultKind.CallCompressed"/>. With a fault, the call has the parameters that were read before it.
    /// </summary>
    /// <param name="isEnvelope">True if the endpoint reads the body itself, because it is not a form.</param>
    public static async ValueTask<(Call Call, Fault? Fault)> ReadAsync(
        HttpRequest request, bool isEnvelope, CancellationToken cancellation)
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

    /// <summary>
    /// Reads the query alone, for pages whose body is the page's own form. Omits parameters beyond the maximum.
    /// </summary>
    public static Call OfQuery(HttpRequest request)
    {
        var parameters = new List<Parameter>();
        TryReadQuery(request, parameters);
        return new Call(request, parameters, parameters, parameters.Count);
    }

    /// <summary>Checks for the type of forms, or the wrong one that Debian's LiveJournal.pm sends.</summary>
    public static bool IsUrlencoded(MediaTypeHeaderValue type) =>
        IsOf(type, Form) || IsOf(type, "application/x-www-form-urlescaped");

    /// <summary>
    /// Returns the number of bytes to read of a body. It exceeds the maximum by one, to notice bodies that are too
    /// large.
    /// </summary>
    public static int BytesToRead(HttpRequest request) =>
        (int)Math.Min(request.ContentLength ?? MaxBytes, MaxBytes) + 1;

    /// <summary>Finds a parameter. A call has few, so a linear search is faster than an index.</summary>
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
        request.QueryString.Value is not { Length: > 0 } query
        || FormDecoder.TryDecode(Encoding.Latin1.GetBytes(query[1..]), into, MaxParameters);

    private static async ValueTask<(Fault? Fault, byte[]? Body)> TryReadBodyAsync(
        HttpRequest request, bool isEnvelope, List<Parameter> urlencoded, List<Parameter> parts,
        CancellationToken cancellation)
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

                // A body without a content type counts as a form, because some old clients send none.
                MediaTypeHeaderValue? type = null;
                if (request.ContentType == Form
                    || !MediaTypeHeaderValue.TryParse(request.ContentType, out type)
                    || IsUrlencoded(type))
                {
                    var form = read.Buffer.IsSingleSegment ? read.Buffer.FirstSpan : read.Buffer.ToArray();
                    return (ReadForm(type, form, urlencoded), null);
                }

                if (!IsOf(type, "multipart/form-data"))
                    return (null, null);
                var body = read.Buffer.ToArray();
                return (await ReadPartsAsync(type, body, parts, MaxParameters - urlencoded.Count, cancellation), null);
            }
            finally
            {
                request.BodyReader.AdvanceTo(read.Buffer.End);
            }
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            // The framework throws many types of exceptions: for a boundary that is too long, a part's name in UTF-7, a
            // body that breaks off, bytes that are invalid in the declared encoding.
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
    /// Reads the parts of a multipart body. Parts with a file name are uploads, which are not parameters and which no
    /// dialect signs. They count towards the maximum number of parts.
    /// </summary>
    private static async ValueTask<Fault?> ReadPartsAsync(
        MediaTypeHeaderValue type, byte[] body, List<Parameter> into, int max, CancellationToken cancellation)
    {
        if (HeaderUtilities.RemoveQuotes(type.Boundary) is not { Length: > 0 } boundary)
            return FaultKind.CallUnreadable;

        var reader = new MultipartReader(boundary.ToString(), new MemoryStream(body, writable: false));
        for (var parts = 0; await reader.ReadNextSectionAsync(cancellation) is { } section; parts++)
        {
            if (parts == max)
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
