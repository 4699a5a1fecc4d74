using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using TokenAuth.Tests.MediaPost;

namespace TokenAuth.Tests.Dreamwidth;

/// <summary>
/// The possible forms of a request's body and their results: the matrix of all XML-RPC endpoints, row by row.
/// </summary>
public sealed class HardnessTests(DreamwidthWorld shared) : IClassFixture<DreamwidthWorld>
{
    private const string Challenge = "<methodCall><methodName>LJ.XMLRPC.getchallenge</methodName></methodCall>";

    /// <summary>
    /// Tests read the outcome from the name alone, without signing in. A name that was read but is unknown gets error
    /// 100.
    /// </summary>
    private static readonly Dictionary<string, string> Expected =
        new(StringComparer.Ordinal) { ["read"] = "100", ["missing"] = "200", ["refused"] = "Client" };

    [Theory]
    [InlineData("<value>nobody</value>", "read")]
    [InlineData("<value><string>nobody</string></value>", "read")]
    [InlineData("<value><i8>5</i8></value>", "read")]
    [InlineData("<value><ex:i8>5</ex:i8></value>", "read")]
    [InlineData("<value><i1>5</i1></value>", "read")]
    [InlineData("<value><int>99999999999999999999</int></value>", "read")]
    [InlineData("<value><int> 5 </int></value>", "read")]
    [InlineData("<value><int>+5</int></value>", "read")]
    [InlineData("<value><int>005</int></value>", "read")]
    [InlineData("<value><int>x</int></value>", "read")]
    [InlineData("<value><boolean>7</boolean></value>", "read")]
    [InlineData("<value><boolean>true</boolean></value>", "read")]
    [InlineData("<value><boolean>0</boolean></value>", "missing")]
    [InlineData("<value><dateTime.iso8601>2026-03-01T12:00:00.5Z</dateTime.iso8601></value>", "read")]
    [InlineData("<value><dateTime.iso8601/></value>", "missing")]
    [InlineData("<value><base64>bm9i\n b2R5</base64></value>", "read")]
    [InlineData("<value><base64>*</base64></value>", "missing")]
    [InlineData("<value><base64/></value>", "missing")]
    [InlineData("<value><nil/></value>", "missing")]
    [InlineData("<value><ex:nil/></value>", "missing")]
    [InlineData("<value><ex:nil xmlns:ex=\"http://ws.apache.org/xmlrpc/namespaces/extensions\"/></value>", "missing")]
    [InlineData("<value/>", "missing")]
    [InlineData("<value></value>", "missing")]
    [InlineData("<value><string/></value>", "missing")]
    [InlineData("<value><struct/></value>", "missing")]
    [InlineData("<value><array><data/></array></value>", "missing")]
    [InlineData("<value><![CDATA[nobody]]></value>", "read")]
    [InlineData("<value>no<!-- -->bo<?p i?>dy</value>", "read")]
    [InlineData("<value>&#110;&#x6F;body</value>", "read")]
    [InlineData("<value>nobody</value></member><member><name>username</name><value/>", "missing")]
    [InlineData("<value/></member><member><name>username</name><value>nobody</value>", "read")]
    [InlineData("<value>nobody</value></member><member><name>no value</name>", "refused")]
    [InlineData("<value>nobody</value></member><member><value>no name</value>", "refused")]
    [InlineData("<value>nobody</value></member><name>no member</name><member><name>x</name><value/>", "refused")]
    [InlineData("<value>text<string>nobody</string></value>", "refused")]
    [InlineData("<value><string>a</string><string>b</string></value>", "refused")]
    [InlineData("<value><text>nobody</text></value>", "refused")]
    [InlineData("<value>&nbsp;</value>", "refused")]
    [InlineData("<value>&#0;</value>", "refused")]
    [InlineData("<value>no<b>bo</b>dy</value>", "refused")]
    public async Task A_value_is_read_or_missing_or_refused(string value, string outcome) =>
        Assert.Equal(Expected[outcome], (await PostAsync(Call(value))).Code);

    [Theory]
    [InlineData("<!DOCTYPE methodCall>")]
    [InlineData("<!DOCTYPE a SYSTEM \"file:///etc/passwd\">")]
    [InlineData("<!DOCTYPE a [<!ENTITY a SYSTEM \"file:///etc/passwd\">]>")]
    [InlineData("<!DOCTYPE a [<!ENTITY a \"aaaa\"><!ENTITY b \"&a;&a;&a;&a;\"><!ENTITY c \"&b;&b;&b;&b;\">]>")]
    public async Task A_document_type_is_refused(string type)
    {
        await AssertRefusedAsync(type + Challenge);
        await AssertRefusedAsync("<?xml version=\"1.0\"?>" + type + Call("<value>&a;</value>"));
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("<")]
    [InlineData("mode=getchallenge")]
    [InlineData("{\"method\":\"getchallenge\"}")]
    [InlineData("<methodCall>")]
    [InlineData("<methodResponse/>")]
    [InlineData(
        "<methodCall><methodName>LJ.XMLRPC.getchallenge</methodName><params><param></param></params></methodCall>")]
    [InlineData("<methodCall><methodName>LJ.XMLRPC.getchallenge</methodName><params><value/></params></methodCall>")]
    [InlineData("<methodCall><methodName>LJ.XMLRPC.getchallenge</methodName></methodCall><more/>")]
    public async Task A_body_that_is_not_a_call_is_refused_as_unreadable(string body) => await AssertRefusedAsync(body);

    [Theory]
    [InlineData("sessiongenerate", "Denied access to method")]
    [InlineData("LJ.XMLRPC.session generate", "Denied access to method")]
    [InlineData("LJ.XMLRPC.x:y", "Denied access to method")]
    [InlineData("lj.xmlrpc.getchallenge", "Failed to access class")]
    [InlineData("blogger.getUsersBlogs", "Failed to access class")]
    [InlineData("system.listMethod", "Failed to access class")]
    [InlineData("", "Denied access to method")]
    [InlineData("\u00E9", "Denied access to method")]
    public async Task A_method_of_another_class_is_refused_in_the_words_of_the_old_library(string method, string begins)
    {
        var answer = await PostAsync($"<methodCall><methodName>{method}</methodName><params/></methodCall>");

        Assert.Equal("Client", answer.Code);
        Assert.StartsWith(begins, answer.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("<methodName>LJ.XMLRPC.getchallenge</methodName>")]
    [InlineData("<methodName>LJ.XMLRPC.getchallenge</methodName><params/>")]
    [InlineData("<methodName>LJ.XMLRPC.getchallenge</methodName><params><param><value/></param></params>")]
    [InlineData(
        "<methodName>LJ.XMLRPC.getchallenge</methodName><params><param><value><struct/></value></param></params>")]
    [InlineData("<methodName> \n LJ.XMLRPC.getchallenge\t</methodName>")]
    [InlineData("\n<!-- x --><params/><methodName>LJ.XMLRPC.<![CDATA[getchallenge]]></methodName>")]
    public async Task A_call_may_be_written_in_many_ways(string inner) =>
        Assert.Null((await PostAsync($"<methodCall>{inner}</methodCall>")).Code);

    [Theory]
    [InlineData(30, true)]
    [InlineData(64, false)]
    [InlineData(10_000, false)]
    public async Task Values_may_nest_up_to_the_limit(int depth, bool good)
    {
        var value = string.Concat(Enumerable.Repeat("<value><array><data>", depth)) + string.Concat(Enumerable.Repeat(
            "</data></array></value>", depth));
        var body = Call("<value>nobody</value></member><member><name>deep</name>" + value);

        if (good)
            Assert.Equal("100", (await PostAsync(body)).Code);
        else
            await AssertRefusedAsync(body);
    }

    [Theory]
    [InlineData(250, true)]
    [InlineData(256, false)]
    [InlineData(600, false)]
    public async Task A_body_may_have_256_kibibytes(int kibibytes, bool good)
    {
        var body = Call("<value>nobody</value></member><member><name>long"
            + $"</name><value>{new string('a', kibibytes * 1024)}</value>");

        if (good)
            Assert.Equal("100", (await PostAsync(body)).Code);
        else
            await AssertRefusedAsync(body);
    }

    [Theory]
    [InlineData("iso-8859-1", "pässwörd")]
    [InlineData("iso-8859-15", "pässwörd für 5 €")]
    [InlineData("utf-16", "pässwörd für 5 €")]
    [InlineData("utf-16BE", "pässwörd für 5 €")]
    [InlineData("utf-8", "pässwörd für 5 €")]
    public async Task A_declared_encoding_is_honoured(string name, string password)
    {
        Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);
        await using var own = await DreamwidthWorld.StartAsync();
        await own.AddPersonAsync("kim", password);
        var encoding = Encoding.GetEncoding(name);
        var body = $"<?xml version=\"1.0\" encoding=\"{name}\"?>"
            + DreamwidthClient.Envelope("login", ("username", "kim"), ("password", password))[21..];

        Assert.Null(
            (await own.Client.AskAsync(own.Client.Xml([.. encoding.GetPreamble(), .. encoding.GetBytes(body)]))).Code);
    }

    /// <summary>The encodings that Python's library and old Windows programs declare.</summary>
    [Theory]
    [InlineData("cp1251", "text/xml", 1251)]
    [InlineData("utf-8", "text/xml; charset=windows-1251", 1251)]
    [InlineData("utf-8", "text/xml; charset=koi8-r", 20866)]
    public async Task A_russian_password_is_read_in_its_declared_encoding(string declared, string type, int page)
    {
        await using var own = await DreamwidthWorld.StartAsync();
        await own.AddPersonAsync("kim", "пароль для всех");
        var body = $"<?xml version='1.0' encoding='{declared}'?>"
            + DreamwidthClient.Envelope(
                "login", ("username", "kim"), ("password", "пароль для всех"))[21..];
        var request = own.Client.Xml(CodePagesEncodingProvider.Instance.GetEncoding(page)!.GetBytes(body));
        request.Content!.Headers.ContentType = MediaTypeHeaderValue.Parse(type);

        Assert.Null((await own.Client.AskAsync(request)).Code);
    }

    /// <summary>An unreadable request is not a guess.</summary>
    [Theory]
    [InlineData("unheard-of", "text/xml")]
    [InlineData("utf-7", "text/xml")]
    [InlineData("utf-8", "text/xml; charset=unheard-of")]
    [InlineData("utf-8", "text/xml; charset=utf-16")]
    public async Task An_unknown_encoding_is_refused_and_is_not_a_failed_sign_in(string declared, string type)
    {
        await using var own = await DreamwidthWorld.StartAsync();
        var body = $"<?xml version='1.0' encoding='{declared}'?>"
            + DreamwidthClient.Envelope("login", ("username", "alice"), ("password", "guess"))[21..];
        for (var attempt = 0; attempt < 6; attempt++)
        {
            var request = own.Client.Xml(body);
            request.Content!.Headers.ContentType = MediaTypeHeaderValue.Parse(type);
            AssertUnreadable(await own.Client.AskAsync(request));
        }

        Assert.Null((await own.Client.AskAsync("login", DreamwidthWorld.Alice)).Code);
    }

    [Fact]
    public async Task Undeclared_bytes_that_are_not_utf_8_are_read_as_iso_8859_1()
    {
        await using var own = await DreamwidthWorld.StartAsync();
        await own.AddPersonAsync("kim", "pässwörd");

        Assert.Null((await own.Client.AskAsync(own.Client.Xml(
            Encoding.Latin1.GetBytes(
                DreamwidthClient.Envelope("login", ("username", "kim"), ("password", "pässwörd")))))).Code);
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("deflate")]
    public async Task A_compressed_body_is_refused(string encoding)
    {
        using var compressed = new MemoryStream();
        await using (Stream stream = encoding == "gzip"
            ? new GZipStream(compressed, CompressionMode.Compress, leaveOpen: true)
            : new ZLibStream(compressed, CompressionMode.Compress, leaveOpen: true))
        {
            await stream.WriteAsync(Encoding.UTF8.GetBytes(Challenge));
        }

        var request = shared.Client.Xml(compressed.ToArray());
        request.Content!.Headers.ContentEncoding.Add(encoding);

        Assert.Equal("Client", (await shared.Client.AskAsync(request)).Code);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("text/xml; charset=utf-8")]
    [InlineData("application/xml")]
    [InlineData("application/json")]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData("multipart/form-data; boundary=x")]
    [InlineData("nonsense")]
    public async Task The_content_type_is_irrelevant(string? type)
    {
        var request = shared.Client.Xml(Challenge);
        request.Content!.Headers.Remove("Content-Type");
        if (type is not null)
            Assert.True(request.Content.Headers.TryAddWithoutValidation("Content-Type", type));

        Assert.Null((await shared.Client.AskAsync(request)).Code);
    }

    [Theory]
    [InlineData("HTTP/1.0", "", false)]
    [InlineData("HTTP/1.0", "\nHost: www.example.test\nUser-Agent: XMLRPC Client 1.0", false)]
    [InlineData("HTTP/1.1", "\nHost: localhost\nConnection: close", false)]
    [InlineData("HTTP/1.1", "\nHost: localhost\nConnection: close", true)]
    public async Task Clients_of_any_HTTP_version_get_an_answer_that_is_not_chunked(
        string version, string more, bool chunked)
    {
        var (head, body) = chunked
            ? ("Transfer-Encoding: chunked", $"{Challenge.Length:x}\r\n{Challenge}\r\n0\r\n\r\n")
            : ($"Content-Length: {Challenge.Length}", Challenge);

        var answer = await RawHttp.AskAsync(
            shared.World.Server.Http, $"POST /interface/xmlrpc {version}{more}\nContent-Type: text/xml\n{head}", body);

        Assert.Contains(" 200 OK\r\n", answer, StringComparison.Ordinal);
        Assert.DoesNotContain("chunked", answer, StringComparison.OrdinalIgnoreCase);
        Assert.Matches("\r\nContent-Length: [0-9]+\r\n", answer);
        Assert.EndsWith("</struct></value></param></params></methodResponse>", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_client_may_wait_until_the_server_asks_for_the_body()
    {
        var answer = await RawHttp.AskAfterContinueAsync(
            shared.World.Server.Http, "POST /interface/xmlrpc HTTP/1.1\nHost: localhost\nConnection: close\n"
                + $"Expect: 100-continue\nContent-Type: text/xml\nContent-Length: {Challenge.Length}", Challenge);

        Assert.StartsWith("HTTP/1.1 200 OK", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_body_that_announces_too_much_or_ends_early_is_refused()
    {
        const string Head = "POST /interface/xmlrpc HTTP/1.1\nHost: localhost\nConnection: close\n";

        Assert.Matches(
            "^HTTP/1.1 (200|413) ", await RawHttp.AskAsync(shared.World.Server.Http, Head + "Content-Length: 3145728"));
        var broken = await RawHttp.AskAsync(
            shared.World.Server.Http, Head + "Transfer-Encoding: chunked", "5\r\nabcde\r\nzz\r\n");
        Assert.Contains("Application failed during request deserialization:", broken, StringComparison.Ordinal);
    }

    /// <summary>
    /// The documentation's example: its exact request, and its answer without the blanks between elements.
    /// </summary>
    [Fact]
    public async Task The_documented_example_gets_the_documented_answer()
    {
        await using var own = await DreamwidthWorld.StartAsync();
        var example = await File.ReadAllTextAsync(
            Path.Combine(AppContext.BaseDirectory, "Dreamwidth", "Data", "example-request.xml"));
        var body = example.Replace("<string>test</string>", "<string>KEY</string>", StringComparison.Ordinal);
        body = body[..body.IndexOf("KEY", StringComparison.Ordinal)] + "alice"
            + body[(body.IndexOf("KEY", StringComparison.Ordinal) + 3)..].Replace(
                "KEY", own.Key, StringComparison.Ordinal);

        var answer = await own.Client.AskAsync(own.Client.Xml(body));

        Assert.Equal((HttpStatusCode.OK, "text/xml"), (answer.Status, answer.Head("Content-Type")));
        Assert.Matches(
            "^<\\?xml version=\"1.0\" encoding=\"UTF-8\"\\?><methodResponse><params><param><value>"
                + "<struct><member><name>ljsession</name>"
            + "<value><string>ws:alice:1:[A-Za-z0-9]{22}</string></value></member></struct></value>"
            + "</param></params></methodResponse>$",
            answer.Body);
        Assert.Equal("Alice", await own.Client.VerifyAsync("ljsession=" + answer["ljsession"]));
    }

    private static string Call(string value) =>
        "<methodCall><methodName>LJ.XMLRPC.sessiongenerate</methodName><params><param><value><struct>"
            + $"<member><name>username</name>{value}</member></struct></value></param></params></methodCall>";

    private Task<DreamwidthAnswer> PostAsync(string body) => shared.Client.AskAsync(shared.Client.Xml(body));

    private async Task AssertRefusedAsync(string body) => AssertUnreadable(await PostAsync(body));

    private static void AssertUnreadable(DreamwidthAnswer answer)
    {
        Assert.Equal((HttpStatusCode.OK, "Client"), (answer.Status, answer.Code));
        Assert.StartsWith(
            "Application failed during request deserialization:", answer.Message, StringComparison.Ordinal);
    }
}
