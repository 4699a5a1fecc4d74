using System.Text.Json;
using TokenAuth.Kernel.Accounts;
using TokenAuth.Kernel.Calls;
using TokenAuth.Kernel.Configuration;
using TokenAuth.Kernel.Faults;
using TokenAuth.Tests.Architecture;
using TokenAuth.Tests.Infrastructure;
using TokenAuth.Tests.Introspection;
using TokenAuth.Tests.Ipernity;
using TokenAuth.Tests.World;

namespace TokenAuth.Tests;

/// <summary>What every dialect does. A new dialect is tested as soon as <see cref="TestDialect.All"/> lists it.</summary>
public sealed class DialectTests
{
    public static TheoryData<string> Names { get; } =
        new(TestDialect.All.Select(dialect => dialect.Name));

    [Fact]
    public void The_tests_know_every_dialect_of_the_product() => Assert.Equal(
        Program.Dialects.Select(dialect => dialect.Name).Order(StringComparer.Ordinal),
        TestDialect.All.Where(dialect => dialect.IsProduct).Select(dialect => dialect.Name)
            .Order(StringComparer.Ordinal));

    /// <summary>The tables of the README and of the guide to introspection.</summary>
    [Fact]
    public void The_documents_list_every_dialect_of_the_product()
    {
        var readme = File.ReadAllText(Path.Combine(SourceTree.Root.FullName, "README.md"));
        var guide = File.ReadAllText(Path.Combine(SourceTree.Root.FullName, "docs", "introspection.md"));
        var named = guide.Split('\n').Single(line => line.StartsWith("| `dialect` |", StringComparison.Ordinal));

        Assert.All(Program.Dialects, dialect =>
        {
            Assert.Contains($"](docs/dialects/{dialect.Name}.md) | `/", readme, StringComparison.Ordinal);
            Assert.Contains($"`{dialect.Name}`", named, StringComparison.Ordinal);
        });
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_session_is_valid_under_the_dialects_name_until_its_owner_is_suspended(string name)
    {
        await using var own = await IpernityWorld.StartAsync();
        var sessions = await EverySession.OpenAsync(own);
        var (_, text) = sessions.Texts.Single(session => session.Key == name);

        Assert.Equal(name, (await IntrospectAsync(own.World, text)).GetProperty("dialect").GetString());
        if (TestDialect.Of(name).OwnerOf(own.World, sessions.Wiki) is { } owner)
            await own.OperateAsync(operate => operate.SetEnabledAsync(owner.ApiKey, enabled: false, default));
        else
            await own.SetStateAsync(own.World.Alice, AccountState.Suspended);
        Assert.False((await IntrospectAsync(own.World, text)).GetProperty("active").GetBoolean());
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Maintenance_is_answered_in_the_dialects_words(string name)
    {
        await using var server = await LiveServer.StartAsync("--TokenAuth:Maintenance=true");

        await AnswersAsync(server, TestDialect.Of(name), "a=b", FaultKind.Maintenance);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_call_that_is_too_large_is_answered_in_the_dialects_words(string name)
    {
        await using var server = await LiveServer.StartAsync();

        await AnswersAsync(
            server, TestDialect.Of(name), "a=" + new string('b', Call.MaxBytes), FaultKind.CallTooLarge);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void An_unknown_option_of_the_dialect_is_refused(string name)
    {
        var option = $"TokenAuth:{TestDialect.Of(name).Served.Section}:Nonsense";

        var refusal = Assert.Throws<SettingsException>(() => Program.Build(
            ["--environment=Production", "--hostBuilder:reloadConfigOnChange=false", $"--{option}=1"],
            adjust: null,
            [.. TestDialect.All.Select(dialect => dialect.Served)]));

        Assert.StartsWith(option, refusal.Message, StringComparison.Ordinal);
    }

    private static async Task<JsonElement> IntrospectAsync(TestWorld world, string text) => JsonDocument.Parse(
        await EverySession.IntrospectAsync(world.Server.Http, world.Janitor, text)).RootElement;

    private static async Task AnswersAsync(LiveServer server, TestDialect dialect, string form, FaultKind expected)
    {
        using var http = LiveServer.CreateClient();
        using var content = new StringContent(form);
        content.Headers.ContentType = new("application/x-www-form-urlencoded");
        using var response = await http.PostAsync(new Uri(server.Http, dialect.Address), content);

        Assert.Contains(
            dialect.Faults[0].Of(expected).Message,
            await response.Content.ReadAsStringAsync(),
            StringComparison.Ordinal);
    }
}
