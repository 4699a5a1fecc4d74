using TokenAuth.Tests.World;

namespace TokenAuth.Tests.Dreamwidth;

/// <summary>sessionexpire ends the requested sessions and never fails because of a text that is not a number.</summary>
public sealed class ExpireTests(DreamwidthWorld shared) : IClassFixture<DreamwidthWorld>, IAsyncLifetime
{
    private static int _people;

    /// <summary>A new person for each test, since numbers count a person's sessions.</summary>
    private readonly string _login = $"person_{Interlocked.Increment(ref _people)}";
    private string[] _sessions = [];

    private (string, string)[] Person => [("username", _login), ("password", TestWorld.Password)];

    public async ValueTask InitializeAsync()
    {
        await shared.AddPersonAsync(_login);
        _sessions = [await OpenAsync(Person), await OpenAsync(Person), await OpenAsync(Person)];
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

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
    [InlineData("<array><data><value>junk</value><value/><value>-1</value><value>0</value><value>99</value>"
        + "<value>+2</value></data></array>", "1 2 3")]
    [InlineData("<array><data><value>99999999999999999999999</value><value>\u0662</value></data></array>", "1 2 3")]
    [InlineData(
        "<array><data><value><struct/></value><value><nil/></value><value><base64>%</base64></value></data></array>",
        "1 2 3")]
    [InlineData("<struct><member><name>1</name><value>1</value></member></struct>", "1 2 3")]
    [InlineData("<nil/>", "1 2 3")]
    [InlineData("<string></string>", "1 2 3")]
    public async Task The_sessions_with_the_given_numbers_end(string expire, string left)
    {
        var answer = await shared.Client.AskAsync(shared.Client.Xml(DreamwidthClient.Envelope(
            "sessionexpire", ("username", _login), ("password", TestWorld.Password),
            ("expire", expire.Replace("WHOLE", _sessions[1], StringComparison.Ordinal)))));

        Assert.Null(answer.Code);
        Assert.Contains("<param><value><struct></struct></value></param>", answer.Body, StringComparison.Ordinal);
        Assert.Equal(left, await LeftAsync());
    }

    /// <summary>As many as the flat endpoint has fields for. Each number is one statement.</summary>
    [Theory]
    [InlineData(200, null, "")]
    [InlineData(201, 203, "1 2 3")]
    public async Task At_most_200_numbers_are_accepted(int numbers, int? code, string left)
    {
        var values = string.Concat(
            Enumerable.Range(1, numbers).Select(number => $"<value><int>{number}</int></value>"));
        var answer = await shared.Client.AskAsync(shared.Client.Xml(DreamwidthClient.Envelope(
            "sessionexpire", [.. Person, ("expire", $"<array><data>{values}</data></array>")])));

        Assert.Equal(code?.ToString(), answer.Code);
        Assert.Equal(left, await LeftAsync());
    }

    [Theory]
    [InlineData("1", "")]
    [InlineData("yes", "")]
    [InlineData("0", "1 2 3")]
    [InlineData("", "1 2 3")]
    public async Task A_true_expireall_ends_all_sessions(string expireall, string left)
    {
        Assert.Null((await shared.Client.AskAsync("sessionexpire", [.. Person, ("expireall", expireall)])).Code);

        Assert.Equal(left, await LeftAsync());
    }

    /// <summary>davexmlrpc sends booleans in words.</summary>
    [Theory]
    [InlineData("true", "")]
    [InlineData("false", "1 2 3")]
    public async Task A_boolean_expireall_may_be_a_word(string word, string left)
    {
        var answer = await shared.Client.AskAsync(shared.Client.Xml(DreamwidthClient.Envelope(
            "sessionexpire", [.. Person, ("expireall", $"<boolean>{word}</boolean>")])));

        Assert.Null(answer.Code);
        Assert.Equal(left, await LeftAsync());
    }

    [Fact]
    public async Task No_session_ends_without_a_number_or_expireall()
    {
        Assert.Null((await shared.Client.AskAsync("sessionexpire", Person)).Code);

        Assert.Equal("1 2 3", await LeftAsync());
    }

    [Fact]
    public async Task The_flat_endpoint_reads_the_numbers_from_the_names_whatever_the_values_are()
    {
        var answer = await shared.Client.AskFlatAsync(
            "sessionexpire", ("user", _login), ("password", TestWorld.Password), ("expire_id_2", "0"),
            ("expire_id_3", ""), ("expire_id_", "1"), ("expire_id_x", "1"), ("expire_id", "1"), ("expire", "1"));

        Assert.Equal("success\nOK\n", answer.Body);
        Assert.Equal("1", await LeftAsync());
        await shared.Client.AskFlatAsync(
            "sessionexpire", ("user", _login), ("password", TestWorld.Password), ("expireall", "1"));
        Assert.Equal("", await LeftAsync());
    }

    [Fact]
    public async Task Sessions_of_other_people_with_the_same_numbers_stay()
    {
        var bobs = await OpenAsync(DreamwidthWorld.Bob);
        Assert.Equal("1", bobs.Split(':')[2]);

        await shared.Client.AskAsync("sessionexpire", [.. Person, ("expire", "1")]);
        await shared.Client.AskAsync("sessionexpire", [.. Person, ("expireall", "1")]);

        Assert.Equal("bob_2", await shared.Client.VerifyAsync("ljsession=" + bobs));
        Assert.Equal("", await LeftAsync());
    }

    [Fact]
    public async Task A_wrong_password_ends_no_session()
    {
        Assert.Equal("101", (await shared.Client.AskAsync(
            "sessionexpire", ("username", _login), ("password", "guess"), ("expireall", "1"))).Code);
        Assert.Equal("Invalid password", (await shared.Client.AskFlatAsync(
            "sessionexpire", ("user", _login), ("password", "guess"), ("expire_id_1", "1"))).Code);

        Assert.Equal("1 2 3", await LeftAsync());
    }

    private Task<string> OpenAsync((string, string)[] who) => shared.Client.SessionAsync(who);

    private async Task<string> LeftAsync()
    {
        List<int> left = [];
        for (var i = 0; i < _sessions.Length; i++)
        {
            if (await shared.Client.VerifyAsync("ljsession=" + _sessions[i]) is not null)
                left.Add(i + 1);
        }

        return string.Join(' ', left);
    }
}
