using TokenAuth.Kernel.Calls.Signatures;

namespace TokenAuth.Tests.Kernel.Calls.Signatures;

/// <summary>Pasted requests are read as the server would read them.</summary>
public sealed class PastedRequestTests
{
    [Theory]
    [InlineData("https://host.example.test/a?x=1&y=a%20b", "GET https /a x=1 y=a b")]
    [InlineData("curl 'http://host.example.test/a?x=1' -d 'y=a%20b'", "POST http /a x=1 y=a b")]
    [InlineData("curl -G --data-urlencode 'y=a b' -d x=1 host.example.test/a", "GET http /a y=a b x=1")]
    [InlineData("curl -X POST \\\n  -H \"Accept: */*\" \\\n  -d x=1\\&y=2 http://host.example.test/a", "POST http /a x=1 y=2")]
    [InlineData("curl \"http://host.example.test/a\" --data \"x=\\\"q\\\"\"", "POST http /a x=\"q\"")]
    [InlineData("POST http://host.example.test/a\nx=1 2\ny=3=4", "POST http /a x=1 2 y=3=4")]
    [InlineData("GET http://host.example.test/a?x=1\ny=2", "GET http /a x=1 y=2")]
    [InlineData("POST /a HTTP/1.1\nHost: host.example.test\nAccept: */*\n\nx=1&y=%32", "POST http /a x=1 y=2")]
    [InlineData("x=1\ny= 2", "POST   x=1 y= 2")]
    [InlineData("curl http://host.example.test/a?x=1 -H ':' -H '' -H 'a'", "GET http /a x=1")]
    public async Task A_request_is_read(string text, string expected)
    {
        var (request, problem) = PastedRequest.Read(text);
        Assert.Null(problem);
        var (call, _) = await request!.ToCallAsync(default);

        var parameters = string.Join(' ', call!.Parameters.Select(parameter => $"{parameter.Name}={parameter.Value}"));
        Assert.Equal(expected, $"{call.Verb} {request.Address?.Scheme} {request.Address?.AbsolutePath} {parameters}");
    }

    [Theory]
    [InlineData("", "There is no request.")]
    [InlineData("hello", "The text is neither")]
    [InlineData("curl 'http://host.example.test", "unclosed quotation mark")]
    [InlineData("curl -d x=1", "has no URL")]
    [InlineData("curl -d @file http://host.example.test", "cannot be read here")]
    [InlineData("curl -F x=1 http://host.example.test", "is not read here")]
    [InlineData("GET ftp://host.example.test/a HTTP/1.1\n\n", "not an http or https address")]
    [InlineData("POST /a%00b HTTP/1.1\n\n", "not an http or https address")]
    [InlineData("http://host.example.test/a%00b?x=1", "not an http or https address")]
    [InlineData("http://host.example.test/a\0b", "not an http or https address")]
    [InlineData("http://\u00fc\u00fc\u00fc\u00fc\u00fc\u00fc\u00fc\u00fc\u00fc\u00fc\u00fc\u00fc\u00fc\u00fc\u00fc\u00fc\u00fc\u00fc\u00fc\u00fc"
        + "host-with-a-name-of-more-than-sixty-three-characters.example/?x=1", "not an http or https address")]
    [InlineData("POST /a HTTP/1.1\nnonsense\n\n", "not a header")]
    [InlineData("x=1\ny", "not a field")]
    public void What_cannot_be_read_is_explained(string text, string expected)
    {
        var (request, problem) = PastedRequest.Read(text);

        Assert.Null(request);
        Assert.Contains(expected, problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_header_takes_part_and_a_foreign_charset_is_refused()
    {
        var (request, _) = PastedRequest.Read("curl http://host.example.test/a -H 'Authorization: OAuth a=\"b\"'");
        var (call, _) = await request!.ToCallAsync(default);
        Assert.Equal("OAuth a=\"b\"", call!.Header("Authorization"));

        var (other, _) = PastedRequest.Read(
            "POST /a HTTP/1.1\nContent-Type: application/x-www-form-urlencoded; charset=utf-7\n\nx=1");
        var (none, problem) = await other!.ToCallAsync(default);
        Assert.Null(none);
        Assert.Contains("CallUnreadable", problem, StringComparison.Ordinal);
    }
}
