using System.Security;
using System.Text;
using TokenAuth.Kernel.Accounts;
using TokenAuth.Tests.Infrastructure;
using TokenAuth.Tests.World;

namespace TokenAuth.Tests.Ipernity;

/// <summary>A client of the dialect, written from the documentation. It shares no code with the server.</summary>
internal sealed class IpernityClient(TestWorld world) : IDisposable
{
    private readonly HttpClient _http = LiveServer.CreateClient();

    public Task<IpernityAnswer> AskAsync(App? application, string? method, params (string, string)[] parameters) =>
        AskAsync(new IpernityCall(application, method, parameters));

    /// <summary>Posts the form or the envelope.</summary>
    public Task<IpernityAnswer> AskAsync(IpernityCall call) => AskAsync(Request(call));

    public HttpRequestMessage Request(IpernityCall call) =>
        new(HttpMethod.Post, Address(call)) { Content = Body(call) };

    public async Task<IpernityAnswer> AskAsync(HttpRequestMessage request)
    {
        using var response = await SendAsync(request);
        return await IpernityAnswer.ReadAsync(response);
    }

    public Task<HttpResponseMessage> SendAsync(HttpRequestMessage request) => _http.SendAsync(request);

    public Uri Address(IpernityCall call) => new(call.Secure ? world.Server.Https : world.Server.Http, call.Path);

    public Uri QueryOf(IpernityCall call) => new(Address(call), "?" + Urlencoded(call.Pairs));

    /// <summary>The link to the authorize page as an application makes it. It is signed without a method.</summary>
    public static string Link(App application, params (string Name, string Value)[] parameters) =>
        "/apps/authorize?" + Urlencoded(new IpernityCall(application, Method: null, parameters).Pairs);

    public static string Urlencoded(IEnumerable<KeyValuePair<string, string>> pairs) =>
        string.Join('&', pairs.Select(pair => $"{Uri.EscapeDataString(pair.Key)}={Uri.EscapeDataString(pair.Value)}"));

    public async Task<string> FrobAsync(App application) =>
        (await AskAsync(application, "auth.getFrob")).Text("auth", "frob");

    /// <summary>A frob that the person has confirmed with these permissions, without the page.</summary>
    public async Task<string> ConfirmedFrobAsync(App application, Account person, string permissions = "")
    {
        var frob = await FrobAsync(application);
        await world.ConfirmAsync(frob, application, person, permissions);
        return frob;
    }

    /// <summary>The whole handshake.</summary>
    public async Task<string> TokenAsync(App application, Account person, string permissions = "") =>
        (await AskAsync(
            application, "auth.getToken", ("frob", await ConfirmedFrobAsync(application, person, permissions))))
            .Text("auth", "token");

    public Task<IpernityAnswer> CheckAsync(App application, string token) =>
        AskAsync(application, "auth.checkToken", ("auth_token", token));

    public void Dispose() => _http.Dispose();

    private static HttpContent Body(IpernityCall call) => call.Entrance switch
    {
        Entrance.Soap => new StringContent(Soap(call), Encoding.UTF8, "application/soap+xml"),
        Entrance.XmlRpc => new StringContent(XmlRpc(call), Encoding.UTF8, "text/xml"),
        _ => new FormUrlEncodedContent(call.Pairs),
    };

    private static string Soap(IpernityCall call)
    {
        var children = string.Concat(
            call.Pairs.Select(pair => $"<{pair.Key}>{SecurityElement.Escape(pair.Value)}</{pair.Key}>"));
        var method = call.Method is null ? "" : $"<method>{call.Method}</method>";
        return "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n"
            + "<s:Envelope xmlns:s=\"http://www.w3.org/2003/05/soap-envelope\">"
            + "<s:Body><x:ipernityRequest xmlns:x=\"urn:ipernity\">\n"
            + $"{method}{children}\n"
            + "</x:ipernityRequest></s:Body></s:Envelope>";
    }

    private static string XmlRpc(IpernityCall call)
    {
        var members = string.Concat(call.Pairs.Select(pair =>
            $"<member><name>{pair.Key}</name><value><string>{SecurityElement.Escape(pair.Value)}"
                + "</string></value></member>"));
        return $"<?xml version=\"1.0\"?>\n<methodCall><methodName>{call.Method}</methodName>"
            + $"<params><param><value><struct>{members}</struct></value></param></params></methodCall>";
    }
}
