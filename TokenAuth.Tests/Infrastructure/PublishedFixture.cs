using TokenAuth.Tests.World;

namespace TokenAuth.Tests.Infrastructure;

/// <summary>
/// An installation with an account and two applications, registered by the commands once and then copied.
/// </summary>
internal sealed record PublishedFixture(
    PublishedInstallation Installation, App Gallery, App Uploader) : IAsyncDisposable
{
    public const string Alice = "Alice";

    public static async Task<PublishedFixture> RegisterAsync(PublishedInstallation installation)
    {
        Assert.Equal(1, await installation.AddAccountAsync(Alice));
        return new PublishedFixture(
            installation,
            await installation.AddAppAsync(
                "Gallery", "--kind", "web", "--callback", "http://gallery.example.test/apps/gallery"),
            await installation.AddAppAsync("Uploader", "--kind", "desktop"));
    }

    public PublishedFixture CopyTo(PublishedInstallation installation)
    {
        var data = Directory.CreateDirectory(installation.Data);
        foreach (var file in new DirectoryInfo(Installation.Data).EnumerateFiles())
            file.CopyTo(Path.Combine(data.FullName, file.Name));
        return this with { Installation = installation };
    }

    public ValueTask DisposeAsync() => Installation.DisposeAsync();
}
