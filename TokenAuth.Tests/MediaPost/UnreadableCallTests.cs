using System.Net;
using System.Text;
using TokenAuth.Tests.World;

namespace TokenAuth.Tests.MediaPost;

/// <summary>
/// Calls that are too large or malformed get the dialect's own error with status 200, and the server keeps running.
/// </summary>
public sealed class UnreadableCallTests(MediaPostWorld shared) : IClassFixture<MediaPostWorld>
{
    private const int MostBytes = 256 * 1024;

    private TestWorld World => shared.World;

    [Theory]
    [InlineData(Style.Seed, 100)]
    [InlineData(Style.Native, 94)]
    public async Task A_form_of_over_256_KiB_is_refused_and_one_of_exactly_256_KiB_is_not(Style style, int code)
    {
        var call =
            new MediaPostCall(World.Gallery, "auth.createToken", ("community", "c"), ("x", "")) { Style = style };
        var length = (await new FormUrlEncodedContent(call.Pairs).ReadAsByteArrayAsync()).Length;
        var largest = call with { Parameters = [("community", "c"), ("x", new string('x', MostBytes - length))] };
        var tooLarge = call with { Parameters = [("community", "c"), ("x", new string('x', MostBytes - length + 1))] };

        Assert.Null((await shared.Client.AskAsync(largest)).Code);
        // The server cannot tell the spelling of an unreadable call, unless the query names it.
        var key = tooLarge.Pairs[0];
        await AssertRefusedAsync(code, new HttpRequestMessage(
            HttpMethod.Post, new Uri(shared.Client.Address(call), $"?{key.Key}={key.Value}"))
        {
            Content = new FormUrlEncodedContent(tooLarge.Pairs),
        });
    }

    [Fact]
    public async Task A_form_that_announces_far_too_much_is_refused_before_it_is_sent()
    {
        var answer = await RawHttp.AskAsync(
            World.Server.Http,
            "POST /api.php HTTP/1.1\nHost: localhost\nConnection: close\n"
                + "Content-Type: application/x-www-form-urlencoded\nContent-Length: 1000000\nExpect: 100-continue");

        Assert.StartsWith("HTTP/1.1 200 OK", answer, StringComparison.Ordinal);
        Assert.Contains("<error_code>100</error_code>", answer, StringComparison.Ordinal);
        await AssertAliveAsync();
    }

    [Fact]
    public async Task A_call_with_over_200_parameters_is_refused_and_one_with_exactly_200_is_not()
    {
        MediaPostCall With(int more) => new(
            World.Gallery, "auth.createToken", [.. Enumerable.Range(0, more).Select(i => ($"x{i}", "1"))]);

        Assert.Null((await shared.Client.AskAsync(With(197))).Code);
        Assert.Equal(100, (await shared.Client.AskAsync(With(198))).Code);
        await AssertAliveAsync();
    }

    [Theory]
    [InlineData("multipart/form-data", "--xYzZY--\r\n")]
    [InlineData("multipart/form-data; boundary=", "--xYzZY--\r\n")]
    [InlineData("multipart/form-data; boundary=xYzZY", "")]
    [InlineData("multipart/form-data; boundary=xYzZY", "method=auth.createToken")]
    [InlineData(
        "multipart/form-data; boundary=xYzZY",
        "--xYzZY\r\nContent-Disposition: form-data; name=\"method\"\r\n\r\nauth.crea")]
    [InlineData(
        "multipart/form-data; boundary=xYzZY", "--xYzZY\r\nContent-Disposition form-data\r\n\r\nx\r\n--xYzZY--\r\n")]
    [InlineData(
        "multipart/form-data; boundary=xYzZY",
        "--xYzZY\r\nContent-Disposition: form-data; name=\"=?utf-7?B?YWJj?=\"\r\n\r\nx\r\n--xYzZY--\r\n")]
    [InlineData(
        "multipart/form-data; boundary=xYzZY",
        "--xYzZY\r\nContent-Disposition: form-data; name=a; filename*=utf-7''abc\r\n\r\nx\r\n--xYzZY--\r\n")]
    public async Task A_broken_multipart_form_is_refused(string type, string body)
    {
        var content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
        content.Headers.TryAddWithoutValidation("Content-Type", type);

        await AssertRefusedAsync(
            100, new HttpRequestMessage(HttpMethod.Post, new Uri(World.Server.Http, "/api.php")) { Content = content });
    }

    [Fact]
    public Task A_boundary_that_is_too_long_is_refused() =>
        A_broken_multipart_form_is_refused($"multipart/form-data; boundary={new string('x', 5000)}", "--xYzZY--\r\n");

    [Theory]
    [InlineData("text/plain")]
    [InlineData("application/json")]
    [InlineData("text/xml")]
    public async Task A_body_of_another_type_is_ignored(string type)
    {
        var call = new MediaPostCall(World.Gallery, "auth.createToken");
        var form = new StringContent(
            await new FormUrlEncodedContent(call.Pairs).ReadAsStringAsync(), Encoding.UTF8, type);

        await AssertRefusedAsync(
            101, new HttpRequestMessage(HttpMethod.Post, shared.Client.Address(call)) { Content = form });
    }

    private async Task AssertRefusedAsync(int code, HttpRequestMessage request)
    {
        var answer = await shared.Client.AskAsync(request);
        Assert.Equal(HttpStatusCode.OK, answer.Status);
        Assert.Equal(code, answer.Code);
        await AssertAliveAsync();
    }

    private async Task AssertAliveAsync() =>
        Assert.Null((await shared.Client.AskAsync(World.Gallery, "auth.createToken")).Code);
}
