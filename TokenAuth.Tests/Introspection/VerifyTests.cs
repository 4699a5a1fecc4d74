using Microsoft.Extensions.DependencyInjection;
using TokenAuth.Kernel.Accounts;
using TokenAuth.Tests.Infrastructure;
using TokenAuth.Tests.Ipernity;
using TokenAuth.Tests.World;
using IpernityBrowser = TokenAuth.Tests.Ipernity.Browser;

namespace TokenAuth.Tests.Introspection;

/// <summary>What a reverse proxy is told of who asks for a page.</summary>
public sealed class VerifyTests : IAsyncLifetime
{
    private readonly HttpClient _http = TestServer.CreateClient();
    private IpernityWorld _own = null!;
    private EverySession _sessions = null!;

    private TestWorld World => _own.World;

    public async ValueTask InitializeAsync()
    {
        _own = await IpernityWorld.StartAsync("--TokenAuth:Proxies=127.0.0.1");
        _sessions = await EverySession.OpenAsync(_own);
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _own.DisposeAsync();
    }

    [Fact]
    public async Task A_bearer_s_session_of_any_dialect_tells_who_it_is()
    {
        foreach (var (kind, text) in _sessions.Texts)
        {
            var expected = kind == "wetpaint" ? "204 mywiki:bob%20b.  registered" : $"204 Alice {World.Alice.Id} ";
            Assert.Equal(expected, await AskAsync(("Authorization", $"Bearer {text}")));
            Assert.Equal("401   ", await AskAsync(("Authorization", $"Bearer {text}x")));
        }
    }

    [Fact]
    public async Task Dreamwidth_s_cookie_does_too() =>
        Assert.Equal($"204 Alice {World.Alice.Id} ", await AskAsync(("Cookie", $"ljsession={_sessions.Texts["dreamwidth"]}")));

    [Fact]
    public async Task A_signed_in_browser_does_too()
    {
        using var browser = await IpernityBrowser.SignedInAsync(World.Server, World.Bob);

        Assert.Equal($"204 bob_2 {World.Bob.Id} ", await AskAsync(("Cookie", browser.CookieHeader)));
        Assert.Equal($"204 Alice {World.Alice.Id} ", await AskAsync(("Cookie", browser.CookieHeader), ("Authorization", $"Bearer {_sessions.Texts["ipernity"]}")));
        Assert.Equal("401   ", await AskAsync(("Cookie", browser.CookieHeader), ("Authorization", "Bearer x")));
    }

    [Fact]
    public async Task Nobody_is_nobody_whatever_headers_say()
    {
        Assert.Equal("401   ", await AskAsync());
        Assert.Equal("401   ", await AskAsync(("X-Auth-Login", "Alice"), ("X-Auth-Uid", "1"), ("Authorization", "Basic eDp4"), ("Cookie", "ljsession=; TokenAuth=x")));
    }

    [Fact]
    public async Task A_banned_user_is_forbidden_and_a_suspended_person_nobody()
    {
        World.Clock.Advance(TimeSpan.FromSeconds(1));
        await EverySession.TicketAsync(World, _sessions.Wiki, "bob b.", "banned");
        Assert.Equal("403   ", await AskAsync(("Authorization", $"Bearer {_sessions.Texts["wetpaint"]}")));

        await _own.SetStateAsync(World.Alice, AccountState.Suspended);
        Assert.Equal("401   ", await AskAsync(("Authorization", $"Bearer {_sessions.Texts["peopleaggregator"]}")));
    }

    [Fact]
    public async Task A_bound_session_is_good_from_its_own_address_only()
    {
        var key = await World.Server.Services.GetRequiredService<AccountKeys>().AddAsync(World.Bob.Id, "script", null, default);
        var request = new HttpRequestMessage(HttpMethod.Post, new Uri(World.Server.Http, "/interface/flat"))
        {
            Headers = { { "X-Forwarded-For", "2001:db8::1" } },
            Content = new FormUrlEncodedContent([new("mode", "sessiongenerate"), new("user", "bob-2"), new("password", key), new("ipfixed", "1")]),
        };
        using var response = await _http.SendAsync(request);
        var text = (await response.Content.ReadAsStringAsync()).Split('\n')[1];

        foreach (var (from, status) in new[] { ("2001:db8::1", 204), ("2001:db8:0::1", 204), ("2001:db8::2", 401), ("192.0.2.1", 401) })
        {
            Assert.StartsWith($"{status}", await AskAsync(("X-Forwarded-For", from), ("Authorization", $"Bearer {text}")), StringComparison.Ordinal);
            Assert.StartsWith($"{status}", await AskAsync(("X-Forwarded-For", from), ("Cookie", $"ljsession={text}")), StringComparison.Ordinal);
        }
    }

    private async Task<string> AskAsync(params (string Name, string Value)[] headers)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, new Uri(World.Server.Http, "/auth/verify"));
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        using var response = await _http.SendAsync(request);
        Assert.Equal("no-store", response.Headers.CacheControl?.ToString());
        Assert.Equal("", await response.Content.ReadAsStringAsync());
        string Told(string name) => response.Headers.TryGetValues(name, out var values) ? string.Join(',', values) : "";
        return $"{(int)response.StatusCode} {Told("X-Auth-Login")} {Told("X-Auth-Uid")} {Told("X-Auth-Role")}";
    }
}
