using Microsoft.Extensions.DependencyInjection;
using TokenAuth.Kernel.Storage;
using TokenAuth.Tests.Infrastructure;
using TokenAuth.Tests.World;

namespace TokenAuth.Tests.Languages;

/// <summary>The language of a page is that of the profile, or else the first of the browser's that the pages have.</summary>
public sealed class PageLanguageTests : IAsyncLifetime
{
    private TestWorld _world = null!;

    public async ValueTask InitializeAsync() => _world = await TestWorld.StartAsync();

    public ValueTask DisposeAsync() => _world.DisposeAsync();

    [Theory]
    [InlineData("de-AT,de;q=0.9", "de")]
    [InlineData("fr-CA", "fr")]
    [InlineData("FR", "fr")]
    [InlineData("en-US,en;q=0.9,de;q=0.8", "en")]
    [InlineData("pl,cs;q=0.9,sk;q=0.8,hu;q=0.7,de;q=0.6,en;q=0.5", "de")]
    [InlineData("en;q=0.4,fr;q=0.8", "fr")]
    [InlineData("de;q=0,fr;q=0.1", "fr")]
    [InlineData("ja", "en")]
    [InlineData("*", "en")]
    [InlineData("de_AT.UTF-8, ;;q=x", "en")]
    [InlineData(null, "en")]
    public async Task A_stranger_sees_the_first_known_language_of_the_browser(string? accepted, string language)
    {
        using var browser = new FormBrowser(_world.Server.Http);

        var page = await ReadAsync(browser, "/signup", accepted);

        Assert.Equal(language, page.Attribute("html", "lang"));
        var title = language switch { "de" => "Registrieren", "fr" => "S’inscrire", _ => "Sign up" };
        Assert.Equal(title, page.Heading);
    }

    [Fact]
    public async Task The_content_language_is_that_of_the_page()
    {
        using var client = LiveServer.CreateClient();
        foreach (var (path, accepted, language) in new[]
        {
            ("/signup", "de", "de"), ("/nowhere", "fr", "fr"), ("/signup", "ja", "en"),
        })
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(_world.Server.Http, path));
            request.Headers.Add("Accept-Language", accepted);
            using var answer = await client.SendAsync(request);
            Assert.Equal(language, Assert.Single(answer.Content.Headers.ContentLanguage));
            Assert.Equal("Accept-Language, Cookie", answer.Headers.Vary.ToString());
        }
    }

    [Fact]
    public async Task The_profiles_language_comes_before_the_browsers()
    {
        await ChooseAsync("fr");
        using var browser = await FormBrowser.SignedInAsync(_world.Server, _world.Alice);

        Assert.Equal("Se déconnecter\u00a0?", (await ReadAsync(browser, "/signout", "de")).Heading);
        Assert.Equal("Page introuvable", (await ReadAsync(browser, "/nowhere", "de")).Heading);
    }

    /// <summary>The administration pages have no translation, so they do not mix languages.</summary>
    [Fact]
    public async Task The_administration_pages_are_in_English()
    {
        await ChooseAsync("fr");
        await _world.Server.Services.GetRequiredService<Store>().WriteAsync(connection => connection.ExecuteAsync(
            "UPDATE accounts SET is_admin = @admin WHERE id = @id", ("@admin", true), ("@id", _world.Alice.Id)));
        using var browser = await FormBrowser.SignedInAsync(_world.Server, _world.Alice);

        var page = await ReadAsync(browser, "/admin", "de");

        Assert.Equal("en", page.Attribute("html", "lang"));
        Assert.Equal("Sign out", page.Text("header button"));
    }

    private ValueTask<int> ChooseAsync(string language) =>
        _world.Server.Services.GetRequiredService<Store>().WriteAsync(connection => connection.ExecuteAsync(
            "UPDATE accounts SET language = @language WHERE id = @id",
            ("@language", language), ("@id", _world.Alice.Id)));

    private static Task<FormPage> ReadAsync(FormBrowser browser, string path, string? accepted) =>
        accepted is null ? browser.GetAsync(path) : browser.GetAsync(path, ("Accept-Language", accepted));
}
