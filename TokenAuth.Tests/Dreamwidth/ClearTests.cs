using Microsoft.Extensions.DependencyInjection;
using TokenAuth.Kernel.Accounts;
using TokenAuth.Tests.World;

namespace TokenAuth.Tests.Dreamwidth;

/// <summary>Credentials in the clear: a password, an API key, or the MD5 of a key.</summary>
public sealed class ClearTests(DreamwidthWorld shared) : IClassFixture<DreamwidthWorld>
{
    public enum Secret
    {
        Password,
        Key,
        KeyMd5,
    }

    [Theory]
    [InlineData("password", Secret.Password)]
    [InlineData("password", Secret.Key)]
    [InlineData("password", Secret.KeyMd5)]
    [InlineData("hpassword", Secret.KeyMd5)]
    public async Task Each_secret_opens_a_session_at_both_endpoints(string member, Secret secret)
    {
        Assert.Null((await shared.Client.AskAsync(
            "sessiongenerate", ("username", "alice"), (member, Text(shared, secret)))).Code);
        Assert.Null((await shared.Client.AskAsync(
            "sessiongenerate", ("username", "alice"), ("auth_method", "clear"), (member, Text(shared, secret)))).Code);
        Assert.Null((await shared.Client.AskAsync(
            "sessiongenerate", ("username", "alice"), ("auth_method", ""), (member, Text(shared, secret)))).Code);
        Assert.StartsWith("ljsession\nws:alice:", (await shared.Client.AskFlatAsync(
            "sessiongenerate", ("user", "Alice"), (member, Text(shared, secret)))).Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_cached_key_that_another_node_has_just_revoked_opens_no_session()
    {
        await using var own = await DreamwidthWorld.StartAsync();
        (string, string)[] credentials = [("username", "alice"), ("password", own.Key)];
        await own.World.DeleteKeysElsewhereAsync(() => own.Client.SessionAsync(credentials));

        Assert.Equal("101", (await own.Client.AskAsync("sessiongenerate", credentials)).Code);
        var flat = await own.Client.AskFlatAsync("sessiongenerate", ("user", "alice"), ("password", own.Key));
        Assert.DoesNotContain("ljsession", flat.Body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("clear ")]
    [InlineData("CLEAR")]
    [InlineData("noauth")]
    [InlineData("challenge-response")]
    [InlineData("0")]
    public async Task An_unknown_auth_method_is_refused_whatever_is_sent(string method)
    {
        Assert.Equal("101", (await shared.Client.AskAsync(
            "sessiongenerate", [.. DreamwidthWorld.Alice, ("auth_method", method)])).Code);
    }

    [Fact]
    public async Task The_md5_of_the_password_is_refused_with_a_hint_where_to_make_a_key()
    {
        await using var own = await DreamwidthWorld.StartAsync();
        var md5 = DreamwidthWorld.Md5(TestWorld.Password);

        // Alice has a key and Bob has none. The answer does not reveal which.
        foreach (var login in new[] { "alice", "bob_2" })
        {
            var answer = await own.Client.AskAsync("sessiongenerate", ("username", login), ("hpassword", md5));
            Assert.Equal("101", answer.Code);
            Assert.Equal(own.Hint, answer.Message);
            answer = await own.Client.AskFlatAsync("login", ("user", login), ("password", ""), ("hpassword", md5));
            Assert.Equal(own.Hint, answer.Message);
        }

        // A caller who sends the wrong secret in the other field, or nothing, learns nothing about keys.
        Assert.Equal(
            "Invalid password",
            (await own.Client.AskAsync("sessiongenerate", ("username", "bob_2"), ("password", md5))).Message);
        Assert.Equal("Invalid password", (await own.Client.AskAsync("sessiongenerate", ("username", "bob_2"))).Message);
    }

    [Fact]
    public async Task A_password_takes_precedence_and_an_empty_one_leaves_the_decision_to_hpassword()
    {
        await using var own = await DreamwidthWorld.StartAsync();
        var good = ("hpassword", DreamwidthWorld.Md5(own.Key));

        Assert.Equal(
            "101",
            (await own.Client.AskAsync("sessiongenerate", ("username", "alice"), ("password", "guess"), good)).Code);
        Assert.Equal(
            "101", (await own.Client.AskAsync("sessiongenerate", ("username", "alice"), ("password", ""))).Code);
        Assert.Null((await own.Client.AskAsync("sessiongenerate", ("username", "alice"), ("password", ""), good)).Code);
        Assert.Null((await own.Client.AskFlatAsync("sessiongenerate", ("user", "alice"), ("password", ""), good)).Code);
        Assert.Null((await own.Client.AskAsync("sessiongenerate", ("username", "alice"), good)).Code);
        Assert.Null((await own.Client.AskAsync(own.Client.Xml(DreamwidthClient.Envelope(
            "sessiongenerate", ("username", "alice"), ("password", "<nil/>"),
            ("hpassword", DreamwidthWorld.Md5(own.Key)))))).Code);
    }

    [Theory]
    [InlineData("other case")]
    [InlineData("md5 of md5")]
    [InlineData("blank")]
    [InlineData("cut")]
    [InlineData("another's")]
    public async Task A_text_that_resembles_a_key_is_refused(string what)
    {
        await using var own = await DreamwidthWorld.StartAsync();
        var bobs = await own.AddKeyAsync(own.World.Bob);
        var wrong = what switch
        {
            "other case" => string.Concat(
                own.Key.Select(c => char.IsUpper(c) ? char.ToLowerInvariant(c) : char.ToUpperInvariant(c))),
            "md5 of md5" => DreamwidthWorld.Md5(DreamwidthWorld.Md5(own.Key)),
            "blank" => own.Key + " ",
            "cut" => own.Key[..^1],
            _ => bobs,
        };

        Assert.Equal(
            "101", (await own.Client.AskAsync("sessiongenerate", ("username", "alice"), ("password", wrong))).Code);
        Assert.Equal(
            "101", (await own.Client.AskAsync("sessiongenerate", ("username", "alice"), ("hpassword", wrong))).Code);
    }

    /// <summary>Programs of .NET and Delphi write hexadecimal digits in upper case.</summary>
    [Fact]
    public async Task The_md5_of_a_key_may_have_digits_of_either_case()
    {
        var md5 = DreamwidthWorld.Md5(shared.Key);

        foreach (var digits in new[] { md5.ToUpperInvariant(), md5[..16].ToUpperInvariant() + md5[16..] })
        {
            Assert.Null((await shared.Client.AskAsync("login", ("username", "alice"), ("hpassword", digits))).Code);
            Assert.Null((await shared.Client.AskFlatAsync("login", ("user", "alice"), ("hpassword", digits))).Code);
            Assert.Null((await shared.Client.AskAsync("login", ("username", "alice"), ("password", digits))).Code);
        }
    }

    [Fact]
    public async Task A_revoked_key_opens_no_session_and_the_other_keys_still_do()
    {
        await using var own = await DreamwidthWorld.StartAsync();
        var keys = own.World.Server.Services.GetRequiredService<AccountKeys>();
        var second = await own.AddKeyAsync(own.World.Alice);
        var answered = await own.AnsweredAsync("alice", own.Key);
        var listed = await keys.ListAsync(own.World.Alice.Id, default);
        Assert.True(await keys.RevokeAsync(own.World.Alice.Id, listed[^1].Id, null, default));

        Assert.Equal(
            "101", (await own.Client.AskAsync("sessiongenerate", ("username", "alice"), ("password", own.Key))).Code);
        Assert.Equal("101", (await own.Client.AskAsync(
            "sessiongenerate", ("username", "alice"), ("hpassword", DreamwidthWorld.Md5(own.Key)))).Code);
        Assert.Equal("101", (await own.Client.AskAsync("sessiongenerate", answered)).Code);
        Assert.Null((await own.Client.AskAsync("sessiongenerate", ("username", "alice"), ("password", second))).Code);
        Assert.Null((await own.Client.AskAsync("sessiongenerate", await own.AnsweredAsync("alice", second))).Code);
    }

    [Fact]
    public async Task Revoking_a_key_ends_every_session_opened_with_it_but_not_those_of_the_password()
    {
        await using var own = await DreamwidthWorld.StartAsync();
        var keys = own.World.Server.Services.GetRequiredService<AccountKeys>();
        var clear = await own.Client.SessionAsync(("username", "alice"), ("password", own.Key));
        string[] ended =
        [
            clear,
            await own.Client.SessionAsync(("username", "alice"), ("password", DreamwidthWorld.Md5(own.Key))),
            await own.Client.SessionAsync(("username", "alice"), ("hpassword", DreamwidthWorld.Md5(own.Key))),
            await own.Client.SessionAsync(await own.AnsweredAsync("alice", own.Key)),
            await ByCookieAsync(clear),
            await ByCookieAsync(await ByCookieAsync(clear)),
        ];
        var second = await own.AddKeyAsync(own.World.Alice);
        string[] left =
        [
            await own.Client.SessionAsync(DreamwidthWorld.Alice),
            await own.Client.SessionAsync(("username", "alice"), ("password", second)),
        ];

        Assert.True(await keys.RevokeAsync(
            own.World.Alice.Id, (await keys.ListAsync(own.World.Alice.Id, default))[^1].Id, null, default));

        foreach (var session in ended)
            Assert.Null(await own.Client.VerifyAsync("ljsession=" + session));
        foreach (var session in left)
            Assert.Equal("Alice", await own.Client.VerifyAsync("ljsession=" + session));

        async Task<string> ByCookieAsync(string session) => (await own.Client.AskAsync(
            own.Client.Call("sessiongenerate", ("username", "alice"), ("auth_method", "cookie")).With(
                "X-LJ-Auth", "cookie").With("Cookie", "ljsession=" + session)))["ljsession"]!;
    }

    [Fact]
    public async Task A_locked_account_may_still_end_its_sessions()
    {
        await using var own = await DreamwidthWorld.StartAsync();
        var cookie = "ljsession=" + await own.Client.SessionAsync(DreamwidthWorld.Alice);
        await own.SetStateAsync(own.World.Alice, AccountState.Locked);

        Assert.Equal("101", (await own.Client.AskAsync(
            "sessionexpire", ("username", "alice"), ("password", "guess"), ("expireall", "1"))).Code);
        Assert.Null((await own.Client.AskAsync("sessionexpire", [.. DreamwidthWorld.Alice, ("expireall", "1")])).Code);
        await own.SetStateAsync(own.World.Alice, AccountState.Active);

        Assert.Null(await own.Client.VerifyAsync(cookie));
    }

    private static string Text(DreamwidthWorld own, Secret secret) => secret switch
    {
        Secret.Password => TestWorld.Password,
        Secret.Key => own.Key,
        _ => DreamwidthWorld.Md5(own.Key),
    };
}
