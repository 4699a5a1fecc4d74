using TokenAuth.Tests.World;

namespace TokenAuth.Tests.Dreamwidth;

/// <summary>sessionexpire ends what it is told to, and never fails over what is no number.</summary>
public sealed class ExpireTests : IAsyncLifetime
{
    private DreamwidthWorld _own = null!;
    private string[] _sessions = [];

    public async ValueTask InitializeAsync()
    {
        _own = await DreamwidthWorld.StartAsync();
        _sessions = [await OpenAsync(DreamwidthWorld.Alice), await OpenAsync(DreamwidthWorld.Alice), await OpenAsync(DreamwidthWorld.Alice)];
    }

    public ValueTask DisposeAsync() => _own.DisposeAsync();

    [Theory]
    [InlineData("<array><data><value><int>2</int></value></data></array>", "1 3")]
    [InlineData("<array><data><value><string>1</string></value><value>3</value></data></array>", "2")]
    [InlineData("<array><data><value>2</value><value>2</value><value>2abc</value></data></array>", "1 3")]
    [InlineData("<array><data><value>3.9</value><value> 1</value></data></array>", "2")]
    [InlineData("<array><data><value>002</value></data></array>", "1 3")]
    [InlineData("<string>2</string>", "1 3")]
    [InlineData("<int>2</int>", "1 3")]
    [InlineData("<string>WHOLE</string>", "1 2 3")]
    [InlineData("<array><data><value>WHOLE</value></data></array>", "1 2 3")]
    [InlineData("<array><data/></array>", "1 2 3")]
    [InlineData("<array><data><value>junk</value><value/><value>-1</value><value>0</value><value>99</value><value>+2</value></data></array>", "1 2 3")]
    [InlineData("<array><data><value>99999999999999999999999</value><value>\u0662</value></data></array>", "1 2 3")]
    [InlineData("<array><data><value><struct/></value><value><nil/></value><value><base64>%</base64></value></data></array>", "1 2 3")]
    [InlineData("<struct><member><name>1</name><value>1</value></member></struct>", "1 2 3")]
    [InlineData("<nil/>", "1 2 3")]
    [InlineData("<string></string>", "1 2 3")]
    public async Task The_numbers_that_are_sent_are_ended(string expire, string left)
    {
        var answer = await _own.Client.AskAsync(_own.Client.Xml(DreamwidthClient.Envelope(
            "sessionexpire", ("username", "alice"), ("password", TestWorld.Password), ("expire", expire.Replace("WHOLE", _sessions[1], StringComparison.Ordinal)))));

        Assert.Null(answer.Code);
        Assert.Contains("<param><value><struct></struct></value></param>", answer.Body, StringComparison.Ordinal);
        Assert.Equal(left, await LeftAsync());
    }

    [Theory]
    [InlineData("1", "")]
    [InlineData("yes", "")]
    [InlineData("0", "1 2 3")]
    [InlineData("", "1 2 3")]
    public async Task All_are_ended_where_that_is_true(string expireall, string left)
    {
        Assert.Null((await _own.Client.AskAsync("sessionexpire", [.. DreamwidthWorld.Alice, ("expireall", expireall)])).Code);

        Assert.Equal(left, await LeftAsync());
    }

    [Fact]
    public async Task Without_anything_to_end_nothing_is_ended()
    {
        Assert.Null((await _own.Client.AskAsync("sessionexpire", DreamwidthWorld.Alice)).Code);

        Assert.Equal("1 2 3", await LeftAsync());
    }

    [Fact]
    public async Task The_flat_door_takes_the_numbers_from_the_names_whatever_the_values()
    {
        var answer = await _own.Client.AskFlatAsync(
            "sessionexpire", ("user", "alice"), ("password", TestWorld.Password), ("expire_id_2", "0"), ("expire_id_3", ""), ("expire_id_", "1"), ("expire_id_x", "1"), ("expire_id", "1"), ("expire", "1"));

        Assert.Equal("success\nOK\n", answer.Body);
        Assert.Equal("1", await LeftAsync());
        await _own.Client.AskFlatAsync("sessionexpire", ("user", "alice"), ("password", TestWorld.Password), ("expireall", "1"));
        Assert.Equal("", await LeftAsync());
    }

    [Fact]
    public async Task Other_peoples_numbers_are_left_alone()
    {
        var bobs = await OpenAsync(DreamwidthWorld.Bob);
        Assert.Equal("1", bobs.Split(':')[2]);

        await _own.Client.AskAsync("sessionexpire", [.. DreamwidthWorld.Alice, ("expire", "1")]);
        await _own.Client.AskAsync("sessionexpire", [.. DreamwidthWorld.Alice, ("expireall", "1")]);

        Assert.Equal("bob_2", await _own.Client.VerifyAsync("ljsession=" + bobs));
        Assert.Equal("", await LeftAsync());
    }

    [Fact]
    public async Task A_wrong_password_ends_nothing()
    {
        Assert.Equal("101", (await _own.Client.AskAsync("sessionexpire", ("username", "alice"), ("password", "guess"), ("expireall", "1"))).Code);
        Assert.Equal("Invalid password", (await _own.Client.AskFlatAsync("sessionexpire", ("user", "alice"), ("password", "guess"), ("expire_id_1", "1"))).Code);

        Assert.Equal("1 2 3", await LeftAsync());
    }

    private Task<string> OpenAsync((string, string)[] who) => _own.Client.SessionAsync(who);

    private async Task<string> LeftAsync()
    {
        List<int> left = [];
        for (var i = 0; i < _sessions.Length; i++)
        {
            if (await _own.Client.VerifyAsync("ljsession=" + _sessions[i]) is not null)
                left.Add(i + 1);
        }

        return string.Join(' ', left);
    }
}
