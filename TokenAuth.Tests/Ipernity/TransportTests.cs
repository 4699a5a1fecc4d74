using System.Net;
using System.Text;
using TokenAuth.Tests.World;

namespace TokenAuth.Tests.Ipernity;

/// <summary>The ways in which old clients send the same call.</summary>
public sealed class TransportTests(IpernityWorld shared) : IClassFixture<IpernityWorld>
{
    private TestWorld World => shared.World;

    private IpernityCall Call => new(World.Gallery, "auth.getFrob", ("note", "naïve ☃ +&=%"), ("blank", ""));

    [Fact]
    public async Task A_query_is_equivalent_to_a_form() =>
        await AssertFrobAsync(new HttpRequestMessage(HttpMethod.Get, shared.Client.QueryOf(Call)));

    [Fact]
    public async Task A_form_may_be_urlencoded() => await AssertFrobAsync(shared.Client.Request(Call));

    [Fact]
    public async Task A_form_may_be_multipart() => await AssertFrobAsync(Multipart(Parts(Call)));

    [Fact]
    public async Task An_uploaded_file_is_not_signed() => await AssertFrobAsync(Multipart(
        Parts(Call) + "--xYzZY\r\nContent-Disposition: form-data; name=\"file\"; "
            + "filename=\"a.jpg\"\r\nContent-Type: image/jpeg\r\n\r\nJFIF\r\n"));

    [Fact]
    public async Task A_part_named_file_that_is_not_an_upload_is_signed()
    {
        const string part = "--xYzZY\r\nContent-Disposition: form-data; name=\"file\"\r\n\r\nJFIF\r\n";
        Assert.Equal(105, (await shared.Client.AskAsync(Multipart(Parts(Call) + part))).Code);
        await AssertFrobAsync(Multipart(Parts(Call.With(("file", "JFIF")))));
    }

    [Fact]
    public async Task Empty_segments_are_ignored()
    {
        var query = IpernityClient.Urlencoded(Call.Pairs).Replace("&", "&&", StringComparison.Ordinal);
        await AssertFrobAsync(
            new HttpRequestMessage(HttpMethod.Get, new Uri(shared.Client.Address(Call), $"?&{query}&&")));
    }

    [Fact]
    public async Task A_later_value_replaces_an_earlier_one()
    {
        var query = IpernityClient.Urlencoded(Call.Pairs);
        await AssertFrobAsync(
            new HttpRequestMessage(HttpMethod.Get, new Uri(shared.Client.Address(Call), $"?note=other&{query}")));
        var turned = await shared.Client.AskAsync(
            new HttpRequestMessage(HttpMethod.Get, new Uri(shared.Client.Address(Call), $"?{query}&note=other")));
        Assert.Equal(105, turned.Code);
    }

    [Fact]
    public async Task The_form_takes_precedence_over_the_query()
    {
        var request = shared.Client.Request(Call);
        request.RequestUri = new Uri(request.RequestUri!, "?note=other&blank=none");
        await AssertFrobAsync(request);
    }

    [Theory]
    [InlineData("lg", "en")]
    [InlineData("frob", "1-0123456789abcdef0123456789abcdef")]
    [InlineData("api_secret", "")]
    [InlineData("Zoë", "☃")]
    public async Task Unknown_parameters_are_part_of_the_signature(string name, string value)
    {
        var signed = new IpernityCall(World.Gallery, "auth.getFrob", (name, value));
        var without = new IpernityCall(World.Gallery, "auth.getFrob");

        Assert.Null((await shared.Client.AskAsync(signed)).Code);
        Assert.Equal(105, (await shared.Client.AskAsync(without with { Signature = signed.Pairs[^1].Value })).Code);
        Assert.Equal(105, (await shared.Client.AskAsync(signed with { Signature = without.Pairs[^1].Value })).Code);
    }

    [Fact]
    public async Task The_format_is_not_signed_and_defaults_to_json()
    {
        var plain = await shared.Client.AskAsync(Call);
        Assert.Equal("application/json; charset=utf-8", plain.ContentType);
        foreach (var (format, type) in new[]
        {
            ("json", "application/json"), ("xml", "text/xml"), ("php", "text/plain"),
        })
        {
            var answer = await shared.Client.AskAsync(Call with { Format = format });
            Assert.Equal($"{type}; charset=utf-8", answer.ContentType);
            Assert.Null(answer.Code);
        }
    }

    [Fact]
    public async Task Names_sort_by_their_bytes()
    {
        var call = new IpernityCall(
            World.Gallery, "auth.getFrob",
            ("b", "1"), ("B", "2"), ("_", "3"), ("aZ", "4"), ("ab", "5"), ("é", "6"), ("Z", "7"));
        Assert.StartsWith("B2Z7_3aZ4ab5api_key", IpernityCall.Joined(call.Pairs, null), StringComparison.Ordinal);
        await AssertFrobAsync(shared.Client.Request(call));
    }

    [Theory]
    [InlineData(201, 413)]
    [InlineData(150, null)]
    public async Task A_call_has_at_most_200_parameters(int count, int? code)
    {
        var call = new IpernityCall(
            World.Gallery, "auth.getFrob", [.. Enumerable.Range(0, count).Select(i => ($"p{i}", "x"))]);
        foreach (var request in new[]
        {
            shared.Client.Request(call), new HttpRequestMessage(HttpMethod.Get, shared.Client.QueryOf(call)),
            Multipart(Parts(call)),
        })
        {
            var answer = await shared.Client.AskAsync(request);
            Assert.Equal(
                (code, code is null ? HttpStatusCode.OK : HttpStatusCode.RequestEntityTooLarge),
                (answer.Code, answer.Status));
        }

        foreach (var (entrance, refusal) in new[] { (Entrance.Soap, 121), (Entrance.XmlRpc, 122) })
            Assert.Equal(
                code is null ? null : refusal, (await shared.Client.AskAsync(call with { Entrance = entrance })).Code);
    }

    [Fact]
    public async Task A_body_is_at_most_256_KiB()
    {
        foreach (var (length, status) in new[]
        {
            (250, HttpStatusCode.OK), (257, HttpStatusCode.RequestEntityTooLarge),
        })
        {
            var call = new IpernityCall(World.Gallery, "auth.getFrob", ("long", new string('x', length * 1024)));
            Assert.Equal(status, (await shared.Client.AskAsync(call)).Status);
            Assert.Equal(status, (await shared.Client.AskAsync(Multipart(Parts(call)))).Status);
        }
    }

    [Fact]
    public async Task A_form_that_cannot_be_read_brings_no_key()
    {
        var request = Multipart("--xYzZY\r\nContent-Disposition: form-data; name=\"a\"\r\n");
        var answer = await shared.Client.AskAsync(request);
        Assert.Equal((HttpStatusCode.OK, 100), (answer.Status, answer.Code));
    }

    [Theory]
    [InlineData("PUT")]
    [InlineData("DELETE")]
    public async Task An_endpoint_refuses_PUT_and_DELETE(string verb) => Assert.Equal(
        HttpStatusCode.MethodNotAllowed, (await shared.Client.AskAsync(
            new HttpRequestMessage(new HttpMethod(verb), shared.Client.QueryOf(Call)))).Status);

    private static string Parts(IpernityCall call) => string.Concat(call.Pairs.Select(pair =>
        $"--xYzZY\r\nContent-Disposition: form-data; name=\"{pair.Key}\"\r\n\r\n{pair.Value}\r\n"));

    private HttpRequestMessage Multipart(string parts)
    {
        var content = new ByteArrayContent(Encoding.UTF8.GetBytes(parts + "--xYzZY--\r\n"));
        content.Headers.TryAddWithoutValidation("Content-Type", "multipart/form-data; boundary=xYzZY");
        return new HttpRequestMessage(HttpMethod.Post, shared.Client.Address(Call)) { Content = content };
    }

    private async Task AssertFrobAsync(HttpRequestMessage request)
    {
        var answer = await shared.Client.AskAsync(request);
        Assert.True(answer.Code is null, answer.Body);
        Assert.Matches("^[0-9]+-[0-9a-f]{32}$", answer.Text("auth", "frob"));
    }
}
