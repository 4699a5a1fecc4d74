using TokenAuth.Tests.World;

namespace TokenAuth.Tests.MediaPost;

/// <summary>A script answer calls only a function with a plain name.</summary>
public sealed class CallbackFunctionTests(MediaPostWorld shared) : IClassFixture<MediaPostWorld>
{
    private TestWorld World => shared.World;

    [Theory]
    [InlineData("f")]
    [InlineData("$")]
    [InlineData("_done")]
    [InlineData("app.done")]
    [InlineData("jQuery1_2$.x9")]
    [InlineData("a234567890123456789012345678901234567890123456789012345678901234")]
    public async Task A_function_with_a_plain_name_is_called(string callback)
    {
        var answer = await AskAsync(callback);

        Assert.Equal("text/javascript", answer.ContentType);
        Assert.StartsWith($"/**/{callback}(\"", answer.Body, StringComparison.Ordinal);
        Assert.EndsWith("\");", answer.Body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("1a")]
    [InlineData(".a")]
    [InlineData("-a")]
    [InlineData(" f")]
    [InlineData("über")]
    [InlineData("(alert)(1)//")]
    [InlineData("a2345678901234567890123456789012345678901234567890123456789012345")]
    [InlineData("f()")]
    [InlineData("a-b")]
    [InlineData("a b")]
    [InlineData("a;alert(1)//")]
    [InlineData("a[0]")]
    [InlineData("f\u00fc")]
    [InlineData("a<script>")]
    public async Task A_callback_that_is_not_a_plain_name_is_ignored(string callback)
    {
        var answer = await AskAsync(callback);

        Assert.Equal("application/json", answer.ContentType);
        Assert.Matches("^\"[0-9a-f]{38}\"$", answer.Body);
    }

    [Fact]
    public async Task Control_characters_in_a_callback_are_refused_as_everywhere()
    {
        var answer = await AskAsync("f\n");

        Assert.Equal("application/json", answer.ContentType);
        Assert.Equal(100, answer.Code);
    }

    [Fact]
    public async Task A_script_carries_any_XML_as_one_string()
    {
        var answer = await shared.Client.AskAsync(
            World.Gallery, "auth.getSession", ("callback", "f"),
            ("x", "'\"\\\r\n\0\u2028\u2029</script>'); alert(1); ('"));

        Assert.Matches("^/\\*\\*/f\\('(?:[^'\"\\\\\r\n\0\u2028\u2029]|\\\\.)*'\\);$", answer.Body);
    }

    private Task<Answer> AskAsync(string callback) =>
        shared.Client.AskAsync(World.Gallery, "auth.createToken", ("callback", callback), ("format", "JSON"));
}
