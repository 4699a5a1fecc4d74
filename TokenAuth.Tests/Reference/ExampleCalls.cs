using System.Net;
using Microsoft.Extensions.DependencyInjection;
using TokenAuth.Kernel.Accounts;
using TokenAuth.Kernel.Applications;
using TokenAuth.Kernel.Calls.Methods;
using TokenAuth.Tests.Infrastructure;
using TokenAuth.Tests.World;

namespace TokenAuth.Tests.Reference;

/// <summary>Calls the methods of a dialect as their pages describe them.</summary>
internal sealed class ExampleCalls : IAsyncDisposable
{
    public const string Origin = "http://auth.example.org";

    private readonly OwnCalls _calls;
    private readonly Application? _application;
    private readonly FoundAccount _alice;
    private int _nonce;

    private ExampleCalls(TestWorld world, DocumentedDialect dialect, ClientKeys? keys, Application? application,
        FoundAccount alice)
    {
        (World, Dialect, Keys, _application, _alice) = (world, dialect, keys, application, alice);
        _calls = world.Server.Services.GetRequiredService<OwnCalls>();
    }

    public TestWorld World { get; }

    public DocumentedDialect Dialect { get; }

    /// <summary>The calling application; null if the dialect's callers are accounts.</summary>
    public ClientKeys? Keys { get; }

    /// <summary>The names of the product's dialects whose methods have pages.</summary>
    public static IReadOnlyList<string> Dialects { get; } =
        [.. Program.Dialects.Where(dialect => dialect.Reference is not null).Select(dialect => dialect.Name)];

    public static async Task<ExampleCalls> StartAsync(string dialect, params string[] settings)
    {
        var world = await TestWorld.StartAsync(settings);
        await using var scope = world.Server.Services.CreateAsyncScope();
        var found = scope.ServiceProvider.GetRequiredService<ServedDialects>().Find(dialect)!;
        var alice = await scope.ServiceProvider.GetRequiredService<AccountDirectory>().FindAsync("Alice", default);
        if (!found.Reference.NeedsApplication)
            return new ExampleCalls(world, found, keys: null, application: null, alice!);
        var (application, secret) = await scope.ServiceProvider.GetRequiredService<ApplicationAdministration>()
            .AddAsync(
                new NewApplication(
                    "Example", ApplicationKind.Web, TestWorld.GalleryCallback, ["mywiki"], [], Quota: null,
                    Nonproduction: false),
                default);
        return new ExampleCalls(
            world, found, new ClientKeys(application.ApiKey, secret, IsDesktop: false), application, alice!);
    }

    /// <summary>Returns the call of the example, with a session or a handshake of Alice's if it needs one.</summary>
    public async Task<ClientCall> CallAsync(MethodPage page)
    {
        var values = page.Parameters.Where(parameter => parameter.Source != ParameterSource.Client)
            .ToDictionary(parameter => parameter.Name, parameter => parameter.Source == ParameterSource.Password
                ? TestWorld.Password
                : parameter.Example, StringComparer.Ordinal);
        // The example of a password signs in with it, and not with a session.
        var needsSession = page.SignedIn is not null
            && page.Parameters.All(parameter => parameter.Source != ParameterSource.Password);
        var session = needsSession && page.SignedIn!.Source == ParameterSource.Session ? await OpenAsync() : null;
        if (needsSession)
            values[page.SignedIn!.Name] = session?.Text ?? await ConfirmAsync();
        return new ClientCall(values, Origin, World.Clock.GetUtcNow(), $"nonce{++_nonce}")
        {
            Application = Keys,
            Session = session,
        };
    }

    public async Task<ClientSession> OpenAsync() =>
        (await Dialect.SignIn!.OpenAsync(Person, TestContext.Current.CancellationToken))!;

    public async Task<string> ConfirmAsync() =>
        (await Dialect.SignIn!.ConfirmAsync(Person, TestContext.Current.CancellationToken))!;

    public ClientRequest Write(MethodPage page, CallFormat format, ClientCall call) =>
        Dialect.Reference.Write(page, format, call);

    public Task<ClientAnswer> SendAsync(ClientRequest request) =>
        _calls.SendAsync(request, Origin, IPAddress.Loopback, TestContext.Current.CancellationToken);

    public ValueTask DisposeAsync() => World.DisposeAsync();

    private TrialPerson Person => new(_alice, _application, IPAddress.Loopback);
}
