using TokenAuth.Kernel.Mail;
using TokenAuth.Tests.Infrastructure;
using TokenAuth.Tests.Kernel.Storage;

namespace TokenAuth.Tests.Kernel.Mail;

/// <summary>Two nodes that send mail through one mail server.</summary>
public abstract class MailContract<TEngine> : IAsyncLifetime
    where TEngine : StoreEngine, new()
{
    private readonly TEngine _engine = new();

    private protected MailHost Host { get; } = MailHost.Start();

    private protected StoreNode Node { get; private set; } = null!;

    private protected StoreNode Other { get; private set; } = null!;

    private protected StoreFixture Fixture => _engine.Fixture;

    private protected TestClock Clock => _engine.Clock;

    private protected TEngine Engine => _engine;

    public async ValueTask InitializeAsync()
    {
        await _engine.StartAsync();
        Node = _engine.OpenNode(clock: null, Host.Settings);
        Other = _engine.OpenNode(clock: null, Host.Settings);
    }

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        await _engine.DisposeAsync();
        await Host.DisposeAsync();
    }

    private protected static Task SendAsync(StoreNode node) => node.Get<MailSender>().SendDueAsync(default);

    private protected Task<IReadOnlyList<ListedMail>> WaitingAsync() => Node.Get<MailQueue>().ListAsync(100, default);

    /// <summary>Queues a message to Alice.</summary>
    private protected async Task AddAsync(string subject, string to = "Alice@example.test", TimeSpan? lifetime = null)
    {
        var (queue, seal) = (Node.Get<MailQueue>(), Node.Get<MailQueue>().Seal());
        var content = Node.Get<MailComposer>().Compose(to, "Alice", subject, new MailParagraph("Hello."));
        await Node.Store.WriteAsync(async connection =>
        {
            await queue.AddAsync(
                connection, seal, Fixture.Alice.Id, "test", content.Serialize(), lifetime ?? TimeSpan.FromDays(1));
            return true;
        });
        queue.Added(1);
    }
}
