using System.Net;
using TokenAuth.Kernel.Applications;
using TokenAuth.Kernel.Configuration;
using TokenAuth.Tests.Admin;
using TokenAuth.Tests.Infrastructure;

namespace TokenAuth.Tests.Developers;

/// <summary>Who may use the console, approvals, transfers and logos.</summary>
public sealed class ConsoleAccessTests : IAsyncLifetime
{
    private ConsoleWorld _own = null!;

    public async ValueTask InitializeAsync() => _own = await ConsoleWorld.StartAsync("Approval", []);

    public ValueTask DisposeAsync() => _own.DisposeAsync();

    [Fact]
    public async Task If_registration_is_off_the_console_exists_for_owners_only()
    {
        _own.Get<TokenAuthOptions>().Console.Registration = ConsoleRegistration.Off;
        Assert.Equal(HttpStatusCode.NotFound, (await _own.Browser.GetAsync("/console")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await _own.Browser.GetAsync("/console/new")).Status);
        Assert.Equal(0, (await _own.Browser.GetAsync("/account/applications")).Count("a[href='/console']"));
        await _own.World.ChangeStoreAsync(
            $"UPDATE applications SET owner_id = {_own.World.Alice.Id} WHERE id = {_own.World.Gallery.Id}");

        Assert.Equal(1, (await _own.Browser.GetAsync("/console")).Count(".columns li"));
        Assert.Equal(HttpStatusCode.OK, (await _own.Browser.GetAsync($"/console/{_own.World.Gallery.Id}")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await _own.Browser.GetAsync("/console/new")).Status);
        Assert.Equal(
            HttpStatusCode.NotFound, (await _own.Browser.PostAsync("/console/new", ConsoleWorld.Fields(("name", "X")))).Status);
        Assert.Equal(1, (await _own.Browser.GetAsync("/account/applications")).Count("a[href='/console']"));
    }

    [Fact]
    public async Task An_administrator_approves_what_was_looked_at_and_the_name_then_stays()
    {
        var app = await _own.RegisterAsync("Mine", ("namespaces", "one"));
        await AdminWorld.AddAdministratorAsync(_own.World, "Carol");
        using var carol = await FormBrowser.SignedInAsync(_own.World.Server.Http, "Carol", World.TestWorld.Password);
        var list = await carol.GetAsync("/admin/applications");
        Assert.Equal("Mine", list.Text("[aria-labelledby=waiting] a"));
        var path = $"/admin/applications/{app.Id}";
        var old = (await carol.GetAsync(path)).Attribute("[name=stamp]", "value")!;
        await _own.Browser.PostAsync($"/console/{app.Id}/edit", [("name", "My Bank"), ("namespaces", "one")]);

        var refused = await carol.PostAsync($"{path}?handler=Approve", [("stamp", old)]);
        Assert.Contains("has changed", refused.Alert, StringComparison.Ordinal);
        Assert.True((await _own.FindAsync(app.ApiKey))!.IsWaiting);
        var stamp = (await carol.GetAsync(path)).Attribute("[name=stamp]", "value")!;
        Assert.True((await carol.PostAsync($"{path}?handler=Approve", [("stamp", stamp)])).IsRedirect);

        Assert.True((await _own.FindAsync(app.ApiKey))!.Enabled);
        await _own.Browser.PostAsync(
            $"/console/{app.Id}/edit", [("name", "Your Bank"), ("namespaces", "two"), ("callback", "https://a.test/")]);
        var changed = (await _own.FindAsync(app.ApiKey))!;
        Assert.Equal(("My Bank", "https://a.test/"), (changed.Name, changed.Callback));
        Assert.Equal(["one"], changed.Namespaces);
    }

    [Fact]
    public async Task A_refusal_tells_the_reason_and_the_owner_asks_again()
    {
        var app = await _own.RegisterAsync("Mine");
        await AdminWorld.AddAdministratorAsync(_own.World, "Carol");
        using var carol = await FormBrowser.SignedInAsync(_own.World.Server.Http, "Carol", World.TestWorld.Password);
        var path = $"/admin/applications/{app.Id}";
        var stamp = (await carol.GetAsync(path)).Attribute("[name=stamp]", "value")!;
        await carol.PostAsync($"{path}?handler=Refuse", [("stamp", stamp), ("reason", "No <i>home</i> page")]);

        var page = await _own.Browser.GetAsync($"/console/{app.Id}");
        Assert.Contains("No &lt;i&gt;home&lt;/i&gt; page", page.Html, StringComparison.Ordinal);
        Assert.Equal(0, (await carol.GetAsync(path)).Count("[name=stamp]"));
        await _own.Browser.PostAsync($"/console/{app.Id}/edit", [("name", "Mine"), ("home", "https://mine.test/")]);

        Assert.True((await _own.FindAsync(app.ApiKey))!.IsWaiting);
    }

    [Fact]
    public async Task An_application_is_offered_and_accepted_or_declined()
    {
        var app = await _own.RegisterAsync("Mine");
        using var bob = await FormBrowser.SignedInAsync(_own.World.Server, _own.World.Bob);
        Assert.NotNull((await OfferAsync("alice")).Alert);
        Assert.NotNull((await OfferAsync("nobody")).Alert);
        Assert.True((await OfferAsync("bob_2")).IsRedirect);
        Assert.Contains("offered to another account", (await _own.Browser.GetAsync($"/console/{app.Id}/transfer")).Html,
            StringComparison.Ordinal);

        await bob.PostAsync("/console?handler=Decline", [("application", $"{app.Id}")]);
        Assert.NotNull((await bob.PostAsync("/console?handler=Accept", [("application", $"{app.Id}")])).Alert);
        await OfferAsync("bob_2");
        await _own.Browser.PostAsync($"/console/{app.Id}/transfer?handler=Withdraw", []);
        Assert.NotNull((await bob.PostAsync("/console?handler=Accept", [("application", $"{app.Id}")])).Alert);
        await OfferAsync("bob_2");
        Assert.Equal("Mine", (await bob.GetAsync("/console")).Text("[aria-labelledby=offers] strong"));
        Assert.True((await bob.PostAsync("/console?handler=Accept", [("application", $"{app.Id}")])).IsRedirect);

        Assert.Equal(HttpStatusCode.NotFound, (await _own.Browser.GetAsync($"/console/{app.Id}")).Status);
        Assert.Equal(HttpStatusCode.OK, (await bob.GetAsync($"/console/{app.Id}")).Status);

        Task<FormPage> OfferAsync(string login) =>
            _own.Browser.PostAsync($"/console/{app.Id}/transfer?handler=Offer", [("login", login)]);
    }

    [Fact]
    public async Task A_logo_is_public_once_it_is_approved()
    {
        var app = await _own.RegisterAsync("Mine");
        var edit = $"/console/{app.Id}/edit";
        using var stranger = new FormBrowser(_own.World.Server.Http);
        Assert.NotNull((await _own.UploadAsync($"{edit}?handler=Logo", "<svg/>"u8.ToArray())).Alert);
        Assert.NotNull((await _own.UploadAsync(
            $"{edit}?handler=Logo", [.. ConsoleWorld.Png, .. new byte[ApplicationLogo.MaxBytes]])).Alert);
        Assert.True((await _own.UploadAsync($"{edit}?handler=Logo", ConsoleWorld.Png)).IsRedirect);
        Assert.Equal(HttpStatusCode.NotFound, (await stranger.GetAsync($"/logos/{app.Id}")).Status);
        var preview = await _own.Browser.GetAsync($"{edit}?handler=Logo");
        Assert.Equal(
            ("image/png", "no-store"), (preview.ContentHeader("Content-Type"), preview.Header("Cache-Control")));

        await _own.Get<ApplicationApproval>().ApproveAsync(app.ApiKey, stamp: null, default, default);

        var hash = await _own.Get<ApplicationLogos>().ApprovedHashAsync(app.Id, default);
        var logo = await stranger.GetAsync($"/logos/{app.Id}?v={hash}");
        Assert.Equal(
            (HttpStatusCode.OK, "image/png", "nosniff", "public, max-age=31536000, immutable"),
            (logo.Status, logo.ContentHeader("Content-Type"), logo.Header("X-Content-Type-Options"),
                logo.Header("Cache-Control")));
        Assert.Contains("sandbox", logo.Header("Content-Security-Policy"), StringComparison.Ordinal);
        Assert.Equal("no-store", (await stranger.GetAsync($"/logos/{app.Id}?v=0")).Header("Cache-Control"));
        Assert.Equal(HttpStatusCode.NotFound, (await stranger.GetAsync("/logos/999")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await stranger.GetAsync("/logos/99999999999999999999")).Status);
    }
}
