using System.Text;
using System.Text.Json;
using System.Xml;
using System.Xml.Linq;
using TokenAuth.Tests.World;

namespace TokenAuth.Tests.MediaPost;

/// <summary>Which parts of the call errors repeat, and which they do not.</summary>
public sealed class ErrorEchoTests(MediaPostWorld shared) : IClassFixture<MediaPostWorld>
{
    private TestWorld World => shared.World;

    [Theory]
    [InlineData(Style.Seed, "xml")]
    [InlineData(Style.Seed, "json")]
    [InlineData(Style.Native, "xml")]
    [InlineData(Style.Native, "json")]
    [InlineData(Style.Native, "php_serial")]
    public async Task An_error_repeats_no_signature_session_key_or_token_in_full(Style style, string format)
    {
        var session = await shared.Client.GrantAsync(World.Gallery, World.Alice);
        var token = await shared.Client.ConfirmedTokenAsync(World.Gallery, World.Alice);
        var call = session.Call(
            "auth.getSession",
            ("auth_token", token),
            ("format", format),
            ("sig", Secret(1)),
            ("apiSig", Secret(2)),
            ("SIG", Secret(3))) with
        {
            Style = style,
            Unsigned = true,
        };

        var answer = await shared.Client.AskAsync(call);

        Assert.Contains(style == Style.Seed ? "104" : "95", answer.Body, StringComparison.Ordinal);
        Assert.All(
            [session.Key, token, Secret(1), Secret(2), Secret(3)],
            secret => Assert.DoesNotContain(secret[..8], answer.Body, StringComparison.OrdinalIgnoreCase));
        Assert.Contains(session.Key[..4] + "...", answer.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_error_repeats_the_parameters_of_the_query_and_then_of_the_form_in_order()
    {
        var form = new FormUrlEncodedContent(
            [new("b", "4"), new("api_key", "k"), new("a", "3"), new("format", "json")]);

        var answer = await shared.Client.AskAsync(
            new HttpRequestMessage(HttpMethod.Post, new Uri(World.Server.Http, "/api.php?z=1&a=2")) { Content = form });

        Assert.EndsWith(
            "\"request_args\":[{\"key\":\"z\",\"value\":\"1\"},{\"key\":\"a\",\"value\":\"3\"},{\"key\":\"b\","
                + "\"value\":\"4\"},{\"key\":\"api_key\",\"value\":\"k\"},{\"key\":\"format\",\"value\":\"json\"}]}",
            answer.Body, StringComparison.Ordinal);
    }

    /// <summary>Percent-encoded values, with the text that XML and JSON return.</summary>
    [Theory]
    [InlineData("%00", "\uFFFD", "\0")]
    [InlineData("%01%08%0B%0C%0E%1F", "\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD", "\u0001\b\u000B\f\u000E\u001F")]
    [InlineData("%7F", "\u007F", "\u007F")]
    [InlineData("a%0D%0Ab%09c", "a\r\nb\tc", "a\r\nb\tc")]
    [InlineData("%EF%BF%BE%EF%BF%BF", "\uFFFD\uFFFD", "\uFFFE\uFFFF")]
    [InlineData("%ED%A0%80", "\u00ED\u00A0\u0080", "\u00ED\u00A0\u0080")]
    [InlineData("%F0%9F%98%80", "\U0001F600", "\U0001F600")]
    [InlineData("%F0%9F%98", "\u00F0\u009F\u0098", "\u00F0\u009F\u0098")]
    [InlineData("%E2%80%A8%E2%80%A9", "\u2028\u2029", "\u2028\u2029")]
    [InlineData("%3C%21%5BCDATA%5B%5D%5D%3E%26amp%3B%22%27", "<![CDATA[]]>&amp;\"'", "<![CDATA[]]>&amp;\"'")]
    [InlineData("100%25%zz%2", "100%%zz%2", "100%%zz%2")]
    public async Task The_answer_is_well_formed_whatever_it_repeats(string sent, string inXml, string inJson)
    {
        var xml = await AskAsync($"x={sent}&{sent}=y&format=xml");
        using (var reader = XmlReader.Create(
            new StringReader(xml), new XmlReaderSettings { DtdProcessing = DtdProcessing.Prohibit }))
        {
            var arguments = XDocument.Load(reader, LoadOptions.PreserveWhitespace).Descendants("arg").ToList();
            Assert.Equal(inXml, arguments[0].Element("value")!.Value);
            Assert.Equal(inXml, arguments[1].Element("key")!.Value);
        }

        var json = JsonDocument.Parse(await AskAsync($"x={sent}&{sent}=y&format=json")).RootElement.GetProperty(
            "request_args");
        Assert.Equal(inJson, json[0].GetProperty("value").GetString());
        Assert.Equal(inJson, json[1].GetProperty("key").GetString());
    }

    private static string Secret(int number) => $"{number:x8}{number:x8}{number:x8}{number:x8}".Replace('0', 'd');

    private Task<string> AskAsync(string form) =>
        AskBodyAsync(new HttpRequestMessage(HttpMethod.Post, new Uri(World.Server.Http, "/api.php"))
        {
            Content = new StringContent(form, Encoding.ASCII, "application/x-www-form-urlencoded"),
        });

    private async Task<string> AskBodyAsync(HttpRequestMessage request) => (await shared.Client.AskAsync(request)).Body;
}
