using System.Text;
using TokenAuth.Kernel.Faults;
using TokenAuth.Kernel.Formats;
using TokenAuth.Kernel.XmlRpc;

namespace TokenAuth.Tests.Kernel.XmlRpc;

/// <summary>Valid and invalid request bodies.</summary>
public sealed class XmlRpcReaderTests
{
    private const string Extended = "xmlns:ex=\"http://ws.apache.org/xmlrpc/namespaces/extensions\"";

    [Theory]
    [InlineData("<string>a b</string>", "string 'a b'")]
    [InlineData("a b", "string 'a b'")]
    [InlineData("", "string ''")]
    [InlineData("  ", "string '  '")]
    [InlineData("<string/>", "string ''")]
    [InlineData("<string><![CDATA[<&>]]></string>", "string '<&>'")]
    [InlineData("<string>a<!-- b -->c<?d e?>f</string>", "string 'acf'")]
    [InlineData("<!-- a --><string>b</string><?c d?>", "string 'b'")]
    [InlineData("<string>&lt;&amp;&#65;&#x42;&#x2603;</string>", "string '<&AB☃'")]
    [InlineData("\n  <string>a</string>\n  ", "string 'a'")]
    [InlineData("<int>42</int>", "int '42'")]
    [InlineData("<i4>+042</i4>", "i4 '+042'")]
    [InlineData("<int> 5\n</int>", "int '5'")]
    [InlineData("<int/>", "int ''")]
    [InlineData("<int>99999999999999999999</int>", "int '99999999999999999999'")]
    [InlineData("<i8>5</i8>", "i8 '5'")]
    [InlineData("<i1>5</i1>", "i1 '5'")]
    [InlineData($"<ex:i8 {Extended}>5</ex:i8>", "i8 '5'")]
    [InlineData("<nil/>", "nil")]
    [InlineData("<ex:nil/>", "nil")]
    [InlineData("<ex:i8>5</ex:i8>", "i8 '5'")]
    [InlineData("<base64>%%%</base64>", "malformed")]
    [InlineData($"<ex:nil {Extended}/>", "nil")]
    [InlineData("<boolean>2</boolean>", "boolean '2'")]
    [InlineData("<boolean>true</boolean>", "boolean '1'")]
    [InlineData("<boolean> False\n</boolean>", "boolean '0'")]
    [InlineData("<string>false</string>", "string 'false'")]
    [InlineData("<double>-1.5e3</double>", "double '-1.5e3'")]
    [InlineData("<dateTime.iso8601>2026-03-01T12:00:00Z</dateTime.iso8601>", "dateTime.iso8601 '2026-03-01T12:00:00Z'")]
    [InlineData("<base64>YWJj\n w7w=</base64>", "base64 'abcü'")]
    [InlineData("<base64/>", "base64 ''")]
    [InlineData("<struct/>", "{}")]
    [InlineData("<struct><member><name>a</name><value>1</value></member></struct>", "{a: string '1'}")]
    [InlineData(
        "<struct><member><name>a</name><value>1</value></member><member><name>a</name><value>2</value></member>"
        + "</struct>",
        "{a: string '2'}")]
    [InlineData("<struct><member><value><i4>1</i4></value><name>a</name></member></struct>", "{a: i4 '1'}")]
    [InlineData("<struct>text<member><name>a</name><value>1</value></member></struct>", "{a: string '1'}")]
    [InlineData("<array><data><value>1</value><value><nil/></value></data></array>", "[string '1', nil]")]
    [InlineData("<array/>", "[]")]
    public void A_value_is_read(string value, string expected) => Assert.Equal($"m({expected})", Read(Call(value)));

    [Theory]
    [InlineData("<base64><x>YWJj</x></base64>")]
    [InlineData("abc<string>x</string>")]
    [InlineData("<date>2026</date>")]
    [InlineData("<string>a</string><string>b</string>")]
    [InlineData("<string><b>a</b></string>")]
    [InlineData("<int><i4>1</i4></int>")]
    [InlineData("<struct><member><value>1</value></member></struct>")]
    [InlineData("<struct><member><name>a</name></member></struct>")]
    [InlineData("<struct><name>a</name><value>1</value></struct>")]
    [InlineData("<array><value>1</value><data><string/></data></array>")]
    [InlineData("<string>&nbsp;</string>")]
    [InlineData("<string>&#0;</string>")]
    [InlineData("<string>&#xFFFF;</string>")]
    [InlineData("<string>\u0001</string>")]
    public void An_invalid_value_makes_the_request_invalid(string value) => Assert.Null(Read(Call(value)));

    [Theory]
    [InlineData("<methodCall><methodName>m</methodName></methodCall>", "m()")]
    [InlineData("<methodCall><methodName>m</methodName><params/></methodCall>", "m()")]
    [InlineData(
        "<methodCall><methodName> m\n</methodName><params><param><value>1</value></param><param><value>2</value>"
        + "</param></params></methodCall>",
        "m(string '1', string '2')")]
    [InlineData("<methodCall><params/><methodName>m</methodName></methodCall>", "m()")]
    [InlineData("<methodCall><methodName/></methodCall>", "()")]
    [InlineData("\n <?xml version='1.0'?><methodCall><methodName>m</methodName></methodCall>\n", "m()")]
    [InlineData(
        "<?xml version=\"1.0\" standalone=\"yes\"?><!-- a --><methodCall><methodName>m</methodName></methodCall>"
        + "<!-- b -->",
        "m()")]
    [InlineData("<methodCall><methodName>m</methodName><params><value>1</value></params></methodCall>", null)]
    [InlineData("<methodCall><methodName>m</methodName><params><param/></params></methodCall>", null)]
    [InlineData("<methodCall><params/></methodCall>", "()")]
    [InlineData("<methodCall/>", "()")]
    [InlineData("<?xml version=\"1.1\"?><methodCall><methodName>m</methodName></methodCall>", "m()")]
    [InlineData("<methodCall><methodName>m</methodName></methodCall>\0", "m()")]
    [InlineData(
        "\uFEFF\n<?xml version=\"1.0\" encoding=\"utf-8\"?><methodCall><methodName>m</methodName></methodCall>", "m()")]
    [InlineData("<methodResponse><methodName>m</methodName></methodResponse>", null)]
    [InlineData("<methodCall><methodName>m</methodName>", null)]
    [InlineData("<methodCall><methodName>m</methodName></methodCall><methodCall/>", null)]
    [InlineData("<methodCall><methodName>m</methodName></methodCall>x", null)]
    [InlineData("<!DOCTYPE methodCall><methodCall><methodName>m</methodName></methodCall>", null)]
    [InlineData("<!DOCTYPE methodCall [<!ENTITY a \"b\">]><methodCall><methodName>&a;</methodName></methodCall>", null)]
    [InlineData(
        "<!DOCTYPE methodCall SYSTEM \"file:///etc/passwd\"><methodCall><methodName>m</methodName></methodCall>", null)]
    [InlineData("", null)]
    [InlineData(" ", null)]
    [InlineData("m", null)]
    public void A_request_is_read(string body, string? expected) => Assert.Equal(expected, Read(body));

    [Theory]
    [InlineData("iso-8859-1", "é")]
    [InlineData("ISO-8859-15", "€")]
    [InlineData("windows-1252", "€")]
    [InlineData("koi8-r", "ж")]
    [InlineData("utf-8", "☃")]
    [InlineData("UTF8", "☃")]
    [InlineData("Shift_JIS", "テ")]
    [InlineData("cp1251", "ж", 1251)]
    [InlineData("gb2312", "汉")]
    public void A_declared_encoding_and_the_content_types_encoding_are_honoured(
        string name, string text, int page = 0)
    {
        Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);
        var encoding =
            name == "UTF8" ? Encoding.UTF8 : page == 0 ? Encoding.GetEncoding(name) : Encoding.GetEncoding(page);
        var (expected, own) = ($"m(string '{text}')", $"<?xml version='1.0' encoding='{name}'?>");

        Assert.Equal(expected, Shown.Of(XmlRpcReader.Read(encoding.GetBytes(own + Call(text)))));
        foreach (var declared in new[] { "", "encoding='utf-8'", "encoding='unheard-of'" })
        {
            var body = encoding.GetBytes($"<?xml version='1.0' {declared}?>{Call(text)}");
            Assert.Equal(expected, Shown.Of(XmlRpcReader.Read(body, $"text/xml; charset={name}")));
            Assert.Equal(expected, Shown.Of(XmlRpcReader.Read(body, $"application/xml;charset=\"{name}\"")));
            Assert.Equal(expected, Shown.Of(XmlRpcReader.Read(body, $"TEXT/XML; Charset='{name}'; x=y")));
        }
    }

    /// <summary>RFC 7303, section 3.</summary>
    [Fact]
    public void A_byte_order_mark_overrides_the_content_type_which_overrides_the_declaration()
    {
        var russian = CodePagesEncodingProvider.Instance.GetEncoding("windows-1251")!;
        const string Type = "text/xml; charset=windows-1251";
        var text = "<?xml version='1.0' encoding='koi8-r'?>" + Call("ж");

        Assert.Equal("m(string 'ж')", Shown.Of(XmlRpcReader.Read(russian.GetBytes(text), Type)));
        foreach (var marked in new[] { Encoding.UTF8, Encoding.Unicode, Encoding.BigEndianUnicode })
        {
            byte[] body = [.. marked.GetPreamble(), .. marked.GetBytes(text)];
            Assert.Equal("m(string 'ж')", Shown.Of(XmlRpcReader.Read(body, Type)));
        }
    }

    [Theory]
    [InlineData("unheard-of")]
    [InlineData("unicode-1-1-utf-7")]
    [InlineData("csUnicode11UTF7")]
    [InlineData("x-unicode-2-0-utf-7")]
    [InlineData("utf-7")]
    [InlineData("cp65000")]
    [InlineData("cp0")]
    public void A_body_in_an_unknown_or_forbidden_encoding_cannot_be_read(string name)
    {
        var declared = Encoding.UTF8.GetBytes($"<?xml version='1.0' encoding='{name}'?>{Call("a")}");
        var bare = Encoding.UTF8.GetBytes(Call("a"));

        Assert.Equal(FaultKind.EnvelopeMalformed, XmlRpcReader.Read(declared).Fault?.Kind);
        Assert.Equal(FaultKind.EnvelopeMalformed, XmlRpcReader.Read(bare, $"text/xml; charset=\"{name}\"").Fault?.Kind);
    }

    [Theory]
    [InlineData("shift_jis", new byte[] { 0x81, 0x20 })]
    [InlineData("gb18030", new byte[] { 0x81 })]
    [InlineData("utf-16", new byte[] { 0x00, 0xD8 })]
    public void Invalid_bytes_are_not_replaced(string name, byte[] wrong)
    {
        Assert.True(Charsets.TryFind(name, out var encoding));
        var (start, end) =
            (encoding!.GetBytes("<methodCall><methodName>m"), encoding.GetBytes("</methodName></methodCall>"));
        var type = $"text/xml; charset={name}";

        Assert.Equal("m()", Shown.Of(XmlRpcReader.Read([.. start, .. end], type)));
        Assert.Equal(FaultKind.EnvelopeMalformed, XmlRpcReader.Read([.. start, .. wrong, .. end], type).Fault?.Kind);
    }

    /// <summary>
    /// .NET's writers declare utf-16 for a text that they write into a string, whatever encodes it later.
    /// </summary>
    [Theory]
    [InlineData("utf-16")]
    [InlineData("ucs-2")]
    [InlineData("utf-32")]
    public void A_declaration_of_a_wide_encoding_in_narrow_bytes_is_ignored(string name) =>
        Assert.Equal("m(string 'é')", Read($"<?xml version=\"1.0\" encoding=\"{name}\"?>" + Call("é")));

    [Theory]
    [InlineData("<?xml encoding=\"iso-8859-15\"?>", "€")]
    [InlineData("<?xml version='1.0' encoding = 'iso-8859-15' standalone='yes'?>", "€")]
    [InlineData("\n <?xml version='1.0'\tencoding\n=\n'iso-8859-15'?>", "€")]
    [InlineData("<?xml version='1.0' encoding=''?>", "¤")]
    [InlineData("<?xml version='1.0' encoding=iso-8859-15?>", "¤")]
    [InlineData("<?xml version='1.0' encoding='iso-8859-15?>", "¤")]
    [InlineData("<?xml version='1.0'?><!-- encoding='iso-8859-15' -->", "¤")]
    public void A_declaration_has_many_spellings(string declaration, string text) =>
        Assert.Equal(
            $"m(string '{text}')", Shown.Of(XmlRpcReader.Read(Encoding.Latin1.GetBytes(declaration + Call("¤")))));

    [Theory]
    [InlineData("utf-16")]
    [InlineData("utf-16BE")]
    [InlineData("utf-8")]
    public void A_byte_order_mark_is_honoured(string name)
    {
        var encoding = Encoding.GetEncoding(name);
        foreach (
            var declaration in new[] { "", $"<?xml version=\"1.0\" encoding=\"{name}\"?>", "<?xml version=\"1.0\"?>" })
            Assert.Equal(
                "m(string 'é☃')",
                Shown.Of(
                    XmlRpcReader.Read([.. encoding.GetPreamble(), .. encoding.GetBytes(declaration + Call("é☃"))])));
    }

    [Theory]
    [InlineData("utf-16")]
    [InlineData("utf-16BE")]
    public void Wide_text_needs_no_byte_order_mark(string name) =>
        Assert.Equal(
            "m(string 'é☃')",
            Shown.Of(
                XmlRpcReader.Read(
                    Encoding.GetEncoding(name).GetBytes(
                        $"<?xml version=\"1.0\" encoding=\"{name}\"?>" + Call("é☃")))));

    [Theory]
    [InlineData("ascii")]
    [InlineData("US-ASCII")]
    public void A_body_declared_as_ascii_may_contain_other_bytes(string name) =>
        Assert.Equal(
            "m(string 'café')",
            Shown.Of(
                XmlRpcReader.Read(
                    Encoding.Latin1.GetBytes($"<?xml version=\"1.0\" encoding=\"{name}\"?>" + Call("café")))));

    [Fact]
    public void Whitespace_may_precede_a_declaration() =>
        Assert.Equal(
            "m(string 'é')",
            Shown.Of(
                XmlRpcReader.Read(
                    Encoding.Latin1.GetBytes("\n<?xml version=\"1.0\" encoding=\"iso-8859-1\"?>" + Call("é")))));

    [Fact]
    public void Reading_allocates_at_most_a_hundred_times_the_body()
    {
        foreach (var body in new[]
        {
            Call(string.Concat(Enumerable.Repeat("aaaaa<?a?>", 25_000))),
            Call(string.Concat(Enumerable.Repeat("aaaa<!-- -->", 20_000))),
            $"<methodCall>{string.Concat(Enumerable.Range(0, 25_000).Select(i => $"<a{i}/>"))}</methodCall>",
            $"<methodCall {string.Concat(Enumerable.Range(0, 20_000).Select(i => $" a{i}=''"))}/>",
        })
        {
            var bytes = Encoding.UTF8.GetBytes(body);
            XmlRpcReader.Read(bytes);
            var before = GC.GetAllocatedBytesForCurrentThread();
            XmlRpcReader.Read(bytes);
            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, bytes.Length, 100 * bytes.Length);
        }
    }

    [Fact]
    public void Bytes_that_are_not_UTF_8_are_read_as_ISO_8859_1() =>
        Assert.Equal("m(string 'café')", Shown.Of(XmlRpcReader.Read(Encoding.Latin1.GetBytes(Call("café")))));

    [Theory]
    [InlineData(31, true)]
    [InlineData(32, false)]
    [InlineData(20_000, false)]
    public void Deeply_nested_values_are_refused(int depth, bool good)
    {
        var arrays = string.Concat(Enumerable.Repeat("<array><data><value>", depth))
            + string.Concat(Enumerable.Repeat("</value></data></array>", depth));
        Assert.Equal(good, Read(Call(arrays)) is not null);
        var elements = string.Concat(Enumerable.Repeat("<a>", depth * 10))
            + string.Concat(Enumerable.Repeat("</a>", depth * 10));
        Assert.Null(Read(Call(elements)));
    }

    private static string Call(string value) =>
        $"<methodCall><methodName>m</methodName><params><param><value>{value}</value></param></params></methodCall>";

    private static string? Read(string body) => Shown.Of(XmlRpcReader.Read(Encoding.UTF8.GetBytes(body)));
}
