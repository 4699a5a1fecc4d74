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

/// <summary>More sign-ins than there are slots for hashing passwords.</summary>
public sealed class PasswordFloodTests : IAsyncLifetime
{
    private static readonly (string, string)[] Login = [("login", "alice"), ("password", TestWorld.Password)];
    private static readonly (string, string)[] User = [("user", "alice"), ("password", TestWorld.Password)];
    private static readonly (string, string)[] Username = [("username", "alice"), ("password", TestWorld.Password)];
    private static readonly (string, string)[] Newcomer =
        [("login", "carol"), ("email", "carol@example.test"), ("password", "a password of hers")];
    private static readonly (string, string)[] Change =
        [("current", TestWorld.Password), ("chosen", TestWorld.Password)];
    private static readonly Form[] Forms = [Form.Xml, Form.Json, Form.XmlRpcForm, Form.XmlRpc];

    private readonly HttpClient _http = LiveServer.CreateClient();
    private IpernityWorld _own = null!;
    private PeopleAggregatorClient _people = null!;
    private DreamwidthClient _journal = null!;
    private FormBrowser _signedIn = null!;
    private byte _lastAddress;
    private Urgency _urgency = Urgency.Trusted;

    private TestWorld World => _own.World;

    private PasswordWork Work => World.Server.Services.GetRequiredService<PasswordWork>();

    private int Waiting => Callers("_waiting");

    public async ValueTask InitializeAsync()
    {
        _own = await IpernityWorld.StartAsync();
        _people = new PeopleAggregatorClient(World.Server.Http);
        _journal = new DreamwidthClient(World.Server);
        _signedIn = await FormBrowser.SignedInAsync(World.Server, World.Alice);
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
    public async Task Callers_with_a_password_are_told_to_retry_and_callers_with_a_token_are_unaffected()
    {
        var token = await _people.TokenAsync("alice");
        var granted = await _own.Client.TokenAsync(World.Gallery, World.Alice);
        var key = await World.Server.Services.GetRequiredService<AccountKeys>().AddAsync(
            World.Alice.Id, "old client", null, default);
        var flood = await FloodAsync();

        foreach (var form in Forms)
        {
            var refused = await RefusedAsync(
                flood, _people.AskAsync(new PeopleAggregatorCall("login", Login) { Form = form }));
            Assert.Contains("operation_not_permitted", refused.Body, StringComparison.Ordinal);
            Assert.Contains(
                "too many people are signing in; try again at once", refused.Body, StringComparison.Ordinal);
            Assert.True((await _people.CheckAsync(token, form)).Succeeded);
        }

        var fault = await RefusedAsync(flood, _journal.AskAsync("sessiongenerate", Username));
        Assert.Equal(
            ("507", "Server error: Method temporarily disabled; try again later."), (fault.Code, fault.Message));
        Assert.Equal(
            "Server error: Method temporarily disabled; try again later.",
            (await RefusedAsync(flood, _journal.AskFlatAsync("sessiongenerate", User))).Code);
        await PageSaysAsync(
            flood, "/signin", "Too many people are signing in right now. Try again in a moment.", Login);
        await PageSaysAsync(
            flood, "/account/password", "Your password was not changed. Try again in a moment.", Change);

        Assert.True(await IsActiveAsync(token) && await IsActiveAsync(granted));
        Assert.Null((await _own.Client.CheckAsync(World.Gallery, granted)).Code);
        Assert.NotEmpty(await _journal.SessionAsync(("username", "alice"), ("password", key)));

        // Refusals do not count as wrong guesses, and afterwards there is room again. Only callers of the same urgency
        // keep newcomers out.
        await FinishAsync(flood);
        _urgency = Urgency.Ordinary;
        flood = await FloodAsync();
        await PageSaysAsync(
            flood, "/signup", "Too many people are signing up right now. Try again in a moment.", Newcomer);
        var taken = await PostAsync(
            "/signup", [("login", "alice"), .. Newcomer.Where(field => field.Item1 != "login")]);
        Assert.Contains("This login name is taken.", taken.Html, StringComparison.Ordinal);
        await FinishAsync(flood);
        Assert.Equal(0, Waiting);
        foreach (var form in Forms)
            Assert.True((await _people.AskAsync(new PeopleAggregatorCall("login", Login) { Form = form })).Succeeded);
        Assert.NotEmpty(await _journal.SessionAsync(Username));
        Assert.Null((await _journal.AskFlatAsync("sessiongenerate", User)).Code);
        foreach (var (path, fields) in new[]
        {
            ("/account/password", Change), ("/signin", Login), ("/signup", Newcomer),
        })
            Assert.Equal(HttpStatusCode.Redirect, (await PostAsync(path, fields)).Status);
    }

    [Fact]
    public async Task A_cancelled_caller_frees_its_slot()
    {
        var flood = await FloodAsync(waits: false);
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

        Assert.All(
            await Task.WhenAll(
                calls.Select(call => call.ContinueWith(ended => ended.IsCanceled, TaskScheduler.Default))),
            Assert.True);
        await FinishAsync(flood);
        Assert.NotEmpty(await _people.TokenAsync("alice"));
        Assert.Empty(World.Server.Log.Errors);
    }

    /// <summary>
    /// Takes all slots and, if <paramref name="waits"/>, all places in the queue. Each caller has its own network and
    /// is trusted, so that no other caller has precedence.
    /// </summary>
    private async Task<List<Task<IDisposable?>>> FloodAsync(bool waits = true)
    {
        var flood = new List<Task<IDisposable?>>();
        while (waits
            ? Waiting < FairQueue.MaxWaiting
            : Callers("_running") < Math.Max(1, Environment.ProcessorCount / 2))
            flood.Add(Enter());
        return flood;
    }

    private Task<IDisposable?> Enter() =>
        Work.WaitAsync(
            new IPAddress([198, 51, 100, ++_lastAddress]), login: $"flood {_lastAddress}", _urgency, default);

    /// <summary>
    /// The answer to a call that finds no room. The refusal is answered when the first caller's turn ends; another
    /// caller then takes its place.
    /// </summary>
    private async Task<T> RefusedAsync<T>(List<Task<IDisposable?>> flood, Task<T> call)
    {
        await PublishedServer.UntilAsync(() => Task.FromResult(Callers("_refused") == 1), TimeSpan.FromSeconds(30));
        Assert.False(call.IsCompleted);
        (await flood[0])!.Dispose();
        flood.RemoveAt(0);
        flood.Add(Enter());
        return await call;
    }

    /// <summary>Lets each caller have its turn, in order.</summary>
    private static async Task FinishAsync(List<Task<IDisposable?>> flood)
    {
        foreach (var caller in flood)
        {
            using var turn = await caller;
            Assert.NotNull(turn);
        }
    }

    private async Task PageSaysAsync(
        List<Task<IDisposable?>> flood, string path, string sentence, (string Name, string Value)[] fields)
    {
        var page = await RefusedAsync(flood, PostAsync(path, fields));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, page.Status);
        Assert.Contains(sentence, page.Html, StringComparison.Ordinal);
    }

    private async Task<FormPage> PostAsync(string path, (string Name, string Value)[] fields)
    {
        using var browser =
            path.StartsWith("/account", StringComparison.Ordinal) ? null : new FormBrowser(World.Server.Http);
        return await (browser ?? _signedIn).SubmitAsync(path, fields);
    }

    /// <summary>A form as a signed-out browser sends it.</summary>
    private async Task<HttpRequestMessage> FormAsync(string path, (string Name, string Value)[] fields)
    {
        using var browser = new FormBrowser(World.Server.Http);
        var form = (await browser.GetAsync(path)).Hidden;
        var content = new FormUrlEncodedContent(
            form.Concat(fields).Select(field => KeyValuePair.Create(field.Item1, field.Item2)));
        return new HttpRequestMessage(HttpMethod.Post, new Uri(World.Server.Http, path)) { Content = content }
            .With("Cookie", browser.CookieHeader);
    }

    private async Task<bool> IsActiveAsync(string token) =>
        (await EverySession.IntrospectAsync(World.Server.Http, World.Janitor, token)).StartsWith(
            "{\"active\":true", StringComparison.Ordinal);

    private int Callers(string where)
    {
        const BindingFlags Private = BindingFlags.NonPublic | BindingFlags.Instance;
        var queue = typeof(PasswordWork).GetField("_queue", Private)!.GetValue(Work)!;
        return ((ICollection)typeof(FairQueue).GetField(where, Private)!.GetValue(queue)!).Count;
    }
}
