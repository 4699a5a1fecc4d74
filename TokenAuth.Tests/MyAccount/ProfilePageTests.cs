using System.Net;
using Microsoft.Extensions.DependencyInjection;
using TokenAuth.Kernel.Accounts;
using TokenAuth.Tests.Infrastructure;
using TokenAuth.Tests.World;

namespace TokenAuth.Tests.MyAccount;

public sealed class ProfilePageTests : IAsyncLifetime
{
    private TestWorld _world = null!;
    private FormBrowser _browser = null!;

    public async ValueTask InitializeAsync()
    {
        _world = await TestWorld.StartAsync();
        _browser = await FormBrowser.SignedInAsync(_world.Server, _world.Alice);
    }

    public async ValueTask DisposeAsync()
    {
        _browser.Dispose();
        await _world.DisposeAsync();
    }

    [Fact]
    public async Task Name_language_and_time_zone_are_saved_and_the_next_page_uses_them()
    {
        Assert.Equal("/account", (await SaveAsync("  Ällice  ", "de", "europe/berlin")).Location!.OriginalString);

        var page = await _browser.GetAsync("/account");
        Assert.Equal("Ihr Konto", page.Heading);
        Assert.Equal("Ihr Profil wurde gespeichert.", page.Text("[role=status]"));
        Assert.Equal(
            ("Ällice", "Europe/Berlin", "de"),
            (page.Attribute("#name", "value"), page.Attribute("#zone", "value"),
                page.Attribute("option[selected]", "value")));
        var activity = await _browser.GetAsync("/account/activity");
        Assert.Equal("1. März 2026, 13:00", activity.Text("main time"));
    }

    [Fact]
    public async Task The_notice_is_in_the_browsers_language_again_once_the_profile_leaves_it_to_the_browser()
    {
        await SaveAsync("Alice", "fr", "");
        Assert.Equal("Votre compte", (await _browser.GetAsync("/account", ("Accept-Language", "de"))).Heading);

        await _browser.PostAsync("/account?handler=Save", [("name", ""), ("language", "")], ("Accept-Language", "de"));

        var page = await _browser.GetAsync("/account", ("Accept-Language", "de"));
        Assert.Equal("Ihr Profil wurde gespeichert.", page.Text("[role=status]"));
        Assert.Equal("", page.Attribute("#name", "value"));
    }

    [Fact]
    public async Task An_empty_name_becomes_the_login_name()
    {
        await SaveAsync("   ", "", "");

        var profile = await ProfileAsync();
        Assert.Equal(("Alice", null, null), (profile.DisplayName, profile.Language, profile.TimeZone));
    }

    [Theory]
    [InlineData("a\u202Eb", "", "", "name")]
    [InlineData("a\nb", "", "", "name")]
    [InlineData("Al", "tlh", "", "language")]
    [InlineData("Al", "fr-CA", "", "language")]
    [InlineData("Al", "", "Mars/Olympus", "zone")]
    [InlineData("Al", "", "../../etc/passwd", "zone")]
    public async Task Each_error_is_told_at_its_field_and_what_was_typed_stays(
        string name, string language, string zone, string wrong)
    {
        var before = await ProfileAsync();

        var page = await SaveAsync(name, language, zone);

        Assert.Equal(HttpStatusCode.OK, page.Status);
        Assert.Equal("Your profile was not saved. Please correct the marked fields.", page.Alert);
        foreach (var field in new[] { "name", "language", "zone" })
        {
            Assert.Equal(field == wrong ? "true" : null, page.Attribute($"#{field}", "aria-invalid"));
            Assert.Equal(field == wrong, page.Text($"#{field}-error") is not null);
        }

        Assert.Contains($"{wrong}-error", page.Attribute($"#{wrong}", "aria-describedby"), StringComparison.Ordinal);
        Assert.Equal(zone, page.Attribute("#zone", "value") ?? "");
        Assert.Equal(name.Replace("\n", "", StringComparison.Ordinal), page.Attribute("#name", "value")!.Replace(
            "\n", "", StringComparison.Ordinal));
        Assert.Equal(before.DisplayName, (await ProfileAsync()).DisplayName);
    }

    [Fact]
    public async Task A_name_that_is_too_long_is_refused()
    {
        Assert.NotNull((await SaveAsync(new string('x', 101), "", "")).Text("#name-error"));
        Assert.True((await SaveAsync(new string('x', 100), "", "")).IsRedirect);
    }

    [Fact]
    public async Task Similar_time_zones_are_proposed()
    {
        var page = await SaveAsync("Al", "", "Europe/Berlim");

        Assert.Contains("Did you mean Europe/Berlin?", page.Text("#zone-error"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("handler=Remove", "/account/applications")]
    [InlineData("handler=End", "/account/security")]
    [InlineData("handler=EndOthers", "/account/security")]
    public async Task The_forms_of_earlier_versions_still_work_and_lead_to_the_new_pages(string handler, string path) =>
        Assert.Equal(
            path, (await _browser.PostAsync($"/account?{handler}", [("id", "12345")])).Location!.OriginalString);

    [Fact]
    public async Task The_page_shows_who_the_person_is_and_where_everything_else_is()
    {
        var page = await _browser.GetAsync("/account");

        Assert.Equal(
            ["Alice", $"{_world.Alice.Id}", "1 March 2026"],
            page.Texts(".facts dd").Take(3),
            StringComparer.Ordinal);
        Assert.Contains("Alice@example.test", page.Texts(".facts dd")[3], StringComparison.Ordinal);
        Assert.Contains("not confirmed", page.Texts(".facts dd")[3], StringComparison.Ordinal);
        Assert.Equal("page", page.Attribute("nav.tabs a[href='/account']", "aria-current"));
        foreach (var path in new[]
        {
            "/account/security", "/account/applications", "/account/activity", "/account/password", "/account/keys",
            "/account/email", "/account/data", "/account/close",
        })
            Assert.Equal(1, page.Count($"a[href='{path}']"));
    }

    private Task<FormPage> SaveAsync(string name, string language, string zone) => _browser.PostAsync(
        "/account?handler=Save", [("name", name), ("language", language), ("zone", zone)]);

    private async Task<AccountProfile> ProfileAsync() => (await _world.Server.Services
        .GetRequiredService<AccountProfiles>().FindAsync(_world.Alice.Id, default))!;
}
