using System.Net;
using System.Security;
using System.Text;
using TokenAuth.Tests.Infrastructure;

namespace TokenAuth.Tests.Dreamwidth;

/// <summary>
/// A client of the dialect's two endpoints and its pages, written from the documentation. It shares no code with the
/// server.
/// </summary>
internal sealed class DreamwidthClient(LiveServer server) : IDisposable
{
    private readonly HttpClient _http = LiveServer.CreateClient();

    /// <summary>An XML-RPC call with every value as a string.</summary>
    public Task<DreamwidthAnswer> AskAsync(string method, params (string Name, string Value)[] members) =>
        AskAsync(Call(method, members));

    /// <summary>A call of the flat protocol.</summary>
    public Task<DreamwidthAnswer> AskFlatAsync(string mode, params (string Name, string Value)[] fields) =>
        AskAsync(Flat(mode, fields));

    public async Task<DreamwidthAnswer> AskAsync(HttpRequestMessage request)
    {
        using (request)
        {
            using var response = await _http.SendAsync(request);
            return await DreamwidthAnswer.ReadAsync(response);
        }
    }

    public HttpRequestMessage Call(string method, params (string Name, string Value)[] members) =>
        Xml(Envelope(
            method,
            [.. members.Select(member => (member.Name, $"<string>{SecurityElement.Escape(member.Value)}</string>"))]));

    public HttpRequestMessage Xml(string body, string path = "/interface/xmlrpc") =>
        Xml(Encoding.UTF8.GetBytes(body), path);

    public HttpRequestMessage Xml(byte[] body, string path = "/interface/xmlrpc") =>
        new(HttpMethod.Post, new Uri(server.Http, path))
        {
            Content = new ByteArrayContent(body) { Headers = { { "Content-Type", "text/xml" } } },
        };

    public HttpRequestMessage Flat(string mode, params (string Name, string Value)[] fields) =>
        new(HttpMethod.Post, new Uri(server.Http, "/interface/flat"))
        {
            Content = new FormUrlEncodedContent(
            [
                KeyValuePair.Create("mode", mode),
                .. fields.Select(field => KeyValuePair.Create(field.Name, field.Value)),
            ]),
        };

    public HttpRequestMessage Get(string path) => new(HttpMethod.Get, new Uri(server.Http, path));

    /// <summary>
    /// The login that the reverse proxy's endpoint returns for these cookies, or null if it returns none.
    /// </summary>
    public async Task<string?> VerifyAsync(string? cookies, string? from = null)
    {
        var answer = await AskAsync(Get("/auth/verify").With("Cookie", cookies).With("X-Forwarded-For", from));
        Assert.Equal(
            answer.Head("X-Auth-Login") is null ? HttpStatusCode.Unauthorized : HttpStatusCode.NoContent,
            answer.Status);
        return answer.Head("X-Auth-Login");
    }

    /// <summary>Opens a session and returns its text. The call must succeed.</summary>
    public async Task<string> SessionAsync(params (string Name, string Value)[] members)
    {
        var answer = await AskAsync("sessiongenerate", members);
        return answer["ljsession"] ?? throw new InvalidOperationException(answer.Body);
    }

    /// <summary>A call whose values are XML already.</summary>
    public static string Envelope(string method, params (string Name, string Xml)[] members) =>
        $"<?xml version=\"1.0\"?><methodCall><methodName>LJ.XMLRPC.{method}</methodName><params><param><value><struct>"
        + string.Concat(
            members.Select(member => $"<member><name>{member.Name}</name><value>{member.Xml}</value></member>"))
        + "</struct></value></param></params></methodCall>";

    public void Dispose() => _http.Dispose();
}

internal static class Requests
{
    /// <summary>Adds a header, or none if the value is null.</summary>
    public static HttpRequestMessage With(this HttpRequestMessage request, string name, string? value)
    {
        if (value is not null)
            Assert.True(request.Headers.TryAddWithoutValidation(name, value));
        return request;
    }
}
