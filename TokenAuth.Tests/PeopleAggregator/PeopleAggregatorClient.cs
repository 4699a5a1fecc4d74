using System.Security;
using System.Text;
using TokenAuth.Tests.Infrastructure;
using TokenAuth.Tests.World;

namespace TokenAuth.Tests.PeopleAggregator;

/// <summary>A client of the dialect, written from the documentation. It shares no code with the server.</summary>
internal sealed class PeopleAggregatorClient(Uri server) : IDisposable
{
    private readonly HttpClient _http = LiveServer.CreateClient();

    public Task<PeopleAggregatorAnswer> AskAsync(string method, params (string, string)[] arguments) =>
        AskAsync(new PeopleAggregatorCall(method, arguments));

    public Task<PeopleAggregatorAnswer> AskAsync(PeopleAggregatorCall call) => AskAsync(Request(call));

    public async Task<PeopleAggregatorAnswer> AskAsync(HttpRequestMessage request)
    {
        using var response = await _http.SendAsync(request);
        return await PeopleAggregatorAnswer.ReadAsync(response);
    }

    /// <summary>Requests any address below the server, by GET unless something is posted.</summary>
    public Task<PeopleAggregatorAnswer> GetAsync(string path) =>
        AskAsync(new HttpRequestMessage(HttpMethod.Get, new Uri(server, path)));

    public Task<PeopleAggregatorAnswer> PostAsync(
        string path, string body, string? type = "application/x-www-form-urlencoded") =>
        PostAsync(path, Encoding.UTF8.GetBytes(body), type);

    public Task<PeopleAggregatorAnswer> PostAsync(string path, byte[] body, string? type)
    {
        var content = new ByteArrayContent(body);
        if (type is not null)
            content.Headers.TryAddWithoutValidation("Content-Type", type);
        return AskAsync(new HttpRequestMessage(HttpMethod.Post, new Uri(server, path)) { Content = content });
    }

    /// <summary>An XML-RPC call with this text instead of its parameters.</summary>
    public Task<PeopleAggregatorAnswer> EnvelopeAsync(string method, string parameters) =>
        PostAsync("/api/xmlrpc", Envelope(method, parameters), "text/xml");

    /// <summary>An XML-RPC call with one struct of these members.</summary>
    public Task<PeopleAggregatorAnswer> StructAsync(string method, string members) =>
        EnvelopeAsync(
            "peopleaggregator." + method, $"<params><param><value><struct>{members}</struct></value></param></params>");

    public HttpRequestMessage Request(PeopleAggregatorCall call)
    {
        var request = new HttpRequestMessage(new HttpMethod(call.Verb), new Uri(server, call.Path));
        if (call.Form == Form.XmlRpc)
            request.Content = new StringContent(Envelope(call), Encoding.UTF8, "text/xml");
        else if (call.Verb == "POST")
            request.Content = new FormUrlEncodedContent(
                call.Arguments.Select(argument => KeyValuePair.Create(argument.Name, argument.Value)));
        else
            request.RequestUri = new Uri(request.RequestUri!, "?" + string.Join('&', call.Arguments.Select(
                argument => $"{argument.Name}={Uri.EscapeDataString(argument.Value)}")));
        return request;
    }

    public async Task<string> TokenAsync(string login, string password = TestWorld.Password) =>
        (await AskAsync("login", ("login", login), ("password", password)))["authToken"];

    public Task<PeopleAggregatorAnswer> CheckAsync(string token, Form form = Form.Json) =>
        AskAsync(new PeopleAggregatorCall("checkToken", ("authToken", token)) { Form = form });

    public void Dispose() => _http.Dispose();

    private static string Envelope(PeopleAggregatorCall call)
    {
        var members = string.Concat(call.Arguments.Select(argument =>
            $"<member><name>{argument.Name}</name><value><string>"
                + $"{SecurityElement.Escape(argument.Value)}</string></value></member>"));
        return Envelope(
            "peopleaggregator." + call.Method,
            $"<params><param><value><struct>{members}</struct></value></param></params>");
    }

    private static string Envelope(string method, string parameters) =>
        $"<?xml version=\"1.0\"?>\n<methodCall><methodName>{method}</methodName>{parameters}</methodCall>";
}
