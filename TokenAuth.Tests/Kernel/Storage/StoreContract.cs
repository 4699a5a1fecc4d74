using System.Net;
using TokenAuth.Kernel.Faults;
using TokenAuth.Kernel.Limits;
using TokenAuth.Kernel.Secrets;
using TokenAuth.Kernel.Sessions;
using TokenAuth.Tests.Infrastructure;

namespace TokenAuth.Tests.Kernel.Storage;

/// <summary>A contract for every engine of the store. Each test has a fresh store and two nodes on it.</summary>
public abstract class StoreContract<TEngine> : IAsyncLifetime
    where TEngine : StoreEngine, new()
{
    private protected const string Dialect = "mediapost";

    private protected static readonly IPAddress Home = IPAddress.Parse("192.0.2.1");

    private readonly TEngine _engine = new();

    private protected TEngine Engine => _engine;

    private protected StoreNode Node { get; private set; } = null!;

    private protected StoreNode Other { get; private set; } = null!;

    private protected StoreFixture Fixture => _engine.Fixture;

    private protected TestClock Clock => _engine.Clock;

    public async ValueTask InitializeAsync()
    {
        await _engine.StartAsync();
        Node = _engine.OpenNode();
        Other = _engine.OpenNode();
    }

    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return _engine.DisposeAsync();
    }

    /// <summary>Closes a node and opens it again.</summary>
    private protected async Task ReopenAsync(StoreNode node)
    {
        if (ReferenceEquals(node, Node))
            Node = await _engine.ReopenAsync(node);
        else
            Other = await _engine.ReopenAsync(node);
    }

    /// <summary>Opens a handshake of the gallery for 15 minutes that requests a session of 24 hours.</summary>
    private protected async Task<string> OpenAsync(
        bool slides = false, TimeSpan? lifetime = null, string permissions = "")
    {
        var text = RandomToken.Hex(38);
        await Node.Handshakes.OpenAsync(
            new NewHandshake(
                Dialect, text, Fixture.Gallery.Id, TimeSpan.FromMinutes(15), lifetime ?? TimeSpan.FromHours(24), slides,
                Home, permissions),
            default);
        return text;
    }

    private protected ValueTask<OpenHandshake?> FindAsync(string text) =>
        Node.Handshakes.FindOpenAsync(Dialect, Fixture.Gallery.Id, text, default);

    private protected async Task<string> OpenConfirmedAsync()
    {
        var text = await OpenAsync();
        Assert.True(
            await Node.Handshakes.ConfirmAsync(
                (await FindAsync(text))!, Fixture.Alice.Id, IPAddress.Loopback, lifetime: null, default));
        return text;
    }

    private protected async Task<ExchangeResult?> ExchangeAsync(
        string text, StoreNode? node = null, string dialect = Dialect, long? application = null, string? secret = null)
    {
        var outcome = await (node ?? Node).Handshakes.ExchangeAsync(
            dialect, application ?? Fixture.Gallery.Id, text, RandomToken.Hex(32), secret, Home, default);
        return outcome.Succeeded(out var exchanged, out _) ? exchanged : null;
    }

    /// <summary>Records failed sign-ins of a program, without the slow hash.</summary>
    private protected async Task FailSignInAsync(
        int times, string login, IPAddress? from = null, StoreNode? node = null)
    {
        var throttle = (node ?? Node).Throttle;
        for (var i = 0; i < times; i++)
            await throttle.FailedAsync(
                await throttle.EvaluateAsync(
                    login, accountId: null, new SignInCaller(from ?? Home, "dreamwidth"), default));
    }

    /// <summary>The time that such a program has to wait; null if it may try.</summary>
    private protected async Task<TimeSpan?> SignInWaitAsync(
        string login, IPAddress? from = null, StoreNode? node = null) =>
        (await (node ?? Node).Throttle.EvaluateAsync(
            login, accountId: null, new SignInCaller(from ?? Home, "dreamwidth"), default)).Refusal?.RetryAfter;

    /// <summary>Issues a session of Alice's with the gallery.</summary>
    private protected async Task<string> IssueAsync(TimeSpan? lifetime, bool slides = false, string? secret = null)
    {
        var text = RandomToken.Hex(32);
        await Node.Sessions.IssueAsync(
            new NewSession(
                Dialect, text, secret, Fixture.Gallery.Id, Fixture.Alice.Id, Permissions: "", lifetime, slides, Home),
            default);
        return text;
    }

    private protected async Task<ActiveSession?> CheckAsync(
        string text, StoreNode? node = null, string dialect = Dialect)
    {
        var outcome = await (node ?? Node).Sessions.CheckAsync(dialect, applicationId: null, text, default);
        return outcome.Succeeded(out var session, out _) ? session : null;
    }
}
