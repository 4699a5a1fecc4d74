using TokenAuth.Kernel.Sessions;
using TokenAuth.Kernel.Storage;
using TokenAuth.Tests.Infrastructure;
using TokenAuth.Tests.Kernel.Storage;

namespace TokenAuth.Tests.Kernel.Sessions;

public abstract class AccountApplicationContract<TEngine> : StoreContract<TEngine>
    where TEngine : StoreEngine, new()
{
    [Fact]
    public async Task Consents_are_listed_by_application_with_the_use_of_its_valid_sessions()
    {
        await AllowAsync(Fixture.Gallery.Id, "ipernity", "doc=read");
        Clock.Advance(TimeSpan.FromMinutes(1));
        await AllowAsync(Fixture.Gallery.Id, "mediapost", "");
        Clock.Advance(TimeSpan.FromMinutes(1));
        await AllowAsync(Fixture.Uploader.Id, "mediapost", "");
        await Node.Store.WriteAsync(connection => connection.ExecuteAsync(
            "UPDATE applications SET callback = @callback WHERE id = @id",
            ("@callback", "https://gallery.example.test:8443/back?x=1"), ("@id", Fixture.Gallery.Id)));
        await IssueAsync(lifetime: null);
        await IssueAsync(TimeSpan.FromMinutes(5));
        Clock.Advance(TimeSpan.FromMinutes(10));

        var listed = await ListAsync();

        Assert.Equal(["Uploader", "Gallery"], listed.Select(application => application.Name), StringComparer.Ordinal);
        var (uploader, gallery) = (listed[0], listed[1]);
        Assert.Equal((0, null, null), (uploader.Sessions, uploader.LastUsedAt, uploader.Host));
        Assert.Equal(
            (1, TestClock.Start.AddMinutes(2), TestClock.Start, "gallery.example.test:8443"),
            (gallery.Sessions, gallery.LastUsedAt, gallery.Since, gallery.Host));
        Assert.Equal(
            [("mediapost", ""), ("ipernity", "doc=read")],
            gallery.Consents.Select(consent => (consent.Dialect, consent.Permissions)));
    }

    [Fact]
    public async Task An_application_of_somebody_else_is_not_found()
    {
        await AllowAsync(Fixture.Gallery.Id, "mediapost", "");

        var applications = Other.Get<AccountApplications>();
        Assert.Equal("Gallery", (await applications.FindAsync(Fixture.Alice.Id, Fixture.Gallery.Id, default))!.Name);
        Assert.Null(await applications.FindAsync(Fixture.Bob.Id, Fixture.Gallery.Id, default));
        Assert.Null(await applications.FindAsync(Fixture.Alice.Id, Fixture.Uploader.Id, default));
        Assert.Empty(await applications.ListAsync(Fixture.Bob.Id, default));
    }

    private Task<IReadOnlyList<AccountApplication>> ListAsync() =>
        Other.Get<AccountApplications>().ListAsync(Fixture.Alice.Id, default);

    private async Task AllowAsync(long application, string dialect, string permissions) =>
        await Node.Store.WriteAsync(connection => connection.ExecuteAsync(
            ConsentStore.GrantIf("TRUE"),
            ("@account", Fixture.Alice.Id), ("@application", application), ("@dialect", dialect),
            ("@permissions", permissions), ("@now", Clock.GetUtcNow())));
}
