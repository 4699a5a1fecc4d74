using TokenAuth.Tests.World;

namespace TokenAuth.Tests.Infrastructure;

/// <summary>
/// A data directory, the commands on it, and its servers. Processes run in a working directory other than the
/// program's. Disposal kills those that still run.
/// </summary>
/// <param name="copy">The program.</param>
/// <param name="configuration">Environment variables for the commands and the servers.</param>
internal sealed class PublishedInstallation(
    PublishedCopy copy, params (string Name, string Value)[] configuration) : IAsyncDisposable
{
    /// <summary>The password of every account.</summary>
    public const string Password = "correct horse battery staple";

    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(1);

    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("tokenauth-published-");
    private readonly List<PublishedProcess> _started = [];

    public string Root => _root.FullName;

    public string Data => Path.Combine(Root, "data");

    public string Database => Path.Combine(Data, "tokenauth.db");

    /// <summary>
    /// Runs a command to its end, with empty standard input, in this process: starting another takes most of the time.
    /// It may leave the store's log, because connections stay in the pool.
    /// </summary>
    public Task<Finished> RunAsync(params string[] arguments) => RunWithInputAsync("", arguments);

    public Task<Finished> RunWithInputAsync(string input, params string[] arguments) =>
        CommandRun.RunAsync(arguments, Settings, input);

    /// <summary>Runs a command as the published program.</summary>
    public async Task<Finished> RunProgramAsync(string input, params string[] arguments)
    {
        var process = Start(copy.Program, [], arguments);
        await process.SayAsync(input);
        return await process.ExitAsync(Timeout);
    }

    /// <summary>Starts a server that is expected to fail.</summary>
    public Task<Finished> ServeInVainAsync(params string[] settings) =>
        CommandRun.ServeInVainAsync([.. Settings, .. settings]);

    /// <summary>Starts a server on a free loopback port and waits until it is ready.</summary>
    public Task<PublishedServer> ServeAsync(params string[] settings) => ServeAsync([], settings);

    public async Task<PublishedServer> ServeAsync((string, string)[] environment, params string[] settings)
    {
        var process = StartServer(environment, ["--urls=http://127.0.0.1:0", .. settings]);
        return await PublishedServer.WhenReadyAsync(process);
    }

    public PublishedProcess StartServer((string, string)[] environment, params string[] settings) =>
        Start(copy.Program, environment, ["serve", .. settings]);

    /// <param name="command">A command that starts <c>dotnet</c>, such as <c>prlimit</c>, with its arguments.</param>
    public PublishedProcess StartServerThrough(string[] command, params string[] settings) => Start(
        directory => PublishedProcess.Start(
            directory, Environment([]), [.. command, PublishedProcess.Dotnet], [copy.Program, "serve", .. settings]));

    public PublishedProcess Start(string program, (string, string)[] environment, params string[] arguments) => Start(
        directory => PublishedProcess.Start(directory, Environment(environment), [program, .. arguments]));

    private IEnumerable<string> Settings => Environment([]).Select(
        setting => $"--{setting.Name.Replace("__", ":", StringComparison.Ordinal)}={setting.Value}");

    private (string Name, string Value)[] Environment((string, string)[] more) =>
        [("TokenAuth__DataDirectory", Data), .. configuration, .. more];

    private PublishedProcess Start(Func<string, PublishedProcess> start)
    {
        var process = start(Directory.CreateDirectory(Path.Combine(Root, "elsewhere")).FullName);
        _started.Add(process);
        return process;
    }

    public async Task<long> AddAccountAsync(string login) =>
        (await RunProgramAsync(
            Password + "\n", "account", "add", login, "--email", $"{login}@example.test", "--password-stdin", "--json"))
            .Json().GetProperty("uid").GetInt64();

    public async Task<App> AddAppAsync(string name, params string[] options)
    {
        var added = (await RunProgramAsync("", ["app", "add", name, .. options, "--json"])).Json();
        return new App(Id: 0, added.Text("apiKey"), added.Text("secret"), name);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var process in _started)
            await process.DisposeAsync();
        _root.Delete(recursive: true);
    }
}
