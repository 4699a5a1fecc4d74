using TokenAuth.Tests.Infrastructure;

namespace TokenAuth.Tests.Commands;

/// <summary>Without a store, a command says so and creates nothing, not even the data directory.</summary>
public sealed class MissingStoreCommandTests : IDisposable
{
    private readonly DirectoryInfo _empty = Directory.CreateTempSubdirectory("tokenauth-test-empty-");

    public void Dispose() => _empty.Delete(recursive: true);

    [Theory]
    [InlineData("account list")]
    [InlineData("account show alice")]
    [InlineData("account key alice phone")]
    [InlineData("account state alice active")]
    [InlineData("account password alice --password-stdin")]
    [InlineData("account rename alice bob")]
    [InlineData("account email alice a@example.test")]
    [InlineData("account unlock alice")]
    [InlineData("account sessions alice")]
    [InlineData("account sessions alice --end all")]
    [InlineData("account keys alice")]
    [InlineData("account keys alice --revoke phone")]
    [InlineData("account delete alice --yes")]
    [InlineData("app list")]
    [InlineData("app show k")]
    [InlineData("app set k --name x")]
    [InlineData("app delete k --yes")]
    [InlineData("session list")]
    [InlineData("audit")]
    public async Task A_command_fails_in_one_line_and_creates_nothing(string command)
    {
        var data = Path.Combine(_empty.FullName, "data");

        (await RunAsync(data, command)).Failed(
            1, $"TokenAuth:DataDirectory: there is no store at {Path.Combine(data, "tokenauth.db")}");

        Assert.Empty(Directory.GetFileSystemEntries(_empty.FullName));
    }

    [Theory]
    [InlineData("config check")]
    [InlineData("--version")]
    [InlineData("account list --help")]
    [InlineData("completion bash")]
    public async Task A_command_that_needs_no_store_creates_none(string command)
    {
        (await RunAsync(Path.Combine(_empty.FullName, "data"), command)).Succeeded();

        Assert.Empty(Directory.GetFileSystemEntries(_empty.FullName));
    }

    private static Task<Finished> RunAsync(string data, string command) => CommandRun.OnAsync(
        new(StringComparer.Ordinal) { ["TokenAuth:DataDirectory"] = data }, new TestClock(), command.Split(' '),
        input: "a good password");
}
