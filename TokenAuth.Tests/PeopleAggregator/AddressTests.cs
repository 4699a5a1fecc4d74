using System.Net;
using TokenAuth.Tests.MediaPost;
using TokenAuth.Tests.World;

namespace TokenAuth.Tests.PeopleAggregator;

/// <summary>How the address names a method, which verb calls it, and where its arguments may be.</summary>
public sealed class AddressTests(PeopleAggregatorWorld shared) : IClassFixture<PeopleAggregatorWorld>
{
    private PeopleAggregatorClient Client => shared.Client;

    [Theory]
    [InlineData("/api/xml/peopleaggregator/echo")]
    [InlineData("/api/xml.php/peopleaggregator/echo")]
    [InlineData("/api/xml/peopleaggregator.echo")]
    [InlineData("/api/xml.php/peopleaggregator.echo")]
    [InlineData("/api/xml//peopleaggregator/echo")]
    [InlineData("/api/json/peopleaggregator/echo")]
    [InlineData("/api/json.php/peopleaggregator/echo")]
    [InlineData("/api/json/peopleaggregator.echo")]
    [InlineData("/api/json.php/peopleaggregator.echo")]
    [InlineData("/api/json.php////peopleaggregator/echo")]
    [InlineData("/api//json/peopleaggregator//echo")]
    [InlineData("/api/xmlrpc/peopleaggregator/echo")]
    [InlineData("/api/xmlrpc.php/peopleaggregator/echo")]
    [InlineData("/api/xmlrpc.php/peopleaggregator.echo")]
    public async Task Every_spelling_of_an_address_is_answered_without_a_redirect(string path)
    {
        var answer = await Client.GetAsync(path + "?echoText=a%20b");

        Assert.Equal((HttpStatusCode.OK, "a b"), (answer.Status, answer["echoText"]));
    }

    [Theory]
    [InlineData("/api/json/peopleaggregator/echo/", "peopleaggregator.echo.")]
    [InlineData("/api/json/peopleaggregator/Echo", "peopleaggregator.Echo")]
    [InlineData("/api/json/PeopleAggregator/echo", "PeopleAggregator.echo")]
    [InlineData("/api/json/echo", "echo")]
    [InlineData("/api/json/peopleaggregator", "peopleaggregator")]
    [InlineData("/api/json/peopleaggregator/refreshToken", "peopleaggregator.refreshToken")]
    [InlineData("/api/json/peopleaggregator/newUser", "peopleaggregator.newUser")]
    [InlineData("/api/json/system/listMethods", "system.listMethods")]
    [InlineData("/api/json/", "")]
    [InlineData("/api/json", "")]
    [InlineData("/api/json.php", "")]
    [InlineData("/api/xml", "")]
    [InlineData("/api/xml.php/", "")]
    [InlineData("/api/xmlrpc.php", "")]
    [InlineData("/api/xmlrpc", "")]
    [InlineData("/api/xmlrpc/peopleaggregator/", "peopleaggregator.")]
    [InlineData("/api/xml/%3Cx%3E%26%22", "<x>&\"")]
    [InlineData("/api/json/%22%5C%0A%F0%9F%98%80", "\"\\\n😀")]
    public async Task The_error_names_an_unknown_method(string path, string name)
    {
        var answer = await Client.GetAsync(path);

        Assert.Equal(
            (HttpStatusCode.OK, "system_error", $"call to nonexistent function '{name}'"),
            (answer.Status, answer.Code, answer["msg"]));
    }

    [Theory]
    [InlineData("login", "GET", false)]
    [InlineData("echoPost", "GET", false)]
    [InlineData("echoPost", "POST", true)]
    [InlineData("echo", "GET", true)]
    [InlineData("echo", "POST", false)]
    [InlineData("checkToken", "POST", false)]
    [InlineData("logout", "POST", false)]
    [InlineData("getUserProfile", "POST", false)]
    [InlineData("exceptionTest", "POST", false)]
    public async Task A_method_has_one_verb(string method, string verb, bool good)
    {
        foreach (var form in PeopleAggregatorCall.RestForms)
        {
            var answer = await Client.AskAsync(
                new PeopleAggregatorCall(method, ("echoText", "x")) { Form = form, Verb = verb });
            Assert.Equal(HttpStatusCode.OK, answer.Status);
            Assert.Equal(good ? null : "invalid_request_method", answer.Code);
        }
    }

    [Theory]
    [InlineData("echo")]
    [InlineData("echoPost")]
    public async Task A_HEAD_request_gets_the_content_length_of_the_answer_to_a_GET(string method)
    {
        var answer = (await Client.GetAsync($"/api/json/peopleaggregator/{method}?echoText=x")).Body;

        var head = await RawHttp.AskAsync(
            shared.World.Server.Http,
            $"HEAD /api/json/peopleaggregator/{method}?echoText=x HTTP/1.1\nHost: localhost\nConnection: close");

        Assert.Contains($"Content-Length: {answer.Length}\r\n", head, StringComparison.Ordinal);
        Assert.EndsWith("\r\n\r\n", head, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_verb_is_checked_before_the_arguments_and_the_method_before_the_verb()
    {
        Assert.Equal("invalid_request_method", (await Client.GetAsync("/api/json/peopleaggregator/login")).Code);
        Assert.Equal("system_error", (await Client.PostAsync("/api/json/peopleaggregator/fly", "")).Code);
    }

    [Fact]
    public async Task The_arguments_of_a_post_may_be_in_the_address_and_in_the_body()
    {
        Assert.Equal("a", (await Client.PostAsync("/api/json/peopleaggregator/echoPost?echoText=a", ""))["echoText"]);
        Assert.Equal(
            "b", (await Client.PostAsync("/api/json/peopleaggregator/echoPost?echoText=a", "echoText=b"))["echoText"]);
        Assert.Equal("c", (await Client.PostAsync(
            "/api/json/peopleaggregator/echoPost",
            "--x\r\nContent-Disposition: form-data; name=\"echoText\"\r\n\r\nc\r\n--x--\r\n",
            "multipart/form-data; boundary=x"))["echoText"]);
    }

    /// <summary>Logs record the address.</summary>
    [Fact]
    public async Task The_password_may_not_be_in_the_address()
    {
        const string Misplaced = "key password is required in the body, never in the address";
        foreach (var prefix in (string[])["xml/", "json.php/", "xmlrpc.php/"])
        {
            var path = $"/api/{prefix}peopleaggregator/login";
            foreach (var body in (string[])["", "login=alice", "Password=x"])
            {
                var refused = await Client.PostAsync(
                    $"{path}?login=alice&password={Uri.EscapeDataString(TestWorld.Password)}", body);
                Assert.Equal(
                    ("validation_missing_key", Misplaced),
                    (refused.Code, refused["msg"]));
            }

            var password = "password=" + Uri.EscapeDataString(TestWorld.Password);
            Assert.Null((await Client.PostAsync(path + "?login=alice", password)).Code);
            Assert.Null((await Client.PostAsync(
                path + "?login=alice",
                $"--x\r\nContent-Disposition: form-data; name=\"password\"\r\n\r\n{TestWorld.Password}\r\n--x--\r\n",
                "multipart/form-data; boundary=x")).Code);
        }
    }

    [Fact]
    public async Task Cookies_JSON_and_unknown_arguments_are_ignored()
    {
        Assert.Equal("a", (await Client.PostAsync(
            "/api/json/peopleaggregator/echoPost?x=1", "echoText=a&adminPassword=b&c[]=d&echotext=e"))["echoText"]);
        Assert.Equal("validation_missing_key", (await Client.PostAsync(
            "/api/json/peopleaggregator/echoPost", """{"echoText":"a"}""", "application/json")).Code);
        var request = Client.Request(new PeopleAggregatorCall("checkToken"));
        request.Headers.Add("Cookie", "authToken=" + await Client.TokenAsync("alice"));
        Assert.Equal("validation_missing_key", (await Client.AskAsync(request)).Code);
    }

    [Theory]
    [InlineData("authToken[]=x")]
    [InlineData("authToken%5B%5D=x")]
    [InlineData("authToken[a][b]=x")]
    [InlineData("authToken=x&authToken[]=x")]
    public async Task A_list_is_not_a_text(string query) =>
        Assert.Equal(
            "validation_incorrect_type",
            (await Client.GetAsync("/api/json/peopleaggregator/checkToken?" + query)).Code);

    /// <summary>One client looks for this message.</summary>
    [Theory]
    [InlineData("", "login")]
    [InlineData("password=x", "login")]
    [InlineData("login=alice", "password")]
    public async Task The_error_names_the_first_missing_argument(string body, string missing)
    {
        foreach (var path in new[] { "/api/xml/peopleaggregator/login", "/api/json/peopleaggregator/login" })
            Assert.Equal($"key {missing} is required", (await Client.PostAsync(path, body))["msg"]);
    }

    [Theory]
    [InlineData("%F1%E9", "ñé")]
    [InlineData("\u00F1", "ñ")]
    [InlineData("%C3%B1", "ñ")]
    [InlineData("%C3%B1%F1", "Ã±ñ")]
    [InlineData("%80", "\u0080")]
    [InlineData("a+b%2Bc%", "a b+c%")]
    public async Task Text_that_is_not_utf_8_is_read_as_latin_1_in_addresses_and_forms(string escaped, string text)
    {
        // A form may contain bytes that are not escaped. An address may not.
        foreach (var path in escaped.Any(c => c > '~') ? Array.Empty<string>() : ["/api/json/peopleaggregator/ech"
            + "o", "/api/xml/peopleaggregator/echo", "/api/xmlrpc.php/peopleaggregator/echo"])
            Assert.Contains(
                Written(path, text),
                await RawHttp.AskAsync(
                    shared.World.Server.Http,
                    $"GET {path}?echoText={escaped} HTTP/1.1\nHost: localhost\nConnection: close"),
                StringComparison.Ordinal);
        Assert.Equal(text, (await Client.PostAsync(
            "/api/json/peopleaggregator/echoPost",
            System.Text.Encoding.Latin1.GetBytes("echoText=" + escaped),
            "application/x-www-form-urlencoded"))["echoText"]);
    }

    private static string Written(string path, string text) => path.Contains("json", StringComparison.Ordinal)
        ? $"\"{string.Concat(text.Select(c => c < '\u007F' ? c.ToString() : $"\\u{(int)c:x4}"))}\""
        : $">{text}<";
}
