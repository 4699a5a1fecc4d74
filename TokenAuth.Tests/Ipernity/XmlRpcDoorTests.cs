using System.Net;
using System.Text;
using TokenAuth.Tests.MediaPost;
using TokenAuth.Tests.World;

namespace TokenAuth.Tests.Ipernity;

/// <summary>
/// The XML-RPC endpoint accepts the requests of old clients and refuses others with 122, never with a page.
/// </summary>
public sealed class XmlRpcDoorTests(IpernityWorld shared) : IClassFixture<IpernityWorld>
{
    private TestWorld World => shared.World;

    [Theory]
    [InlineData("<value>a b</value>", "a b")]
    [InlineData("<value><string>a b</string></value>", "a b")]
    [InlineData("<value><int>+007</int></value>", "+007")]
    [InlineData("<value><int>99999999999</int></value>", "99999999999")]
    [InlineData("<value><i8>5</i8></value>", "5")]
    [InlineData("<value><boolean>7</boolean></value>", "7")]
    [InlineData("<value><double>1.50</double></value>", "1.50")]
    [InlineData("<value><dateTime.iso8601>20260301T12:00:00</dateTime.iso8601></value>", "20260301T12:00:00")]
    [InlineData("<value><base64>w7xiZXI=</base64></value>", "über")]
    [InlineData("<value><string><![CDATA[<b>&]]></string></value>", "<b>&")]
    [InlineData("<value><!-- x --><string>a<!-- y -->b</string><?z z?></value>", "ab")]
    [InlineData("<value>&#x2603;&amp;&#10;</value>", "☃&\n")]
    [InlineData("<value>1</value></member><member><name>echo</name><value>2</value>", "2")]
    [InlineData("<value/>", "")]
    public async Task A_value_is_read_as_it_is_written(string value, string expected)
    {
        var answer = await PostAsync(Encoding.UTF8.GetBytes(Echo(value)), "/api/xmlrpc/json");

        Assert.Equal(expected, answer.Text("echo"));
    }

    [Theory]
    [InlineData("<value><base64>%%</base64></value>")]
    [InlineData("<value><struct/></value>")]
    [InlineData("<value><array><data><value>1</value></data></array></value>")]
    [InlineData("")]
    [InlineData("<value>&nbsp;</value>")]
    [InlineData("<value>&#0;</value>")]
    [InlineData("<value>1</value></member><member><value>no name</value>")]
    [InlineData("<value>1</value></member><member><name>no value</name>")]
    [InlineData("<value>1</value></member><name>no member</name><member><name>x</name><value/>")]
    public async Task A_value_that_is_not_a_text_is_refused(string value) =>
        await AssertRefusedAsync(Encoding.UTF8.GetBytes(Echo(value)));

    [Theory]
    [InlineData("<value><nil/></value>")]
    [InlineData("<value><ex:nil/></value>")]
    [InlineData("<value><ex:nil xmlns:ex=\"http://ws.apache.org/xmlrpc/namespaces/extensions\"/></value>")]
    public async Task A_nil_value_is_the_same_as_an_omitted_one(string value)
    {
        var answer = await PostAsync(Encoding.UTF8.GetBytes(Echo(value)), "/api/xmlrpc/json");
        Assert.Equal((null, ""), (answer.Code, answer.Text("echo")));
    }

    [Theory]
    [InlineData("<methodCall><methodName>api.methods.getList</methodName><params><param><value><array>"
        + "<data/></array></value></param></params></methodCall>", null)]
    [InlineData("<methodCall><methodName>api.methods.getList</methodName></methodCall>", null)]
    [InlineData("<methodCall><params/></methodCall>", 103)]
    [InlineData("<methodCall/>", 103)]
    public async Task Parameters_may_be_omitted_but_the_method_may_not(string body, int? code)
    {
        Assert.Equal(code, (await PostAsync(Encoding.UTF8.GetBytes(body), "/api/xmlrpc/xml")).Code);
        // At the shared address, a call without a method belongs to the other dialect.
        Assert.Equal(code is not null, (await PostAsync(Encoding.UTF8.GetBytes(body), "/api/xmlrpc")).Body.Contains(
            "system_error", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("")]
    [InlineData("api_key=1")]
    [InlineData("{}")]
    [InlineData("<methodCall>")]
    [InlineData("<methodResponse/>")]
    [InlineData("<!DOCTYPE methodCall><methodCall><methodName>test.hello</methodName></methodCall>")]
    [InlineData("<!DOCTYPE a [<!ENTITY a SYSTEM \"file:///etc/passwd\">]><methodCall><methodName>"
        + "&a;</methodName></methodCall>")]
    [InlineData("<!DOCTYPE a [<!ENTITY a \"aaaa\"><!ENTITY b \"&a;&a;&a;\">]><methodCall><methodName>"
        + "&b;</methodName></methodCall>")]
    [InlineData(
        "<methodCall><methodName>test.echo</methodName><params><param><value>1</value></param></params></methodCall>")]
    [InlineData("<methodCall><methodName>test.echo</methodName><params><param><value><array><data>"
        + "<value/></data></array></value></param></params></methodCall>")]
    [InlineData("<methodCall><methodName>test.echo</methodName><params><param><value><struct/></value>"
        + "</param><param><value><struct/></value></param></params></methodCall>")]
    [InlineData("<methodCall><methodName>test.echo</methodName><params><param><value><nil/></value>"
        + "</param></params></methodCall>")]
    public async Task A_body_that_is_not_an_envelope_is_refused(string body) =>
        await AssertRefusedAsync(Encoding.UTF8.GetBytes(body));

    [Theory]
    [InlineData(100)]
    [InlineData(10_000)]
    public async Task Deep_nesting_is_refused(int depth)
    {
        await AssertRefusedAsync(
            Encoding.UTF8.GetBytes(Echo(string.Concat(Enumerable.Repeat("<value><array><data>", depth)))));
        await AssertRefusedAsync(Encoding.UTF8.GetBytes(Echo(
            string.Concat(Enumerable.Repeat("<value><array><data>", depth / 4)) + string.Concat(Enumerable.Repeat(
                "</data></array></value>", depth / 4)))));
        await AssertRefusedAsync(Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("<a>", depth))));
    }

    [Theory]
    [InlineData(250 * 1024, true)]
    [InlineData(256 * 1024, false)]
    [InlineData(500 * 1024, false)]
    public async Task A_body_of_more_than_256_kibibytes_is_refused(int size, bool good)
    {
        var request = Request(Encoding.UTF8.GetBytes(Echo($"<value>{new string('a', size)}</value>")));
        if (good)
            Assert.Null((await shared.Client.AskAsync(request)).Code);
        else
            await AssertRefusedAsync(request);
    }

    /// <summary>The server refuses the announced length and does not wait for the body.</summary>
    [Fact]
    public async Task A_body_of_three_mebibytes_is_refused_before_it_is_sent()
    {
        var answer = await RawHttp.AskAsync(
            World.Server.Http,
            "POST /api/xmlrpc HTTP/1.1\nHost: localhost\nConnection: close\nContent-Length: 3145728");

        Assert.Matches("^HTTP/1.1 (200|413) ", answer);
        Assert.Contains("<int>122</int>", answer, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("iso-8859-1", "café")]
    [InlineData("iso-8859-15", "5 €")]
    [InlineData("utf-16", "☃")]
    [InlineData("utf-8", "☃")]
    public async Task A_declared_encoding_is_honoured(string name, string text)
    {
        Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);
        var encoding = Encoding.GetEncoding(name);
        byte[] body =
        [
            .. encoding.GetPreamble(),
            .. encoding.GetBytes($"<?xml version=\"1.0\" encoding=\"{name}\"?>" + Echo($"<value>{text}</value>")),
        ];

        Assert.Equal(text, (await PostAsync(body, "/api/xmlrpc/json")).Text("echo"));
    }

    [Theory]
    [InlineData("/api/xmlrpc/json", true)]
    [InlineData("/api/xmlrpc/json", false)]
    [InlineData("/api/soap/json", true)]
    [InlineData("/api/soap/json", false)]
    public async Task A_body_is_read_as_its_content_type_says(string path, bool known)
    {
        var soap = path.Contains("soap", StringComparison.Ordinal);
        var body = CodePagesEncodingProvider.Instance.GetEncoding(1251)!.GetBytes(soap
            ? "<s:Envelope xmlns:s=\"http://www.w3.org/2003/05/soap-envelope\"><s:Body>"
                + "<x:ipernityRequest xmlns:x=\"urn:ipernity\"><method>test.echo"
                + $"</method><api_key>{World.Gallery.ApiKey}</api_key>"
                + "<echo>ж</echo></x:ipernityRequest></s:Body></s:Envelope>"
            : Echo("<value>ж</value>"));
        var request = Request(body, path);
        request.Content!.Headers.ContentType = new("text/xml") { CharSet = known ? "cp1251" : "unheard-of" };

        var answer = await shared.Client.AskAsync(request);

        if (known)
            Assert.Equal("ж", answer.Text("echo"));
        else
            Assert.Equal(soap ? 121 : 122, answer.Code);
    }

    [Fact]
    public async Task Undeclared_bytes_that_are_not_utf_8_are_read_as_iso_8859_1() =>
        Assert.Equal(
            "café",
            (await PostAsync(Encoding.Latin1.GetBytes(Echo("<value>café</value>")), "/api/xmlrpc/json")).Text("echo"));

    [Theory]
    [InlineData(null)]
    [InlineData("text/xml")]
    [InlineData("application/xml; charset=utf-8")]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData("multipart/form-data; boundary=x")]
    [InlineData("nonsense")]
    public async Task The_content_type_is_irrelevant(string? type)
    {
        var request = Request(Encoding.UTF8.GetBytes(Echo("<value>a</value>")));
        request.Content!.Headers.Remove("Content-Type");
        if (type is not null)
            request.Content.Headers.TryAddWithoutValidation("Content-Type", type);

        Assert.Null((await shared.Client.AskAsync(request)).Code);
    }

    [Fact]
    public async Task A_body_may_come_in_chunks()
    {
        var request = Request(Encoding.UTF8.GetBytes(Echo("<value>a</value>")));
        request.Headers.TransferEncodingChunked = true;

        Assert.Null((await shared.Client.AskAsync(request)).Code);
        var broken = await RawHttp.AskAsync(
            World.Server.Http,
            "POST /api/xmlrpc HTTP/1.1\nHost: localhost\nConnection: close\nTransfer-Encoding: chunked",
            "5\r\nabcde\r\nzz\r\n");
        Assert.Contains("<int>122</int>", broken, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("HTTP/1.0", "")]
    [InlineData("HTTP/1.1", "\nHost: localhost\nConnection: close")]
    [InlineData("HTTP/1.0", "\nHost: localhost\nConnection: keep-alive\nConnection: close")]
    public async Task A_client_may_speak_http_1_0(string version, string more)
    {
        var body = Echo("<value>a</value>");

        var answer = await RawHttp.AskAsync(
            World.Server.Http,
            $"POST /api/xmlrpc {version}{more}\nContent-Type: text/xml\nContent-Length: {body.Length}",
            body);

        Assert.Contains(" 200 OK\r\n", answer, StringComparison.Ordinal);
        Assert.DoesNotContain("chunked", answer, StringComparison.OrdinalIgnoreCase);
        Assert.EndsWith(
            "&lt;echo&gt;a&lt;/echo&gt;</string></value></param></params></methodResponse>",
            answer,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Blanks_around_the_method_are_ignored() => Assert.Null(
        (await PostAsync(
            Encoding.UTF8.GetBytes(
                Echo("<value>a</value>").Replace("test.echo", " \n test.echo ", StringComparison.Ordinal)),
            "/api/xmlrpc")).Code);

    [Fact]
    public async Task Parameters_in_the_address_are_ignored()
    {
        var call = new IpernityCall(World.Gallery, "auth.getFrob") { Entrance = Entrance.XmlRpc };
        var request = shared.Client.Request(call);
        request.RequestUri = new Uri(request.RequestUri!, "?lg=en&api_key=x");

        Assert.Null((await shared.Client.AskAsync(request)).Code);
    }

    private string Echo(string value) =>
        "<methodCall><methodName>test.echo</methodName><params><param><value><struct><member><name>"
            + $"api_key</name><value>{World.Gallery.ApiKey}</value></member>"
        + $"<member><name>echo</name>{value}</member></struct></value></param></params></methodCall>";

    private HttpRequestMessage Request(byte[] body, string path = "/api/xmlrpc") =>
        new(HttpMethod.Post, new Uri(World.Server.Http, path))
        {
            Content = new ByteArrayContent(body) { Headers = { { "Content-Type", "text/xml" } } },
        };

    private Task<IpernityAnswer> PostAsync(byte[] body, string path) => shared.Client.AskAsync(Request(body, path));

    private Task AssertRefusedAsync(byte[] body) => AssertRefusedAsync(Request(body));

    private async Task AssertRefusedAsync(HttpRequestMessage request)
    {
        var answer = await shared.Client.AskAsync(request);
        Assert.Equal((HttpStatusCode.OK, 122), (answer.Status, answer.Code));
    }
}
