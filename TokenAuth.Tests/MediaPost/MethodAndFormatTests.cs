using TokenAuth.Tests.World;

namespace TokenAuth.Tests.MediaPost;

/// <summary>The accepted spellings of methods and formats.</summary>
public sealed class MethodAndFormatTests(MediaPostWorld shared) : IClassFixture<MediaPostWorld>
{
    private TestWorld World => shared.World;

    [Theory]
    [InlineData("up.auth.createToken")]
    [InlineData("Up.auth.createToken")]
    [InlineData("facebook.auth.createToken")]
    [InlineData("FACEBOOK.AUTH.CREATETOKEN")]
    [InlineData("socialNetwork.auth.createToken")]
    [InlineData("auth.createToken")]
    [InlineData("auth.createtoken")]
    public async Task A_method_may_have_any_prefix_and_case_and_its_root_has_the_documented_one(string method)
    {
        var answer = await shared.Client.AskAsync(World.Gallery, method);

        Assert.Contains("<auth_createToken_response ", answer.Body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("other.auth.createToken", 102)]
    [InlineData("up.up.auth.createToken", 102)]
    [InlineData("auth.createToken ", 3)]
    [InlineData("up.auth", 102)]
    [InlineData("up.auth.", 3)]
    public async Task A_method_that_the_dialect_does_not_list_is_unknown(string method, int code) =>
        Assert.Equal(code, (await shared.Client.AskAsync(World.Gallery, method)).Code);

    [Theory]
    [InlineData("JSON", "application/json")]
    [InlineData("json", "application/json")]
    [InlineData("XML", "text/xml")]
    [InlineData("xml", "text/xml")]
    [InlineData("", "text/xml")]
    [InlineData("yaml", "text/xml")]
    [InlineData("php_serial", "text/xml")]
    public async Task The_seed_answers_an_unknown_format_in_XML(string format, string type)
    {
        var answer = await shared.Client.AskAsync(World.Gallery, "auth.createToken", ("format", format));

        Assert.Null(answer.Code);
        Assert.Equal(type, answer.ContentType);
    }

    [Theory]
    [InlineData("yaml")]
    [InlineData("xmls")]
    [InlineData("json2")]
    [InlineData(" xml")]
    public async Task The_native_spelling_refuses_an_unknown_format(string format)
    {
        var answer = await shared.Client.AskAsync(
            new MediaPostCall(World.Gallery, "auth.createToken", ("community", "c"), ("format", format))
            {
                Style = Style.Native,
            });

        Assert.Equal(97, answer.Code);
    }

    [Theory]
    [InlineData("PHP_Serial", "text/plain")]
    [InlineData("Json", "application/json")]
    [InlineData("", "text/xml")]
    public async Task The_native_spelling_knows_three_formats_in_any_case(string format, string type)
    {
        var answer = await shared.Client.AskAsync(
            new MediaPostCall(World.Gallery, "auth.createToken", ("community", "c"), ("format", format))
            {
                Style = Style.Native,
            });

        Assert.Null(answer.Code);
        Assert.Equal(type, answer.ContentType);
    }

    [Fact]
    public async Task A_call_in_neither_spelling_gets_the_seeds_101()
    {
        Assert.Equal(101, (await PostAsync()).Code);
        Assert.Equal(101, (await PostAsync(new("method", "auth.createToken"), new("sig", "0"))).Code);
    }

    private Task<Answer> PostAsync(params KeyValuePair<string, string>[] parameters) => shared.Client.AskAsync(
        new HttpRequestMessage(HttpMethod.Post, new Uri(World.Server.Http, "/api.php"))
        {
            Content = new FormUrlEncodedContent(parameters),
        });
}
