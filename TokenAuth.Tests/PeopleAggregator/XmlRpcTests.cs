using System.Text;

namespace TokenAuth.Tests.PeopleAggregator;

/// <summary>Calls in envelopes: one struct of texts, with only the members that the method has.</summary>
public sealed class XmlRpcTests(PeopleAggregatorWorld shared) : IClassFixture<PeopleAggregatorWorld>
{
    private const string Wrapper = "validation_request_wrapper";
    private const string MissingKey = "validation_missing_key";
    private const string WrongType = "validation_incorrect_type";

    private PeopleAggregatorClient Client => shared.Client;

    [Theory]
    [InlineData("<value>a b</value>", "a b")]
    [InlineData("<value> a </value>", " a ")]
    [InlineData("<value><string>a</string></value>", "a")]
    [InlineData("<value><string> a\n</string></value>", " a\n")]
    [InlineData("<value><string></string></value>", "")]
    [InlineData("<value><string/></value>", "")]
    [InlineData("<value><string>   </string></value>", "   ")]
    [InlineData("<value><![CDATA[<a>]]></value>", "<a>")]
    [InlineData("<value>a<!-- b -->c</value>", "ac")]
    [InlineData("<value>&#233;&#x1F600;&amp;</value>", "é😀&")]
    [InlineData("<value><base64>YcOp</base64></value>", "aé")]
    [InlineData("<value><base64>Y\n cOp </base64></value>", "aé")]
    [InlineData("<value><base64>6Q==</base64></value>", "é")]
    [InlineData("<value><base64></base64></value>", "")]
    public async Task A_text_is_read_unchanged(string value, string text) =>
        Assert.Equal(text, (await EchoAsync(value))["echoText"]);

    [Theory]
    [InlineData("<value></value>", MissingKey)]
    [InlineData("<value/>", MissingKey)]
    [InlineData("<value> \n\t </value>", MissingKey)]
    [InlineData("<value><int>1</int></value>", WrongType)]
    [InlineData("<value><i4>1</i4></value>", WrongType)]
    [InlineData("<value><i8>1</i8></value>", WrongType)]
    [InlineData("<value><int>99999999999999999999</int></value>", WrongType)]
    [InlineData("<value><boolean>1</boolean></value>", WrongType)]
    [InlineData("<value><boolean>maybe</boolean></value>", WrongType)]
    [InlineData("<value><double>1.5</double></value>", WrongType)]
    [InlineData("<value><dateTime.iso8601>20260301T12:00:00</dateTime.iso8601></value>", WrongType)]
    [InlineData("<value><dateTime.iso8601></dateTime.iso8601></value>", WrongType)]
    [InlineData("<value><base64>?</base64></value>", WrongType)]
    [InlineData("<value><nil/></value>", WrongType)]
    [InlineData("<value><ex:nil xmlns:ex=\"urn:x\"/></value>", WrongType)]
    [InlineData("<value><struct></struct></value>", WrongType)]
    [InlineData("<value><array><data><value>a</value></data></array></value>", WrongType)]
    public async Task A_value_that_is_not_a_text_is_refused(string value, string code) =>
        Assert.Equal(code, (await EchoAsync(value)).Code);

    [Theory]
    [InlineData("", Wrapper)]
    [InlineData("<params/>", Wrapper)]
    [InlineData("<params></params>", Wrapper)]
    [InlineData("<params><param><value>a</value></param></params>", Wrapper)]
    [InlineData("<params><param><value><string>a</string></value></param></params>", Wrapper)]
    [InlineData("<params><param><value><nil/></value></param></params>", Wrapper)]
    [InlineData(
        "<params><param><value><struct/></value></param><param><value><struct/></value></param></params>", Wrapper)]
    [InlineData("<params><param><value><struct/></value></param></params>", MissingKey)]
    [InlineData("<params><param><value><array><data/></array></value></param></params>", MissingKey)]
    [InlineData(
        "<params><param><value><array><data><value>a</value></data></array></value></param></params>", MissingKey)]
    public async Task A_method_takes_one_struct(string parameters, string code)
    {
        Assert.Equal(code, (await Client.EnvelopeAsync("peopleaggregator.echo", parameters)).Code);
        Assert.Equal("system_error", (await Client.EnvelopeAsync("peopleaggregator.fly", parameters)).Code);
    }

    [Fact]
    public async Task An_unknown_member_is_refused_unless_it_begins_with_two_underscores()
    {
        const string Good = "<member><name>echoText</name><value>a</value></member>";
        var foreign = await Client.StructAsync("echo", Good + "<member><name>stray</name><value>a</value></member>");

        Assert.Equal(
            ("validation_extra_key", true), (foreign.Code, foreign["msg"].Contains("stray", StringComparison.Ordinal)));
        Assert.Equal(
            "validation_extra_key",
            (await Client.StructAsync("echo", Good + "<member><name>_x</name><value>a</value></member>")).Code);
        Assert.Equal(
            "validation_extra_key",
            (await Client.StructAsync("echo", Good + "<member><name></name><value>a</value></member>")).Code);
        Assert.Equal(
            "validation_extra_key",
            (await Client.StructAsync("echo", Good + "<member><name>echotext</name><value>a</value></member>")).Code);
        Assert.Equal("a", (await Client.StructAsync("echo", Good + "<member><name>__x</name><value><int>"
            + "1</int></value></member><member><name>__</name><value><nil/></value></member>"))["echoText"]);
    }

    /// <summary>Missing members are reported before unknown ones.</summary>
    [Fact]
    public async Task A_missing_member_is_reported_before_an_unknown_one() =>
        Assert.Equal(
            MissingKey, (await Client.StructAsync("echo", "<member><name>stray</name><value>a</value></member>")).Code);

    [Fact]
    public async Task The_last_of_two_members_with_the_same_name_wins() => Assert.Equal("b", (await Client.StructAsync(
        "echo", "<member><name>echoText</name><value><int>1</int></value></member><member><name>echoText"
            + "</name><value>b</value></member>"))["echoText"]);

    [Theory]
    [InlineData(" peopleaggregator.echo\n", true)]
    [InlineData("peopleaggregator.Echo", false)]
    [InlineData("echo", false)]
    [InlineData("system.listMethod", false)]
    [InlineData("System.multicall", false)]
    [InlineData("blogger.getUsersBlogs", false)]
    public async Task A_method_is_found_by_its_whole_name(string method, bool known)
    {
        var answer = await Client.EnvelopeAsync(method, "<params><param><value><struct><member><name>"
            + "echoText</name><value>a</value></member></struct></value></param></params>");

        Assert.Equal(known ? null : "system_error", answer.Code);
        Assert.DoesNotContain("fault", answer.Body, StringComparison.Ordinal);
    }

    /// <summary>The rule about verbs applies to REST only.</summary>
    [Fact]
    public async Task Envelopes_call_every_method_by_post()
    {
        foreach (var method in new[] { "echo", "echoPost" })
            Assert.Null((await Client.AskAsync(
                new PeopleAggregatorCall(method, ("echoText", "a")) { Form = Form.XmlRpc })).Code);
    }

    [Theory]
    [InlineData("", "utf-8")]
    [InlineData("", "iso-8859-1")]
    [InlineData("<?xml version=\"1.0\"?>", "iso-8859-1")]
    [InlineData("<?xml version=\"1.0\" encoding=\"UTF-8\"?>", "iso-8859-1")]
    [InlineData("<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?>", "iso-8859-1")]
    [InlineData("<?xml version=\"1.0\" encoding=\"ISO-8859-15\"?>", "iso-8859-15")]
    [InlineData("<?xml version=\"1.0\" encoding=\"utf-16\"?>", "utf-16")]
    public async Task A_body_is_read_in_its_declared_encoding_and_as_latin_1_if_it_is_not_utf_8(
        string declaration, string encoding)
    {
        Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);
        var body = Encoding.GetEncoding(encoding).GetBytes(
            declaration
                + "<methodCall><methodName>peopleaggregator.echo</methodName><params><param><value><struct><member>"
                + "<name>echoText</name><value>ñé</value></member></struct></value></param></params></methodCall>");

        foreach (var path in new[] { "/api/xmlrpc", "/api/xmlrpc.php" })
            Assert.Equal("ñé", (await Client.PostAsync(path, body, "text/xml"))["echoText"]);
    }

    [Theory]
    [InlineData("text/xml; charset=windows-1251", "ж")]
    [InlineData("text/xml; charset=\"cp1251\"", "ж")]
    [InlineData("text/xml; charset=iso-8859-15", "æ")]
    [InlineData("text/xml; charset=utf-8", "æ")]
    [InlineData("text/xml; charset=unheard-of", null)]
    [InlineData("text/xml; charset=utf-7", null)]
    public async Task A_body_is_read_as_its_content_type_says(string type, string? text)
    {
        byte[] body =
        [
            .. "<methodCall><methodName>peopleaggregator.echo</methodName><params><param><value><struct>"u8,
            .. "<member><name>echoText</name><value>"u8, 0xE6, .. "</value></member>"u8,
            .. "</struct></value></param></params></methodCall>"u8,
        ];

        foreach (var path in new[] { "/api/xmlrpc", "/api/xmlrpc.php" })
        {
            var answer = await Client.PostAsync(path, body, type);
            Assert.Equal(text is null ? "-32700" : null, answer.Code);
            Assert.Equal(text, text is null ? null : answer["echoText"]);
        }

        var form = await Client.PostAsync(
            "/api/json/peopleaggregator/echoPost", "echoText=%E6"u8.ToArray(),
            type.Replace("text/xml", "application/x-www-form-urlencoded", StringComparison.Ordinal));
        Assert.Equal(text is null ? "system_error" : null, form.Code);
        Assert.Equal(text, text is null ? null : form["echoText"]);
    }

    private Task<PeopleAggregatorAnswer> EchoAsync(string value) =>
        Client.StructAsync("echo", $"<member><name>echoText</name>{value}</member>");
}
