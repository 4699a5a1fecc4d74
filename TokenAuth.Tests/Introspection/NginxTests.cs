using System.Net;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using TokenAuth.Kernel.Accounts;
using TokenAuth.Tests.Infrastructure;
using TokenAuth.Tests.World;

namespace TokenAuth.Tests.Introspection;

/// <summary>The configuration that docs/introspection.md shows, in a real nginx, before a service that says who it thinks is calling.</summary>
public sealed partial class NginxTests : IAsyncLifetime
{
    private readonly HttpClient _http = TestServer.CreateClient();
    private TestWorld _world = null!;
    private WebApplication _service = null!;
    private Nginx? _nginx;

    public async ValueTask InitializeAsync()
    {
        Tool.Need("nginx");
        _world = await TestWorld.StartAsync("--TokenAuth:Proxies=127.0.0.1");
        _service = await StartServiceAsync();
        _nginx = await Nginx.StartAsync(listen => Example().Replace("listen 8080", $"listen {listen}", StringComparison.Ordinal)
            .Replace("http://127.0.0.1:9000", _service.Urls.Single(), StringComparison.Ordinal)
            .Replace("http://127.0.0.1:5080", _world.Server.Http.GetLeftPart(UriPartial.Authority), StringComparison.Ordinal));
    }

    public async ValueTask DisposeAsync()
    {
        if (_nginx is not null)
            await _nginx.DisposeAsync();
        _http.Dispose();
        await _service.DisposeAsync();
        await _world.DisposeAsync();
    }

    [Fact]
    public async Task A_service_learns_who_the_caller_is_and_nobody_else_gets_through()
    {
        var key = await _world.Server.Services.GetRequiredService<AccountKeys>().AddAsync(_world.Alice.Id, "script", null, default);
        var cookie = (await PostAsync("/interface/flat", ("mode", "sessiongenerate"), ("user", "alice"), ("password", key))).Split('\n')[1];

        Assert.Equal((HttpStatusCode.OK, $"Alice {_world.Alice.Id}"), await AskAsync(("Cookie", $"ljsession={cookie}")));
        Assert.Equal((HttpStatusCode.OK, $"Alice {_world.Alice.Id}"), await AskAsync(("Authorization", $"Bearer {cookie}")));
        Assert.Equal((HttpStatusCode.OK, $"Alice {_world.Alice.Id}"), await AskAsync(("Cookie", $"ljsession={cookie}"), ("X-Auth-Login", "admin"), ("X-Auth-Uid", "0")));
        Assert.Equal(HttpStatusCode.Unauthorized, (await AskAsync()).Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await AskAsync(("X-Auth-Login", "admin"), ("X-Auth-Uid", "0"))).Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await AskAsync(("Cookie", $"ljsession={cookie}x"))).Status);

        await PostAsync("/interface/flat", ("mode", "sessionexpire"), ("user", "alice"), ("password", key), ("expireall", "1"));
        Assert.Equal(HttpStatusCode.Unauthorized, (await AskAsync(("Cookie", $"ljsession={cookie}"))).Status);
    }

    private async Task<(HttpStatusCode Status, string Body)> AskAsync(params (string Name, string Value)[] headers)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, new Uri(_nginx!.Address, "some/page"));
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        using var response = await _http.SendAsync(request);
        return (response.StatusCode, await response.Content.ReadAsStringAsync());
    }

    private async Task<string> PostAsync(string path, params (string Name, string Value)[] fields)
    {
        using var response = await _http.PostAsync(new Uri(_world.Server.Http, path), new FormUrlEncodedContent(fields.Select(field => KeyValuePair.Create(field.Name, field.Value))));
        return await response.Content.ReadAsStringAsync();
    }

    private static async Task<WebApplication> StartServiceAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var service = builder.Build();
        service.Urls.Add("http://127.0.0.1:0");
        service.MapGet("/{**path}", (HttpRequest request) => $"{request.Headers["X-Auth-Login"]} {request.Headers["X-Auth-Uid"]}");
        await service.StartAsync();
        return service;
    }

    private static string Example() => Block().Match(Documentation.Page.Text("introspection.md")) is { Success: true } block ? block.Groups["site"].Value : throw new InvalidOperationException("The page has no example for nginx.");

    [GeneratedRegex("```nginx\n(?<site>.*?)```", RegexOptions.ExplicitCapture | RegexOptions.Singleline, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Block();
}
