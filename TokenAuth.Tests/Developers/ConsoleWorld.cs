using Microsoft.Extensions.DependencyInjection;
using TokenAuth.Kernel.Accounts;
using TokenAuth.Kernel.Applications;
using TokenAuth.Kernel.Events;
using TokenAuth.Tests.Infrastructure;
using TokenAuth.Tests.World;

namespace TokenAuth.Tests.Developers;

/// <summary>The world with the console open for everybody, and Alice's browser.</summary>
internal sealed class ConsoleWorld : IAsyncDisposable
{
    /// <summary>The smallest picture: one byte after the signature of PNG is enough for the server.</summary>
    public static readonly byte[] Png = Convert.FromBase64String(
        "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==");

    private ConsoleWorld(TestWorld world, FormBrowser browser) => (World, Browser) = (world, browser);

    public TestWorld World { get; }

    /// <summary>Alice's browser, with the token of her forms.</summary>
    public FormBrowser Browser { get; }

    public static Task<ConsoleWorld> StartAsync(params string[] settings) => StartAsync("Open", settings);

    public static async Task<ConsoleWorld> StartAsync(string registration, string[] settings)
    {
        var world = await TestWorld.StartAsync(
            ["--ReloadStaticAssetsAtRuntime=false", $"--TokenAuth:Console:Registration={registration}", .. settings]);
        var browser = await FormBrowser.SignedInAsync(world.Server, world.Alice);
        await world.Server.Services.GetRequiredService<SecurityLog>().FlushAsync(default);
        return new ConsoleWorld(world, browser);
    }

    public T Get<T>()
        where T : notnull => World.Server.Services.GetRequiredService<T>();

    /// <summary>Registers an application with the form, and returns it.</summary>
    public async Task<App> RegisterAsync(string name, params (string Name, string Value)[] fields)
    {
        var page = await Browser.PostAsync("/console/new", Fields([("name", name), .. fields]));
        Assert.NotNull(page.Text("#key"));
        var application = (await FindAsync(page.Text("#key")!))!;
        return new App(application.Id, application.ApiKey, page.Text("#secret")!, name);
    }

    /// <summary>The fields of the form, with these values.</summary>
    public static (string Name, string Value)[] Fields(params (string Name, string Value)[] fields) =>
        [.. fields, .. fields.Any(field => field.Name == "kind") ? [] : new[] { ("kind", "web") }];

    public async Task<Application?> FindAsync(string key)
    {
        await using var scope = World.Server.Services.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<ApplicationAdministration>().FindAsync(key, default);
    }

    /// <summary>Sends a picture with the form of a page.</summary>
    public async Task<FormPage> UploadAsync(string path, byte[] content, params (string Name, string Value)[] fields)
    {
        using var form = new MultipartFormDataContent();
        foreach (var (name, value) in fields.Append((FormPage.TokenName, Browser.Token)))
            form.Add(new StringContent(value), name);
        form.Add(new ByteArrayContent(content), "logo", "logo.svg");
        using var http = LiveServer.CreateClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(World.Server.Http, path)) { Content = form };
        request.Headers.Add("Cookie", Browser.CookieHeader);
        using var response = await http.SendAsync(request);
        return await FormPage.ReadAsync(response);
    }

    /// <summary>The account's latest event.</summary>
    public async Task<ListedEvent> LatestAsync(Account account)
    {
        await Get<SecurityLog>().FlushAsync(default);
        return (await Get<SecurityEvents>().ListAsync(account.Id, since: null, before: null, 1, default)).Single();
    }

    public async ValueTask DisposeAsync()
    {
        Browser.Dispose();
        await World.DisposeAsync();
    }
}
