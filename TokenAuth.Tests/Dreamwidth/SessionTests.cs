using TokenAuth.Kernel.Configuration;
using TokenAuth.Tests.Infrastructure;
using TokenAuth.Tests.World;

namespace TokenAuth.Tests.Dreamwidth;

/// <summary>The session that sessiongenerate returns: its text, number, lifetime and address.</summary>
public sealed class SessionTests(DreamwidthWorld shared) : IClassFixture<DreamwidthWorld>
{
    [Fact]
    public async Task The_text_names_the_person_and_the_number_and_has_22_random_characters()
    {
        var (first, second) = (
            await shared.Client.SessionAsync(DreamwidthWorld.Bob),
            await shared.Client.SessionAsync(DreamwidthWorld.Bob));

        Assert.Matches("^ws:bob_2:1:[A-Za-z0-9]{22}$", first);
        Assert.Matches("^ws:bob_2:2:[A-Za-z0-9]{22}$", second);
        Assert.NotEqual(first[^22..], second[^22..], StringComparer.Ordinal);
    }

    [Fact]
    public async Task Numbers_rise_for_each_person_and_are_never_reused()
    {
        await using var store = await SharedStore.StartAsync();
        var own = store.World;
        foreach (var number in new[] { 1, 2, 3 })
            Assert.Equal(number, Number(await own.Client.SessionAsync(DreamwidthWorld.Alice)));
        Assert.Null((await own.Client.AskAsync("sessionexpire", [.. DreamwidthWorld.Alice, ("expireall", "1")])).Code);
        own.World.Clock.Advance(TimeSpan.FromDays(31));

        Assert.Equal(4, Number(await own.Client.SessionAsync(DreamwidthWorld.Alice)));
        Assert.Equal(1, Number(await own.Client.SessionAsync(DreamwidthWorld.Bob)));

        await using var node = await store.NodeAsync();
        using var client = new DreamwidthClient(node);
        Assert.Equal(8, Number(await client.SessionAsync(DreamwidthWorld.Alice))); // the first node reserved 4 to 7
        Assert.Equal(5, Number(await own.Client.SessionAsync(DreamwidthWorld.Alice)));
    }

    [Fact]
    public async Task Simultaneous_sessions_have_different_numbers()
    {
        await using var own = await DreamwidthWorld.StartAsync();

        var texts = await Task.WhenAll(
            Enumerable.Range(0, 12).Select(_ => own.Client.SessionAsync(("username", "alice"), ("password", own.Key))));

        Assert.Equal(Enumerable.Range(1, 12), texts.Select(Number).Order());
    }

    [Theory]
    [InlineData("long", 30 * 24)]
    [InlineData("short", 24)]
    [InlineData("LONG", 24)]
    [InlineData("long ", 24)]
    [InlineData("once", 24)]
    [InlineData("1", 24)]
    [InlineData("", 24)]
    [InlineData(null, 24)]
    public async Task A_session_ends_exactly_at_its_time_and_only_the_word_long_makes_it_long(
        string? expiration, int hours)
    {
        await using var own = await DreamwidthWorld.StartAsync();
        var cookie = "ljsession="
            + await own.Client.SessionAsync(
                expiration is null ? DreamwidthWorld.Alice : [.. DreamwidthWorld.Alice, ("expiration", expiration)]);

        own.World.Clock.Advance(TimeSpan.FromHours(hours) - TimeSpan.FromSeconds(1));
        Assert.Equal("Alice", await own.Client.VerifyAsync(cookie));
        own.World.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Null(await own.Client.VerifyAsync(cookie));
    }

    [Theory]
    [InlineData("<struct/>")]
    [InlineData("<array><data><value>long</value></data></array>")]
    [InlineData("<nil/>")]
    public async Task An_expiration_that_is_not_a_text_is_short(string expiration)
    {
        await using var own = await DreamwidthWorld.StartAsync();
        var answer = await own.Client.AskAsync(own.Client.Xml(DreamwidthClient.Envelope(
            "sessiongenerate", ("username", "alice"), ("password", TestWorld.Password), ("expiration", expiration))));

        Assert.Equal("Alice", await own.Client.VerifyAsync("ljsession=" + answer["ljsession"]));
        own.World.Clock.Advance(TimeSpan.FromHours(24));
        Assert.Null(await own.Client.VerifyAsync("ljsession=" + answer["ljsession"]));
    }

    [Fact]
    public async Task Member_names_in_other_case_are_ignored()
    {
        await using var own = await DreamwidthWorld.StartAsync();
        var cookie = "ljsession="
            + await own.Client.SessionAsync([.. DreamwidthWorld.Alice, ("Expiration", "long"), ("IPFIXED", "1")]);
        own.World.Clock.Advance(TimeSpan.FromHours(24));

        Assert.Null(await own.Client.VerifyAsync(cookie));
    }

    [Fact]
    public async Task The_lifetimes_of_short_and_long_sessions_can_be_configured()
    {
        await using var own = await DreamwidthWorld.StartAsync(
            "--TokenAuth:Dreamwidth:ShortLifetime=00:00:10", "--TokenAuth:Dreamwidth:LongLifetime=00:00:20");
        var (brief, lasting) = (
            "ljsession=" + await own.Client.SessionAsync(DreamwidthWorld.Alice),
            "ljsession=" + await own.Client.SessionAsync([.. DreamwidthWorld.Alice, ("expiration", "long")]));

        own.World.Clock.Advance(TimeSpan.FromSeconds(9));
        Assert.Equal("Alice", await own.Client.VerifyAsync(brief));
        own.World.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Null(await own.Client.VerifyAsync(brief));
        Assert.Equal("Alice", await own.Client.VerifyAsync(lasting));
        own.World.Clock.Advance(TimeSpan.FromSeconds(10));
        Assert.Null(await own.Client.VerifyAsync(lasting));
    }

    [Theory]
    [InlineData("ShortLifetime", "00:00:00")]
    [InlineData("ShortLifetime", "-1.00:00:00")]
    [InlineData("ShortLifetime", "a while")]
    [InlineData("LongLifetime", "00:00:00")]
    [InlineData("LongLifetime", "3650.00:00:01")]
    [InlineData("LongLife", "1.00:00:00")]
    public void An_invalid_lifetime_stops_the_start(string option, string value)
    {
        var refusal = Assert.Throws<SettingsException>(
            () => Program.Build(["--environment=Production", $"--TokenAuth:Dreamwidth:{option}={value}"]));

        Assert.DoesNotContain('\n', refusal.Message);
        Assert.Contains($"TokenAuth:Dreamwidth:{option}", refusal.Message, StringComparison.Ordinal);
    }

    private static int Number(string session) => int.Parse(session.Split(':')[2]);
}
