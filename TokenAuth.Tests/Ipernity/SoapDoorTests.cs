using System.Net;
using System.Text;
using TokenAuth.Tests.World;

namespace TokenAuth.Tests.Ipernity;

/// <summary>
/// The SOAP endpoint accepts the requests of old clients and refuses others with 121, never with a page.
/// </summary>
public sealed class SoapDoorTests(IpernityWorld shared) : IClassFixture<IpernityWorld>
{
    private const string Soap11 = "http://schemas.xmlsoap.org/soap/envelope/";
    private const string Soap12 = "http://www.w3.org/2003/05/soap-envelope";

    private TestWorld World => shared.World;

    [Theory]
    [InlineData(Soap12)]
    [InlineData(Soap11)]
    public async Task An_envelope_of_either_version_is_accepted(string version) =>
        Assert.Equal("a b", (await PostAsync(Echo("<echo>a b</echo>", version))).Text("echo"));

    [Theory]
    [InlineData(Soap12, "test.echo", Soap12)]
    [InlineData(Soap11, "test.echo", Soap11)]
    [InlineData(Soap11, "test.nothing", Soap11)]
    [InlineData(Soap11, "</method>", Soap11)]
    [InlineData("urn:other", "test.echo", Soap12)]
    [InlineData(Soap12, $"test.echo</method><x>{Soap11}</x><method>", Soap12)]
    public async Task An_envelope_is_answered_in_its_own_version(string version, string method, string expected)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(World.Server.Http, "/api/soap"))
        {
            Content = new StringContent(
                Echo("", version).Replace("test.echo", method, StringComparison.Ordinal), Encoding.UTF8, "text/xml"),
        };
        using var response = await shared.Client.SendAsync(request);
        Assert.Contains(
            $"<s:Envelope xmlns:s=\"{expected}\"",
            await response.Content.ReadAsStringAsync(),
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("<echo><![CDATA[<b>]]>&amp;&#x2603;<!-- x --></echo>", "<b>&☃")]
    [InlineData("<echo xsi:type=\"xsd:string\" xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\">a</echo>", "a")]
    [InlineData("<x:echo>a</x:echo>", "a")]
    [InlineData(
        "<echo xsi:type=\"xsd:base64Binary\" xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\">w7zi\nmIM=</echo>",
        "ü☃")]
    [InlineData(
        "<echo xsi:type=\"xsd:base64Binary\" xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\">?</echo>", "?")]
    [InlineData("<echo>w7zimIM=</echo>", "w7zimIM=")]
    [InlineData("<echo>a</echo><echo>b</echo>", "b")]
    [InlineData("<echo/>", "")]
    [InlineData("", "")]
    public async Task A_parameter_is_read_as_it_is_written(string child, string expected) =>
        Assert.Equal(expected, (await PostAsync(Echo(child))).Text("echo"));

    [Fact]
    public async Task A_header_is_ignored() => Assert.Equal(
        "a", (await PostAsync(Echo("<echo>a</echo>").Replace(
            "<s:Body>", "<s:Header><x/></s:Header><s:Body>", StringComparison.Ordinal))).Text("echo"));

    [Theory]
    [InlineData("")]
    [InlineData("<a/>")]
    [InlineData("<Envelope/>")]
    [InlineData("<s:Envelope xmlns:s=\"urn:other\"><s:Body><ipernityRequest/></s:Body></s:Envelope>")]
    [InlineData($"<s:Envelope xmlns:s=\"{Soap12}\"/>")]
    [InlineData($"<s:Envelope xmlns:s=\"{Soap12}\"><s:Body/></s:Envelope>")]
    [InlineData($"<s:Envelope xmlns:s=\"{Soap12}\"><s:Body><other/></s:Body></s:Envelope>")]
    [InlineData($"<s:Envelope xmlns:s=\"{Soap12}\"><s:Body><ipernityRequest><a><b/></a>"
        + "</ipernityRequest></s:Body></s:Envelope>")]
    [InlineData($"<!DOCTYPE a [<!ENTITY a SYSTEM \"file:///etc/passwd\">]><s:Envelope xmlns:s=\"{Soap12}\">"
        + "<s:Body><ipernityRequest><method>&a;</method></ipernityRequest></s:Body></s:Envelope>")]
    [InlineData($"<!DOCTYPE a><s:Envelope xmlns:s=\"{Soap12}\"><s:Body><ipernityRequest><method>"
        + "test.hello</method></ipernityRequest></s:Body></s:Envelope>")]
    public async Task A_body_that_is_not_an_envelope_is_refused(string body) => await AssertRefusedAsync(body);

    [Fact]
    public async Task Depth_and_size_are_bounded()
    {
        await AssertRefusedAsync(string.Concat(Enumerable.Repeat("<a>", 10_000)));
        await AssertRefusedAsync(
            Echo(string.Concat(Enumerable.Repeat("<a>", 10_000)) + string.Concat(Enumerable.Repeat("</a>", 10_000))));
        await AssertRefusedAsync(Echo($"<echo>{new string('a', 256 * 1024)}</echo>"));
        Assert.Null((await PostAsync(Echo($"<echo>{new string('a', 250 * 1024)}</echo>"))).Code);
    }

    [Fact]
    public async Task Blanks_around_the_method_are_ignored() => Assert.Equal(
        "", (await PostAsync(Echo("").Replace("test.echo", "\n  test.echo\n", StringComparison.Ordinal))).Text("echo"));

    private string Echo(string children, string version = Soap12) =>
        $"<s:Envelope xmlns:s=\"{version}\"><s:Body><x:ipernityRequest xmlns:x=\"urn:ipernity\"><method>test.echo"
            + $"</method><api_key>{World.Gallery.ApiKey}</api_key>{children}</x:ipernityRequest></s:Body></s:Envelope>";

    private Task<IpernityAnswer> PostAsync(string body, string path = "/api/soap/json") => shared.Client.AskAsync(
        new HttpRequestMessage(HttpMethod.Post, new Uri(World.Server.Http, path))
        {
            Content = new StringContent(body, Encoding.UTF8, "application/soap+xml"),
        });

    private async Task AssertRefusedAsync(string body)
    {
        var answer = await PostAsync(body, "/api/soap");
        Assert.Equal((HttpStatusCode.OK, 121), (answer.Status, answer.Code));
    }
}
