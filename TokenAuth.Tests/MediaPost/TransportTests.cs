using System.Net;
using System.Net.Http.Headers;
using System.Text;
using TokenAuth.Tests.World;

namespace TokenAuth.Tests.MediaPost;

/// <summary>The ways in which old clients send the same call.</summary>
public sealed class TransportTests(MediaPostWorld shared) : IClassFixture<MediaPostWorld>
{
    private TestWorld World => shared.World;

    private MediaPostCall Call =>
        new(World.Gallery, "facebook.auth.createToken", ("v", "1.0"), ("note", "naïve ☃ +&=%"), ("blank", ""));

    [Fact]
    public async Task A_query_is_equivalent_to_a_form() =>
        await AssertTokenAsync(new HttpRequestMessage(HttpMethod.Get, WithQuery(Call, Call.Pairs)));

    [Fact]
    public async Task A_form_may_be_urlencoded() => Assert.Null((await shared.Client.AskAsync(Call)).Code);

    [Fact]
    public async Task A_form_may_be_without_a_content_type()
    {
        var form = new ByteArrayContent(Encoding.ASCII.GetBytes(Urlencoded(Call.Pairs)));
        await AssertTokenAsync(new HttpRequestMessage(HttpMethod.Post, shared.Client.Address(Call)) { Content = form });
    }

    [Fact]
    public async Task A_form_may_be_multipart()
    {
        var parts = string.Concat(Call.Pairs.Select(pair =>
            $"--xYzZY\r\nContent-Disposition: form-data; name=\"{pair.Key}\"\r\n\r\n{pair.Value}\r\n"));
        await AssertTokenAsync(Multipart(parts + "--xYzZY--\r\n"));
    }

    [Fact]
    public async Task An_uploaded_file_is_not_a_parameter_and_is_not_signed()
    {
        var parts = string.Concat(Call.Pairs.Select(pair =>
            $"--xYzZY\r\nContent-Disposition: form-data; name=\"{pair.Key}\"\r\n\r\n{pair.Value}\r\n"));
        const string file = "--xYzZY\r\nContent-Disposition: form-data; name=\"f\"; "
            + "filename=\"a.jpg\"\r\nContent-Type: image/jpeg\r\n\r\nJFIF\r\n";
        await AssertTokenAsync(Multipart(parts + file + "--xYzZY--\r\n"));
    }

    [Fact]
    public async Task Parameters_may_be_split_between_query_and_form()
    {
        var address = WithQuery(Call, Call.Pairs.Take(2));
        await AssertTokenAsync(new HttpRequestMessage(HttpMethod.Post, address)
        {
            Content = new FormUrlEncodedContent(Call.Pairs.Skip(2)),
        });
    }

    [Fact]
    public async Task The_form_takes_precedence_over_the_query()
    {
        var address = WithQuery(Call, [new("v", "2.0"), new("method", "auth.fly")]);
        await AssertTokenAsync(
            new HttpRequestMessage(HttpMethod.Post, address) { Content = new FormUrlEncodedContent(Call.Pairs) });
    }

    [Fact]
    public async Task The_last_of_duplicate_parameters_wins()
    {
        await AssertTokenAsync(
            new HttpRequestMessage(HttpMethod.Get, WithQuery(Call, [new("v", "2.0"), .. Call.Pairs])));
        Assert.Equal(104, (await shared.Client.AskAsync(
            new HttpRequestMessage(HttpMethod.Get, WithQuery(Call, [.. Call.Pairs, new("v", "2.0")])))).Code);
    }

    [Fact]
    public async Task Bytes_that_are_not_utf_8_are_read_as_iso_8859_1()
    {
        var call = new MediaPostCall(World.Gallery, "auth.createToken", ("note", "naïve"));
        var form = new ByteArrayContent(
            Encoding.ASCII.GetBytes(Urlencoded(call.Pairs).Replace("%C3%AF", "%EF", StringComparison.Ordinal)));
        form.Headers.ContentType = new MediaTypeHeaderValue("application/x-www-form-urlencoded");
        await AssertTokenAsync(new HttpRequestMessage(HttpMethod.Post, shared.Client.Address(call)) { Content = form });

        var raw = Urlencoded(call.Pairs).Replace("%C3%AF", "ï", StringComparison.Ordinal);
        var answer = await RawHttp.AskAsync(World.Server.Http, Head("/api.php", raw.Length), raw);
        Assert.Contains("<auth_createToken_response", answer, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://api.facebook.com/restserver.php", "api.facebook.com")]
    [InlineData("http://api.facebook.com/restserver.php", "proxy.example.test:3128")]
    [InlineData("http://platform.example.test:8080/api.php", "elsewhere.example.test")]
    public async Task A_target_in_absolute_form_is_routed_by_its_path(string target, string host)
    {
        var body = Urlencoded(Call.Pairs);

        var answer = await RawHttp.AskAsync(World.Server.Http, Head(target, body.Length, host), body);

        Assert.StartsWith("HTTP/1.1 200 OK", answer, StringComparison.Ordinal);
        Assert.Contains("<auth_createToken_response", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_client_may_wait_for_100_continue()
    {
        var body = Urlencoded(Call.Pairs);

        var answer = await RawHttp.AskAfterContinueAsync(
            World.Server.Http, Head("/api.php", body.Length) + "\nExpect: 100-continue", body);

        Assert.Contains("<auth_createToken_response", answer, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("\nHost: localhost")]
    public async Task A_client_may_speak_http_1_0(string host)
    {
        var body = Urlencoded(Call.Pairs);

        var answer = await RawHttp.AskAsync(
            World.Server.Http, $"POST /restserver.php HTTP/1.0{host}\n"
                + $"Content-Type: application/x-www-form-urlencoded\nContent-Length: {body.Length}", body);

        Assert.Contains(" 200 OK\r\n", answer, StringComparison.Ordinal);
        Assert.Contains("<auth_createToken_response", answer, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("PUT")]
    [InlineData("DELETE")]
    public async Task An_endpoint_refuses_PUT_and_DELETE(string verb)
    {
        var answer = await shared.Client.AskAsync(
            new HttpRequestMessage(new HttpMethod(verb), WithQuery(Call, Call.Pairs)));

        Assert.Equal(HttpStatusCode.MethodNotAllowed, answer.Status);
    }

    private static string Head(string target, int length, string host = "localhost") =>
        $"POST {target} HTTP/1.1\nHost: {host}\nConnection: close\n"
            + $"Content-Type: application/x-www-form-urlencoded\nContent-Length: {length}";

    private static string Urlencoded(IEnumerable<KeyValuePair<string, string>> pairs) =>
        string.Join('&', pairs.Select(pair => $"{Uri.EscapeDataString(pair.Key)}={Uri.EscapeDataString(pair.Value)}"));

    private Uri WithQuery(MediaPostCall call, IEnumerable<KeyValuePair<string, string>> pairs) =>
        new(shared.Client.Address(call), "?" + Urlencoded(pairs));

    private HttpRequestMessage Multipart(string body)
    {
        var content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
        content.Headers.TryAddWithoutValidation("Content-Type", "multipart/form-data; boundary=xYzZY");
        return new HttpRequestMessage(HttpMethod.Post, shared.Client.Address(Call)) { Content = content };
    }

    private async Task AssertTokenAsync(HttpRequestMessage request)
    {
        var answer = await shared.Client.AskAsync(request);
        Assert.True(answer.Code is null, answer.Body);
        Assert.NotEmpty(answer.Token);
    }
}
