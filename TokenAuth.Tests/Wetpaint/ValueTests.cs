namespace TokenAuth.Tests.Wetpaint;

/// <summary>The valid values of a user's name, address, links and role, at each limit and beyond it.</summary>
public sealed class ValueTests(WetpaintWorld shared) : IClassFixture<WetpaintWorld>
{
    private const string Long = "http://example.test/";

    [Theory]
    [InlineData("output", "api", true)]
    [InlineData("output", "html", false)]
    [InlineData("output", "API", false)]
    [InlineData("user.email", "a@b", true)]
    [InlineData("user.email", "jürgen@example.test", true)]
    [InlineData("user.email", "a", false)]
    [InlineData("user.email", "@b", false)]
    [InlineData("user.email", "a@", false)]
    [InlineData("user.email", "a@b@c", false)]
    [InlineData("user.email", "a b@c", false)]
    [InlineData("user.email", "a@b\n", false)]
    [InlineData("user.emailOptIn", "true", true)]
    [InlineData("user.emailOptIn", "FALSE", true)]
    [InlineData("user.emailOptIn", "1", true)]
    [InlineData("user.emailOptIn", "0", true)]
    [InlineData("user.emailOptIn", "Yes", true)]
    [InlineData("user.emailOptIn", "nO", true)]
    [InlineData("user.emailOptIn", "2", false)]
    [InlineData("user.emailOptIn", "on", false)]
    [InlineData("user.emailOptIn", " true", false)]
    [InlineData("user.role", "registered", true)]
    [InlineData("user.role", "moderator", true)]
    [InlineData("user.role", "banned", true)]
    [InlineData("user.role", "", true)]
    [InlineData("user.role", "admin", false)]
    [InlineData("user.role", "Moderator", false)]
    [InlineData("user.role", "2", false)]
    [InlineData("user.displayName", "Ünï <b>&\" 😀", true)]
    [InlineData("user.displayName", "a\tb", false)]
    [InlineData("user.displayName", "a\0b", false)]
    [InlineData("user.displayName", "a\u0085b", false)]
    [InlineData("user.userId", " x ", true)]
    [InlineData("user.displayName", "a\u2029b", false)]
    [InlineData("user.displayName", "a\u2066b", false)]
    [InlineData("user.userId", "a\nb", false)]
    [InlineData("user.userId", "a\u007Fb", false)]
    [InlineData("user.userId", "a\u0085b", false)]
    [InlineData("user.userId", "a\u2028b", false)]
    [InlineData("user.userId", "a\u202Eb", false)]
    [InlineData("user.userId", "\U0001F469\u200D\U0001F469\u200D\U0001F467 \u2764\uFE0F", true)]
    [InlineData("user.profileUrl", "http://a", true)]
    [InlineData("user.profileUrl", "HTTPS://a/b?c#d", true)]
    [InlineData("user.profileUrl", "ftp://a/b", false)]
    [InlineData("user.profileUrl", "javascript:alert(1)", false)]
    [InlineData("user.profileUrl", "data:text/html,x", false)]
    [InlineData("user.profileUrl", "//a/b", false)]
    [InlineData("user.profileUrl", "/a", false)]
    [InlineData("user.profileUrl", "http://", false)]
    [InlineData("user.profileUrl", "http://@a/b", false)]
    [InlineData("user.profileUrl", "http://user:pw@a/b", false)]
    [InlineData("user.profileUrl", "http:/a/b", false)]
    [InlineData("user.profileUrl", "http://a\\@b/", false)]
    [InlineData("user.profileUrl", "http://a/b c@d", true)]
    [InlineData("user.profileUrl", "http:/\n/a", false)]
    [InlineData("user.avatarUrl", "https://a/b.png", true)]
    [InlineData("user.avatarUrl", "javascript:alert(1)", false)]
    public async Task An_invalid_value_is_refused_and_named_in_the_answer(string name, string value, bool good) =>
        await AssertAsync(name, value, good);

    [Theory]
    [InlineData("user.userId", 100)]
    [InlineData("user.displayName", 100)]
    [InlineData("user.profileUrl", 1000)]
    [InlineData("user.avatarUrl", 1000)]
    [InlineData("user.email", 254)]
    public async Task A_value_has_a_maximum_length(string name, int most)
    {
        string Of(int length) => name.EndsWith("Url", StringComparison.Ordinal) ? Long
            + new string('a', length - Long.Length)
            : name == "user.email" ? "a@" + new string('b', length - 2)
            : new string('ü', length);

        await AssertAsync(name, Of(most), good: true);
        await AssertAsync(name, Of(most + 1), good: false);
        await AssertAsync(name, Of(10_000), good: false);
    }

    [Fact]
    public async Task Every_invalid_value_is_reported_together_and_none_is_written()
    {
        Assert.Null((await shared.LoginAsync("careful", ("user.displayName", "Before"))).Cause);
        var stored = await shared.StoredAsync("careful");
        var sessions = await shared.CountAsync("sessions");

        var answer = await shared.LoginAsync(
            "careful",
            ("user.displayName", "After"),
            ("user.email", "after@example.test"),
            ("user.profileUrl", "x"),
            ("user.role", "x"));

        Assert.Equal(
            ["user.profileUrl is not valid", "user.role is not valid"], answer.Messages, StringComparer.Ordinal);
        Assert.Equal((stored, sessions), (await shared.StoredAsync("careful"), await shared.CountAsync("sessions")));
        Assert.Equal("VALIDATION", (await shared.LoginAsync("never", ("user.avatarUrl", "x"))).Cause);
        Assert.Null(await shared.StoredAsync("never"));
    }

    [Theory]
    [InlineData("true", "1")]
    [InlineData("YES", "1")]
    [InlineData("1", "1")]
    [InlineData("False", "0")]
    [InlineData("no", "0")]
    [InlineData("0", "0")]
    public async Task An_opt_in_is_stored_as_its_text_means(string text, string stored)
    {
        shared.Tick();
        await shared.LoginAsync("opted", ("user.emailOptIn", text));

        Assert.Equal($"someone@example.test|{stored}|-|-|-", await shared.StoredAsync("opted"));
    }

    private async Task AssertAsync(string name, string value, bool good)
    {
        shared.Tick();
        var user = name == "user.userId" ? value : "values";
        var answer =
            name == "user.userId" ? await shared.LoginAsync(user) : await shared.LoginAsync(user, (name, value));

        Assert.Equal(
            good ? (null, "") : ("VALIDATION", $"{name} is not valid"),
            (answer.Cause, string.Join(';', answer.Messages)));
    }
}
