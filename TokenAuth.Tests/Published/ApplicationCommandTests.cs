using TokenAuth.Tests.Infrastructure;

namespace TokenAuth.Tests.Published;

/// <summary>The commands that a script needs to manage applications.</summary>
[Collection(PublishedCopy.Commands)]
public sealed class ApplicationCommandTests(PublishedCopy copy)
{
    [Fact]
    public async Task An_application_with_every_option_is_listed_as_registered_and_without_its_secret()
    {
        await using var installation = new PublishedInstallation(copy);

        var added = (await installation.RunAsync(
            "app", "add", "Photo \"Gallery\"", "--kind", "web", "--callback", "https://gallery.example.test/back?x=1",
            "--namespace", "photos", "--namespace", "urn:albums", "--allow", "10.0.0.0/8", "--allow", "2001:db8::/32",
            "--allow", "192.0.2.7",
            "--quota", "1000/3600", "--nonproduction", "--json")).Json();
        Assert.Equal(["apiKey", "secret"], added.Members);
        Assert.Matches("^[0-9a-f]{32}$", added.Text("apiKey"));
        Assert.Matches("^[0-9a-f]{32}$", added.Text("secret"));

        var said = (await installation.RunAsync("app", "add", "Janitor", "--kind", "service")).Succeeded().Output;
        Assert.Matches("^api_key [0-9a-f]{32}\nsecret  [0-9a-f]{32}\n$", said);
        var janitor = said.Split(' ', '\n')[1];

        var listed = await installation.RunAsync("app", "list", "--json");
        Assert.Equal(
            "{\"applications\":["
            + $"{{\"apiKey\":\"{added.Text("apiKey")}\",\"name\":\"Photo "
            + "\\u0022Gallery\\u0022\",\"kind\":\"web\",\"enabled\":true,"
            + "\"callback\":\"https://gallery.example.test/back?x=1\",\"namespaces\":[\"photos\",\"urn:albums\"],"
            + "\"allow\":[\"10.0.0.0/8\",\"2001:db8::/32\",\"192.0.2.7/32\"],"
            + "\"quota\":\"1000/3600\",\"nonproduction\":true,\"state\":\"enabled\",\"owner\":null,\"homePage\":null,"
            + "\"redirects\":[],\"signOutRedirects\":[],\"isPublic\":false,\"sector\":null,\"exchange\":false,"
            + "\"exchangesFrom\":[],\"audiences\":[]},"
            + $"{{\"apiKey\":\"{janitor}\",\"name\":\"Janitor\",\"kind\":\"service\",\"enabled\":true,"
            + "\"callback\":null,\"namespaces\":[],\"allow\":[],\"quota\":null,\"nonproduction\":false,"
            + "\"state\":\"enabled\",\"owner\":null,\"homePage\":null,"
            + "\"redirects\":[],\"signOutRedirects\":[],\"isPublic\":false,\"sector\":null,\"exchange\":false,"
            + "\"exchangesFrom\":[],\"audiences\":[]}]}\n",
            listed.Succeeded().Output);

        var table = (await installation.RunAsync("app", "list")).Succeeded().Output;
        Assert.Equal(
            $"{added.Text("apiKey")}  web      enabled   Photo \"Gallery\"\n{janitor}  service  enabled   Janitor\n",
            table);
    }

    [Fact]
    public async Task An_application_can_be_disabled_and_enabled_and_its_secret_rotated()
    {
        await using var fixture = await copy.CastAsync();

        Assert.Empty(
            (await fixture.Installation.RunAsync("app", "disable", fixture.Gallery.ApiKey)).Succeeded().Output);
        Assert.Contains(
            $"{fixture.Gallery.ApiKey}  web      disabled  Gallery\n",
            (await fixture.Installation.RunAsync("app", "list")).Output,
            StringComparison.Ordinal);
        Assert.Empty((await fixture.Installation.RunAsync("app", "enable", fixture.Gallery.ApiKey)).Succeeded().Output);

        var rotated = (await fixture.Installation.RunAsync("app", "rotate", fixture.Gallery.ApiKey, "--json")).Json();
        Assert.Equal(["apiKey", "secret", "previousValidUntil"], rotated.Members);
        Assert.Equal(fixture.Gallery.ApiKey, rotated.Text("apiKey"));
        Assert.Matches("^[0-9a-f]{32}$", rotated.Text("secret"));
        Assert.DoesNotContain(fixture.Gallery.Secret, rotated.Text("secret"), StringComparison.Ordinal);
        Assert.InRange(
            rotated.GetProperty("previousValidUntil").GetDateTimeOffset() - TimeProvider.System.GetUtcNow(),
            TimeSpan.FromHours(23.9), TimeSpan.FromHours(24));
        Assert.Matches(
            "^secret  [0-9a-f]{32}\nThe one before it works until .*Z\\.\n$",
            (await fixture.Installation.RunAsync("app", "rotate", fixture.Gallery.ApiKey)).Succeeded().Output);
    }

    [Theory]
    [InlineData("disable")]
    [InlineData("enable")]
    [InlineData("rotate")]
    public async Task An_unknown_key_is_reported(string verb)
    {
        await using var fixture = await copy.CastAsync();

        (await fixture.Installation.RunAsync("app", verb, "0123456789abcdef0123456789abcdef")).Failed(
            1, "0123456789abcdef0123456789abcdef");
    }
}
