using Microsoft.Extensions.DependencyInjection;
using TokenAuth.Kernel.Accounts;
using TokenAuth.Kernel.Applications;
using TokenAuth.Tests.Infrastructure;
using TokenAuth.Tests.World;

namespace TokenAuth.Tests.Documentation;

/// <summary>Runs each sample of docs/samples as a developer does. One class for each language.</summary>
/// <param name="extension">The language, by the extension of its files.</param>
public abstract class SampleContract(string extension) : IAsyncLifetime
{
    /// <summary>Characters that mean something to shells, URLs, forms and XML, and one outside ASCII.</summary>
    private const string Awkward = "Zoë's 100% <b> & \"c+d\" = $e";

    private const string WrongSecret = "0123456789abcdef0123456789abcdef";

    private TestWorld _world = null!;

    public async ValueTask InitializeAsync()
    {
        _world = await TestWorld.StartAsync("--TokenAuth:MediaPost:AllowDesktopSessionOverHttp=true");
        // Wetpaint's samples send the time of the machine's clock.
        _world.Clock.Advance(TimeProvider.System.GetUtcNow() - _world.Clock.GetUtcNow());
    }

    public ValueTask DisposeAsync() => _world.DisposeAsync();

    [Fact]
    public Task MediaPost_in_a_desktop_application() => SignInAsync(
        "mediapost", $"^Signed in: user {_world.Alice.Id}$", Of(_world.Uploader), isAsked: true);

    /// <summary>Its sessions have no secret of their own.</summary>
    [Fact]
    public Task MediaPost_in_a_web_application() => SignInAsync(
        "mediapost", $"^Signed in: user {_world.Alice.Id}$", Of(_world.Gallery), isAsked: true);

    [Fact]
    public Task Ipernity() => SignInAsync(
        "ipernity", @"^Signed in: Alice \(documents: read\)$", Of(_world.Uploader), isAsked: true);

    [Fact]
    public async Task Dreamwidth() => await SignInAsync(
        "dreamwidth", "^Signed in: alice. The cookie ljsession has [3-9][0-9] characters.$",
        new(StringComparer.Ordinal) { ["TOKENAUTH_LOGIN"] = "alice", ["TOKENAUTH_API_KEY"] = await KeyAsync() });

    [Fact]
    public async Task Wetpaint() => await SignInAsync(
        "wetpaint", "^Signed in: Zoë's 100% <b> & \"c\\+d\" = \\$e. The ticket has 64 characters.$", await WikiAsync());

    [Fact]
    public async Task PeopleAggregator()
    {
        await using var scope = _world.Server.Services.CreateAsyncScope();
        var person = new NewAccount("zoe", "zoe@example.test", "Zoë", Awkward);
        var accounts = scope.ServiceProvider.GetRequiredService<AccountAdministration>();
        Assert.NotNull((await accounts.AddAsync(person, default)).Account);

        await SignInAsync(
            "peopleaggregator", "^Signed in: zoe, for 86400 seconds$",
            new(StringComparer.Ordinal) { ["TOKENAUTH_LOGIN"] = "zoe", ["TOKENAUTH_PASSWORD"] = Awkward });
    }

    [Fact]
    public async Task Wrong_secrets_are_reported_in_the_words_of_the_dialect()
    {
        await FailAsync("mediapost", "Error 104: Incorrect signature.");
        await FailAsync("ipernity", "Error 105: The query signature is invalid.");
        // Only XML-RPC, which Python's sample speaks, has a number.
        await FailAsync("dreamwidth", $"Error{(extension == "py" ? " 101" : "")}: Invalid password: this way");
        await FailAsync("wetpaint", "Error INVALID_DEVELOPER_KEY: key must be a developer key, and");
        await FailAsync("peopleaggregator", "Error user_invalid_password: the password is wrong");
    }

    [Fact]
    public async Task A_server_out_of_reach_ends_the_program()
    {
        var variables = await WrongAsync();
        variables["TOKENAUTH_URL"] = $"http://127.0.0.1:{Tool.FreePort()}";
        foreach (var dialect in SamplePageTests.Dialects)
        {
            using var run = await SampleRun.StartAsync(dialect, extension, variables);

            var (status, output, errors) = await run.EndAsync();

            Assert.NotEqual(0, status);
            Assert.Empty(output);
            Assert.NotEmpty(errors);
            Assert.DoesNotContain(WrongSecret, errors, StringComparison.Ordinal);
        }
    }

    /// <summary>Runs a sample to its end.</summary>
    /// <param name="dialect">The sample.</param>
    /// <param name="signedIn">The pattern of the last line.</param>
    /// <param name="variables">The sample's variables, without the server's address.</param>
    /// <param name="isAsked">Whether Alice opens a link and allows the application.</param>
    private async Task SignInAsync(
        string dialect, string signedIn, Dictionary<string, string> variables, bool isAsked = false)
    {
        using var run = await StartAsync(dialect, variables);
        var link = "";
        if (isAsked)
        {
            Assert.Equal("Open this address, allow the application, then press Enter:", await run.ReadLineAsync());
            link = await run.ReadLineAsync();
            using var browser = await FormBrowser.SignedInAsync(_world.Server, _world.Alice);
            await browser.PressAsync(link!, "allow");
            await run.PressEnterAsync();
        }

        var (status, output, errors) = await run.EndAsync();

        Assert.Equal((0, ""), (status, errors));
        Assert.Matches(signedIn, output.TrimEnd('\n'));
        if (variables.TryGetValue("TOKENAUTH_SECRET", out var secret))
            Assert.DoesNotContain(secret, link + output, StringComparison.Ordinal);
    }

    private async Task FailAsync(string dialect, string error)
    {
        using var run = await StartAsync(dialect, await WrongAsync());

        var (status, output, errors) = await run.EndAsync();

        Assert.Equal((1, ""), (status, output));
        Assert.StartsWith(error, errors, StringComparison.Ordinal);
        Assert.Equal(1, errors.Count(c => c == '\n'));
        Assert.DoesNotContain(WrongSecret, errors, StringComparison.Ordinal);
    }

    private Task<SampleRun> StartAsync(string dialect, Dictionary<string, string> variables)
    {
        variables["TOKENAUTH_URL"] = _world.Server.Http.GetLeftPart(UriPartial.Authority);
        return SampleRun.StartAsync(dialect, extension, variables);
    }

    /// <summary>The variables of every sample, with secrets that are wrong.</summary>
    private async Task<Dictionary<string, string>> WrongAsync() => new(await WikiAsync(), StringComparer.Ordinal)
    {
        ["TOKENAUTH_LOGIN"] = "alice",
        ["TOKENAUTH_SECRET"] = WrongSecret,
        ["TOKENAUTH_API_KEY"] = WrongSecret,
        ["TOKENAUTH_PASSWORD"] = WrongSecret,
    };

    private Task<string> KeyAsync() => _world.Server.Services.GetRequiredService<AccountKeys>().AddAsync(
        _world.Alice.Id, "A sample", null, default);

    private async Task<Dictionary<string, string>> WikiAsync()
    {
        await using var scope = _world.Server.Services.CreateAsyncScope();
        var (application, secret) = await scope.ServiceProvider.GetRequiredService<ApplicationAdministration>()
            .AddAsync(
                new NewApplication(
                    "My wiki", ApplicationKind.Web, Callback: null, ["mywiki"], [], Quota: null, Nonproduction: false),
                default);
        return new(Of(new App(application.Id, application.ApiKey, secret, application.Name)), StringComparer.Ordinal)
        {
            ["TOKENAUTH_NAMESPACE"] = "mywiki",
            ["TOKENAUTH_LOGIN"] = Awkward,
        };
    }

    private static Dictionary<string, string> Of(App application) => new(StringComparer.Ordinal)
    {
        ["TOKENAUTH_KEY"] = application.ApiKey,
        ["TOKENAUTH_SECRET"] = application.Secret,
    };
}

public sealed class CSharpSampleTests() : SampleContract("cs");

public sealed class PerlSampleTests() : SampleContract("pl");

public sealed class PhpSampleTests() : SampleContract("php");

public sealed class PythonSampleTests() : SampleContract("py");

public sealed class RubySampleTests() : SampleContract("rb");

public sealed class ShellSampleTests() : SampleContract("sh");

/// <summary>The table of samples is complete.</summary>
public sealed class SamplePageTests
{
    public static readonly string[] Dialects = ["dreamwidth", "ipernity", "mediapost", "peopleaggregator", "wetpaint"];

    [Fact]
    public void The_page_links_every_sample_and_each_dialects_page_links_its_own()
    {
        string[] extensions = ["cs", "php", "pl", "py", "rb", "sh"];
        var samples = Dialects.SelectMany(
            dialect => extensions, (dialect, extension) => $"{dialect}/{dialect}.{extension}");
        var folder = Page.PathOf("samples");
        var present = Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(folder, file).Replace('\\', '/'))
            .Where(file => file.Contains('/', StringComparison.Ordinal))
            .Order(StringComparer.Ordinal);

        Assert.Equal(samples, present, StringComparer.Ordinal);
        var page = Page.Text("samples/README.md");
        Assert.All(samples, sample => Assert.Contains($"({sample})", page, StringComparison.Ordinal));
        Assert.All(Dialects, dialect => Assert.Contains(
            "../samples/README.md", Page.Text($"dialects/{dialect}.md"), StringComparison.Ordinal));
    }
}
