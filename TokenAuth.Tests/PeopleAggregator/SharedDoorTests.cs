using System.Net;
using System.Text;
using TokenAuth.Tests.Infrastructure;
using TokenAuth.Tests.Kernel.XmlRpc;
using TokenAuth.Tests.MediaPost;

namespace TokenAuth.Tests.PeopleAggregator;

/// <summary>
/// One address for two dialects: which dialect a body belongs to, and which one answers a body that belongs to neither.
/// </summary>
public sealed class SharedDoorTests(PeopleAggregatorWorld shared) : IClassFixture<PeopleAggregatorWorld>
{
    private const string Echo =
        "<methodCall><methodName>peopleaggregator.echo</methodName><params><param><value><struct>"
            + "<member><name>echoText</name><value>a</value></member></struct></value></param></params></methodCall>";

    private PeopleAggregatorClient Client => shared.Client;

    [Theory]
    [InlineData("auth.getFrob", "100")]
    [InlineData("test.hello", "100")]
    [InlineData("api.methods.getList", null)]
    [InlineData("user.get", "100")]
    [InlineData("account.getQuota", "100")]
    [InlineData("auth.fly", "103")]
    [InlineData("Auth.getFrob", "system_error")]
    [InlineData("auth", "system_error")]
    [InlineData("author.x", "system_error")]
    [InlineData("doc.get", "system_error")]
    [InlineData("peopleaggregator.auth.getFrob", "system_error")]
    [InlineData("", "system_error")]
    public async Task The_methods_name_decides_which_dialect_answers(string method, string? code)
    {
        var answer = await Client.EnvelopeAsync(method, "<params><param><value><struct/></value></param></params>");

        Assert.Equal(
            code, answer.Body.Contains("<fault>", StringComparison.Ordinal) || code is not null ? answer.Code : null);
        Assert.Equal(
            code is not "system_error",
            answer.Body.Contains("faultCode", StringComparison.Ordinal)
                || answer.Body.Contains("&lt;", StringComparison.Ordinal));
    }

    /// <summary>The other spelling of the address belongs to one dialect only.</summary>
    [Fact]
    public async Task No_call_at_the_scripts_address_belongs_to_ipernity()
    {
        var answer = await Client.PostAsync(
            "/api/xmlrpc.php", "<methodCall><methodName>auth.getFrob</methodName></methodCall>", "text/xml");
        Assert.Equal("system_error", answer.Code);
        Assert.Equal("-32700", (await Client.PostAsync("/api/xmlrpc.php", "<methodCall", "text/xml")).Code);
        Assert.Equal("-32600", (await Client.PostAsync("/api/xmlrpc.php", "<methodResponse/>", "text/xml")).Code);
    }

    [Theory]
    [InlineData("", "122")]
    [InlineData("<methodCall", "122")]
    [InlineData("<methodResponse/>", "122")]
    [InlineData("<methodCall>peopleaggregator", "-32700")]
    [InlineData("peopleaggregator", "-32700")]
    [InlineData("<a><!-- peopleaggregator --></a>", "-32600")]
    [InlineData(
        "<methodCall><methodName>peopleaggregator.echo</methodName><params><param/></params></methodCall>", "-32600")]
    [InlineData("<methodCall><methodName>peopleaggregator.echo</methodName><params><param><value>"
        + "<struct><member/></struct></value></param></params></methodCall>", "-32600")]
    [InlineData("<methodCall><methodName>peopleaggregator.echo</methodName><params><param><value><struct>"
        + "text</struct><x/></value></param></params></methodCall>", "-32600")]
    [InlineData("<!DOCTYPE a><methodCall><methodName>peopleaggregator.echo</methodName></methodCall>", "-32700")]
    [InlineData("<!DOCTYPE a [<!ENTITY b SYSTEM \"file:///etc/passwd\">]><methodCall>"
        + "<methodName>peopleaggregator.&b;</methodName></methodCall>", "-32700")]
    public async Task A_body_that_is_not_a_call_belongs_to_ipernity_unless_it_names_the_other_dialect(
        string body, string code)
    {
        var answer = await Client.PostAsync("/api/xmlrpc", body, "text/xml");

        Assert.Equal(
            (HttpStatusCode.OK, "text/xml", code), (answer.Status, answer.ContentType.Split(';')[0], answer.Code));
    }

    [Theory]
    [InlineData("peopleaggregator", "-32600")]
    [InlineData("auth.getFrob", "122")]
    public async Task A_body_that_is_too_large_is_refused_in_the_form_of_its_dialect(string method, string code)
    {
        Assert.Equal(code, (await Client.EnvelopeAsync(method, new string(' ', 256 * 1024))).Code);
    }

    /// <summary>The server reads no byte of it and so cannot tell which dialect it names.</summary>
    [Fact]
    public async Task A_body_that_announces_far_too_many_bytes_belongs_to_ipernity() => Assert.Contains(
        "<int>122</int>",
        await RawHttp.AskAsync(
            shared.World.Server.Http,
            "POST /api/xmlrpc HTTP/1.1\nHost: localhost\nConnection: close\nContent-Length: 3145728"),
        StringComparison.Ordinal);

    [Theory]
    [InlineData(255 * 1024, null)]
    [InlineData(256 * 1024, "-32600")]
    public async Task Bodies_of_up_to_256_kibibytes_are_accepted(int length, string? code)
    {
        var answer = await Client.PostAsync(
            "/api/xmlrpc", Echo.Replace(">a<", $">{new string('a', length)}<", StringComparison.Ordinal), "text/xml");

        Assert.Equal(code, answer.Code);
        if (code is null)
            Assert.Equal(length, answer["echoText"].Length);
    }

    [Theory]
    [InlineData(31, "validation_incorrect_type")]
    [InlineData(32, "-32700")]
    [InlineData(200, "-32700")]
    [InlineData(5000, "-32700")]
    public async Task Deep_nesting_is_refused(int depth, string code) => Assert.Equal(code, (await Client.PostAsync(
        "/api/xmlrpc",
        Echo.Replace(
            "<value>a</value>",
            string.Concat(Enumerable.Repeat("<value><array><data>", depth)) + string.Concat(Enumerable.Repeat(
                "</data></array></value>", depth)),
            StringComparison.Ordinal),
        "text/xml")).Code);

    [Theory]
    [InlineData(null, null)]
    [InlineData("text/xml", null)]
    [InlineData("application/xml; charset=iso-8859-1", null)]
    [InlineData("text/plain", null)]
    [InlineData("multipart/form-data; boundary=x", null)]
    [InlineData("application/x-www-form-urlencoded", "system_error")]
    [InlineData("application/x-www-form-UrlEncoded; charset=utf-8", "system_error")]
    public async Task A_form_as_curl_labels_it_is_REST_without_a_method(string? type, string? code)
    {
        foreach (var path in new[] { "/api/xmlrpc", "/api/xmlrpc.php" })
        {
            var answer = await Client.PostAsync(path, Echo, type);
            Assert.Equal(code, answer.Code);
            Assert.Equal(code is null ? "text/xml" : "application/xml", answer.ContentType);
        }
    }

    [Fact]
    public async Task A_GET_is_REST_without_a_method()
    {
        foreach (var path in new[] { "/api/xmlrpc", "/api/xmlrpc.php" })
        {
            var request = new HttpRequestMessage(HttpMethod.Get, new Uri(
                shared.World.Server.Http, path + "?methodName=peopleaggregator.echo&echoText=a"));
            var answer = await Client.AskAsync(request);
            Assert.Equal(("application/xml", "system_error"), (answer.ContentType, answer.Code));
        }
    }

    [Fact]
    public async Task A_form_may_call_a_method_of_the_address()
    {
        Assert.Equal("a", (await Client.PostAsync("/api/xmlrpc/peopleaggregator/echoPost", "echoText=a"))["echoText"]);
        Assert.Equal(
            "a", (await Client.PostAsync("/api/xmlrpc.php/peopleaggregator/echoPost", "echoText=a"))["echoText"]);
    }

    [Fact]
    public async Task A_body_may_be_chunked_or_come_from_HTTP_1_0_or_wait_for_100_continue()
    {
        var server = shared.World.Server.Http;
        Assert.Contains("<string>a</string>", await RawHttp.AskAsync(
            server, "POST /api/xmlrpc HTTP/1.1\nHost: localhost\nConnection: close\nTransfer-Encoding: chunked",
            $"{Echo.Length:x}\r\n{Echo}\r\n0\r\n\r\n"), StringComparison.Ordinal);
        Assert.Contains("<string>a</string>", await RawHttp.AskAfterContinueAsync(
            server, "POST /api/xmlrpc HTTP/1.1\nHost: localhost\nConnection: close\n"
                + $"Expect: 100-continue\nContent-Length: {Echo.Length}", Echo), StringComparison.Ordinal);
        var old = await RawHttp.AskAsync(server, $"POST /api/xmlrpc HTTP/1.0\nContent-Length: {Echo.Length}", Echo);
        Assert.Contains("<string>a</string>", old, StringComparison.Ordinal);
        Assert.DoesNotContain("chunked", old, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Any_bytes_get_an_answer_of_one_of_the_two_dialects()
    {
        await Mutation.Of(Encoding.UTF8.GetBytes("<?xml version=\"1.0\"?>\n" + Echo)).HoldsAsync(1500, async body =>
        {
            foreach (var path in new[] { "/api/xmlrpc", "/api/xmlrpc.php" })
            {
                var answer = await Client.PostAsync(path, body, "text/xml");
                Assert.True(
                    answer.Status == HttpStatusCode.OK
                        && answer.ContentType.StartsWith("text/xml", StringComparison.Ordinal)
                        && answer.Code is not "500"
                        && !answer.Body.Contains("internal error", StringComparison.Ordinal),
                    $"{Encoding.Latin1.GetString(body)} gives {answer.Body}");
            }
        });

        Assert.Empty(shared.World.Server.Log.Errors);
    }
}
