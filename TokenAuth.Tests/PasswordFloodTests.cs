using System.Collections;
using System.Net;
using System.Reflection;
using Microsoft.Extensions.DependencyInjection;
using TokenAuth.Kernel.Accounts;
using TokenAuth.Kernel.Limits;
using TokenAuth.Tests.Dreamwidth;
using TokenAuth.Tests.Infrastructure;
using TokenAuth.Tests.Introspection;
using TokenAuth.Tests.Ipernity;
using TokenAuth.Tests.PeopleAggregator;
using TokenAuth.Tests.World;

namespace TokenAuth.Tests;

/// <summary>More people sign in than there is room for hashing their passwords.</summary>
public sealed class PasswordFloodTests : IAsyncLifetime
{
    private static readonly (string, string)[] Login = [("login", "alice"), ("password", TestWorld.Password)];
    private static readonly (string, string)[] User = [("user", "alice"), ("password", TestWorld.Password)];
    private static readonly (string, string)[] Username = [("username", "alice"), ("password", TestWorld.Password)];
    private static readonly (string, string)[] Newcomer = [("login", "carol"), ("email", "carol@example.test"), ("password", "a password of hers")];
    private static readonly (string, string)[] Change = [("current", TestWorld.Password), ("chosen", TestWorld.Password)];
    private static readonly Form[] Forms = [Form.Xml, Form.Json, Form.XmlRpcForm, Form.XmlRpc];

    private readonly HttpClient _http = LiveServer.CreateClient();
    private IpernityWorld _own = null!;
    private PeopleAggregatorClient _people = null!;
    private DreamwidthClient _journal = null!;
    private Ipernity.Browser _signedIn = null!;
    private byte _crowded;
    private Urgency _urgency = Urgency.Trusted;

    private TestWorld World => _own.World;

    private PasswordWork Work => World.Server.Services.GetRequiredService<PasswordWork>();

    private int Waiting => Callers("_waiting");

    public async ValueTask InitializeAsync()
    {
        _own = await IpernityWorld.StartAsync();
        _people = new PeopleAggregatorClient(World.Server.Http);
        _journal = new DreamwidthClient(World.Server);
        _signedIn = await Ipernity.Browser.SignedInAsync(World.Server, World.Alice);
    }

    public async ValueTask DisposeAsync()
    {
        _signedIn.Dispose();
        _journal.Dispose();
        _people.Dispose();
        _http.Dispose();
        await _own.DisposeAsync();
    }

    [Fact]
    public async Task Whoever_brings_a_password_is_told_to_try_again_and_whoever_brings_a_token_notices_nothing()
    {
        var token = await _people.TokenAsync("alice");
        var granted = await _own.Client.TokenAsync(World.Gallery, World.Alice);
        var key = await World.Server.Services.GetRequiredService<AccountKeys>().AddAsync(World.Alice.Id, "old client", null, default);
        var crowd = await CrowdAsync();

        foreach (var form in Forms)
        {
            var refused = await RefusedAsync(crowd, _people.AskAsync(new PeopleAggregatorCall("login", Login) { Form = form }));
            Assert.Contains("operation_not_permitted", refused.Body, StringComparison.Ordinal);
            Assert.Contains("too many people are signing in; try again at once", refused.Body, StringComparison.Ordinal);
            Assert.True((await _people.CheckAsync(token, form)).Succeeded);
        }

        var fault = await RefusedAsync(crowd, _journal.AskAsync("sessiongenerate", Username));
        Assert.Equal(("507", "Server error: Method temporarily disabled; try again later."), (fault.Code, fault.Message));
        Assert.Equal("Server error: Method temporarily disabled; try again later.", (await RefusedAsync(crowd, _journal.AskFlatAsync("sessiongenerate", User))).Code);
        await PageSaysAsync(crowd, "/signin", "Too many people are signing in right now. Try again in a moment.", Login);
        await PageSaysAsync(crowd, "/account/password", "Your password was not changed. Try again in a moment.", Change);

        Assert.True(await IsActiveAsync(token) && await IsActiveAsync(granted));
        Assert.Null((await _own.Client.CheckAsync(World.Gallery, granted)).Code);
        Assert.NotEmpty(await _journal.SessionAsync(("username", "alice"), ("password", key)));

        // Nobody's refusals count as wrong guesses, and there is room for everybody again. Newcomers are kept out by equals only.
        await GoAsync(crowd);
        _urgency = Urgency.Ordinary;
        crowd = await CrowdAsync();
        await PageSaysAsync(crowd, "/signup", "Too many people are signing up right now. Try again in a moment.", Newcomer);
        await GoAsync(crowd);
        Assert.Equal(0, Waiting);
        foreach (var form in Forms)
            Assert.True((await _people.AskAsync(new PeopleAggregatorCall("login", Login) { Form = form })).Succeeded);
        Assert.NotEmpty(await _journal.SessionAsync(Username));
        Assert.Null((await _journal.AskFlatAsync("sessiongenerate", User)).Code);
        foreach (var (path, fields) in new[] { ("/account/password", Change), ("/signin", Login), ("/signup", Newcomer) })
            Assert.Equal(HttpStatusCode.Redirect, (await PostAsync(path, fields)).Status);
    }

    [Fact]
    public async Task Whoever_goes_away_while_waiting_makes_room()
    {
        var crowd = await CrowdAsync(waits: false);
        using var away = new CancellationTokenSource();
        HttpRequestMessage[] requests =
        [
            .. Forms.Select(form => _people.Request(new PeopleAggregatorCall("login", Login) { Form = form })),
            _journal.Call("sessiongenerate", Username), _journal.Flat("sessiongenerate", User),
            await FormAsync("/signin", Login), await FormAsync("/signup", Newcomer),
        ];
        var calls = requests.Select(request => _http.SendAsync(request, away.Token)).ToList();
        await PublishedServer.UntilAsync(() => Task.FromResult(Waiting == calls.Count), TimeSpan.FromSeconds(30));

        await away.CancelAsync();
        await PublishedServer.UntilAsync(() => Task.FromResult(Waiting == 0), TimeSpan.FromSeconds(30));

        Assert.All(await Task.WhenAll(calls.Select(call => call.ContinueWith(ended => ended.IsCanceled, TaskScheduler.Default))), Assert.True);
        await GoAsync(crowd);
        Assert.NotEmpty(await _people.TokenAsync("alice"));
        Assert.DoesNotContain(World.Server.Log.Lines, line => line.StartsWith("Error", StringComparison.Ordinal) || line.StartsWith("Critical", StringComparison.Ordinal));
    }

    /// <summary>
    /// Takes all the room there is, and all places in the queue if they wait, too. Each comes from another network and is trusted, so
    /// that nobody is preferred to them.
    /// </summary>
    private async Task<List<Task<IDisposable?>>> CrowdAsync(bool waits = true)
    {
        var crowd = new List<Task<IDisposable?>>();
        while (waits ? Waiting < FairQueue.MaxWaiting : Callers("_running") < Math.Max(1, Environment.ProcessorCount / 2))
            crowd.Add(Enter());
        return crowd;
    }

    private Task<IDisposable?> Enter() => Work.WaitAsync(new IPAddress([198, 51, 100, ++_crowded]), login: null, _urgency, default);

    /// <summary>What a call is answered that finds no room: as soon as the first of the crowd has had its turn, whose place somebody else takes.</summary>
    private async Task<T> RefusedAsync<T>(List<Task<IDisposable?>> crowd, Task<T> call)
    {
        await PublishedServer.UntilAsync(() => Task.FromResult(Callers("_refused") == 1), TimeSpan.FromSeconds(30));
        Assert.False(call.IsCompleted);
        (await crowd[0])!.Dispose();
        crowd.RemoveAt(0);
        crowd.Add(Enter());
        return await call;
    }

    /// <summary>One after the other, each has its turn.</summary>
    private static async Task GoAsync(List<Task<IDisposable?>> crowd)
    {
        foreach (var member in crowd)
        {
            using var turn = await member;
            Assert.NotNull(turn);
        }
    }

    private async Task PageSaysAsync(List<Task<IDisposable?>> crowd, string path, string sentence, (string Name, string Value)[] fields)
    {
        var page = await RefusedAsync(crowd, PostAsync(path, fields));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, page.Status);
        Assert.Contains(sentence, page.Html, StringComparison.Ordinal);
    }

    private async Task<Page> PostAsync(string path, (string Name, string Value)[] fields)
    {
        using var browser = path.StartsWith("/account", StringComparison.Ordinal) ? null : Ipernity.Browser.SignedOut(World.Server);
        var form = (await (browser ?? _signedIn).GetAsync(path)).Hidden;
        return await (browser ?? _signedIn).PostAsync(path, [.. form, .. fields]);
    }

    /// <summary>A form as a signed-out browser sends it.</summary>
    private async Task<HttpRequestMessage> FormAsync(string path, (string Name, string Value)[] fields)
    {
        using var browser = Ipernity.Browser.SignedOut(World.Server);
        var form = (await browser.GetAsync(path)).Hidden;
        var content = new FormUrlEncodedContent(form.Concat(fields).Select(field => KeyValuePair.Create(field.Item1, field.Item2)));
        return new HttpRequestMessage(HttpMethod.Post, new Uri(World.Server.Http, path)) { Content = content }.With("Cookie", browser.CookieHeader);
    }

    private async Task<bool> IsActiveAsync(string token) =>
        (await EverySession.IntrospectAsync(World.Server.Http, World.Janitor, token)).StartsWith("{\"active\":true", StringComparison.Ordinal);

    private int Callers(string where)
    {
        var queue = typeof(PasswordWork).GetField("_queue", BindingFlags.NonPublic | BindingFlags.Instance)!.GetValue(Work)!;
        return ((ICollection)typeof(FairQueue).GetField(where, BindingFlags.NonPublic | BindingFlags.Instance)!.GetValue(queue)!).Count;
    }
}
