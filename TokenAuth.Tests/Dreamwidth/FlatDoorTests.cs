using System.Net;
using System.Text;
using TokenAuth.Tests.World;

namespace TokenAuth.Tests.Dreamwidth;

/// <summary>The flat endpoint: it reads a form and answers in lines.</summary>
public sealed class FlatDoorTests(DreamwidthWorld shared) : IClassFixture<DreamwidthWorld>
{
    private const string NoMode = "errmsg\nClient error: No mode specified.\nsuccess\nFAIL\n";
    private const string NoUser = "errmsg\nClient error: No username sent.\nsuccess\nFAIL\n";

    [Theory]
    [InlineData("", NoMode)]
    [InlineData("user=alice&password=x", NoMode)]
    [InlineData("mode=", NoMode)]
    [InlineData("MODE=login", NoMode)]
    [InlineData("mode=login", NoUser)]
    [InlineData("mode=fly", NoUser)]
    [InlineData("mode=fly&user=", NoUser)]
    [InlineData("mode=fly&user=0", NoUser)]
    [InlineData("mode=fly&user=a+b", NoUser)]
    [InlineData("mode=fly&user=abcdefghijklmnopqrstuvwxyz", NoUser)]
    [InlineData("mode=fly&user=nobody", "errmsg\nClient error: Unknown mode (fly)\nsuccess\nFAIL\n")]
    [InlineData("mode=Login&user=alice", "errmsg\nClient error: Unknown mode (Login)\nsuccess\nFAIL\n")]
    [InlineData("mode=f%0D%0Aly%0A&user=alice", "errmsg\nClient error: Unknown mode (fly)\nsuccess\nFAIL\n")]
    [InlineData(
        "mode=fly&user=alice&responseenc=urlenc",
        "errmsg=Client%20error%3A%20Unknown%20mode%20%28fly%29&success=FAIL&")]
    [InlineData("mode=fly&user=alice&responseenc=URLENC", "errmsg\nClient error: Unknown mode (fly)\nsuccess\nFAIL\n")]
    [InlineData("mode=login&user=nobody", "errmsg\nInvalid username\nsuccess\nFAIL\n")]
    [InlineData("mode=sessiongenerate&user=nobody&password=x", "errmsg\nInvalid username\nsuccess\nFAIL\n")]
    [InlineData("mode=sessionexpire&user=nobody&password=x", "errmsg\nInvalid username\nsuccess\nFAIL\n")]
    public async Task The_first_of_several_errors_is_reported(string body, string expected)
    {
        var answer = await PostAsync(body);

        Assert.Equal(
            (HttpStatusCode.OK, "text/plain; charset=utf-8", expected),
            (answer.Status, answer.Head("Content-Type"), answer.Body));
        Assert.Equal(Encoding.UTF8.GetByteCount(answer.Body).ToString(), answer.Head("Content-Length"));
    }

    [Fact]
    public async Task A_challenge_needs_no_user()
    {
        var answer = await PostAsync("mode=getchallenge");

        Assert.Equal("auth_scheme challenge expire_time server_time success", string.Join(
            ' ', answer.Pairs.Select(pair => pair.Name)));
        Assert.Equal("OK", answer["success"]);
        Assert.EndsWith(
            "&success=OK&", (await PostAsync("mode=getchallenge&responseenc=urlenc")).Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_session_is_in_the_first_two_lines()
    {
        var answer = await shared.Client.AskFlatAsync(
            "sessiongenerate", ("user", "alice"), ("password", TestWorld.Password));

        Assert.Matches("^ljsession\nws:alice:[0-9]+:[A-Za-z0-9]{22}\nsuccess\nOK\n$", answer.Body);
    }

    [Theory]
    [InlineData("sessiongenerate")]
    [InlineData("sessionexpire")]
    [InlineData("login")]
    [InlineData("getevents")]
    public async Task A_failure_has_the_same_form_in_every_mode(string mode)
    {
        await using var own = await DreamwidthWorld.StartAsync();

        Assert.Equal(
            "errmsg\nInvalid password\nsuccess\nFAIL\n",
            (await own.Client.AskFlatAsync(mode, ("user", "alice"), ("password", "guess"))).Body);
    }

    [Fact]
    public async Task The_last_of_a_fields_duplicates_wins()
    {
        await using var own = await DreamwidthWorld.StartAsync();
        var password = Uri.EscapeDataString(TestWorld.Password);
        async Task<string?> CodeAsync(string body)
        {
            using var request = new HttpRequestMessage(
                HttpMethod.Post, new Uri(own.World.Server.Http, "/interface/flat"));
            request.Content = new StringContent(body, Encoding.ASCII, "application/x-www-form-urlencoded");
            return (await own.Client.AskAsync(request)).Code;
        }

        Assert.Null(await CodeAsync($"mode=fly&mode=login&user=nobody&user=alice&password=guess&password={password}"));
        Assert.Equal("Invalid password", await CodeAsync($"mode=login&user=alice&password={password}&password=guess"));
        Assert.Equal("Invalid username", await CodeAsync($"mode=login&user=alice&user=nobody&password={password}"));
    }

    /// <summary>Logs record the address, so it must hold no secrets. The original never read it.</summary>
    [Fact]
    public async Task Fields_in_the_address_are_ignored()
    {
        using var request = shared.Client.Flat("login", ("user", "alice"));
        request.RequestUri = new Uri(
            request.RequestUri!, $"?password={Uri.EscapeDataString(TestWorld.Password)}&mode=getchallenge");

        Assert.Equal("Invalid password", (await shared.Client.AskAsync(request)).Code);
    }

    [Theory]
    [InlineData("/interface/flat")]
    [InlineData("/interface/flat.bml")]
    [InlineData("/interface/xmlrpc")]
    [InlineData("/interface/xmlrpc.bml")]
    public async Task A_flat_call_by_another_verb_than_POST_is_not_answered(string path)
    {
        Assert.Equal(
            HttpStatusCode.MethodNotAllowed,
            (await shared.Client.AskAsync(shared.Client.Get(path + "?mode=getchallenge"))).Status);
        Assert.Equal(HttpStatusCode.MethodNotAllowed, (await shared.Client.AskAsync(
            new HttpRequestMessage(HttpMethod.Put, new Uri(shared.World.Server.Http, path))))
            .Status);
        Assert.Equal(HttpStatusCode.OK, (await shared.Client.AskAsync(shared.Client.Xml("", path))).Status);
    }

    [Theory]
    [InlineData("application/x-www-form-urlencoded; charset=UTF-8", null)]
    [InlineData("Application/X-WWW-Form-URLencoded", null)]
    [InlineData("text/plain", "Client error: No mode specified.")]
    [InlineData("text/xml", "Client error: No mode specified.")]
    [InlineData("application/x-www-form-urlencoded2", "Client error: No mode specified.")]
    [InlineData("multipart/form-data; boundary=x", "Client error: No mode specified.")]
    [InlineData("nonsense", "Client error: No mode specified.")]
    [InlineData(null, "Client error: No mode specified.")]
    public async Task A_body_of_another_type_has_no_mode(string? type, string? error) =>
        Assert.Equal(error, (await PostAsync("mode=getchallenge", type)).Code);

    [Fact]
    public async Task A_form_is_read_in_its_declared_encoding()
    {
        await using var own = await DreamwidthWorld.StartAsync();
        await own.AddPersonAsync("kim", "пароль для всех");
        var russian = CodePagesEncodingProvider.Instance.GetEncoding(1251)!;
        async Task<string?> CodeAsync(string charset)
        {
            var body = russian.GetBytes("mode=login&user=kim&password=пароль+для+всех");
            var type = $"application/x-www-form-urlencoded; charset={charset}";
            using var request = new HttpRequestMessage(
                HttpMethod.Post, new Uri(own.World.Server.Http, "/interface/flat"));
            request.Content = new ByteArrayContent(body) { Headers = { { "Content-Type", type } } };
            return (await own.Client.AskAsync(request)).Code;
        }

        for (var attempt = 0; attempt < 6; attempt++)
            Assert.Equal("Client error: No mode specified.", await CodeAsync("unheard-of"));
        Assert.Null(await CodeAsync("windows-1251"));
        Assert.Null(await CodeAsync("cp1251"));
        Assert.Equal("Invalid password", await CodeAsync("koi8-r"));
    }

    [Fact]
    public async Task Parts_of_a_multipart_body_are_not_fields() =>
        Assert.Equal("Client error: No mode specified.", (await PostAsync(
            "--x\r\nContent-Disposition: form-data; name=\"mode\"\r\n\r\ngetchallenge\r\n--x--\r\n",
            "multipart/form-data; boundary=x")).Code);

    [Fact]
    public async Task Names_are_sorted_and_the_display_name_is_one_line()
    {
        await using var own = await DreamwidthWorld.StartAsync();
        await own.ChangeStoreAsync(
            "UPDATE accounts SET display_name = 'A' || char(13) || char(10) || 'success' || char(10) || 'é'");

        var answer = await own.Client.AskFlatAsync(
            "login", ("user", "alice"), ("password", TestWorld.Password), ("getmoods", "0"), ("getpickws", "1"));

        Assert.Equal(
            answer.Pairs.Select(pair => pair.Name).Order(StringComparer.Ordinal),
            answer.Pairs.Select(pair => pair.Name),
            StringComparer.Ordinal);
        Assert.Equal("Asuccessé", answer["name"]);
        Assert.Equal("OK", answer["success"]);
    }

    private Task<DreamwidthAnswer> PostAsync(string body, string? type = "application/x-www-form-urlencoded")
    {
        var request = new HttpRequestMessage(HttpMethod.Post, new Uri(shared.World.Server.Http, "/interface/flat"))
        {
            Content = new ByteArrayContent(Encoding.Latin1.GetBytes(body)),
        };
        if (type is not null)
            Assert.True(request.Content.Headers.TryAddWithoutValidation("Content-Type", type));
        return shared.Client.AskAsync(request);
    }
}
