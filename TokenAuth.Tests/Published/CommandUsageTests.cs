using TokenAuth.Tests.Infrastructure;

namespace TokenAuth.Tests.Published;

/// <summary>Wrong usage ends with status 2 and one line that names the error. It changes nothing.</summary>
[Collection(PublishedCopy.Commands)]
public sealed class CommandUsageTests(PublishedCopy copy)
{
    public static TheoryData<string, string> Slips => new()
    {
        { "frobnicate", "frobnicate" },
        { "account", "command" },
        { "account add", "--email" },
        { "account add Bob --password-stdin", "--email" },
        { "account add Bob --email bob@example.test", "--password-stdin" },
        { "account add Bob --email bob@example.test --password-stdin --password hunter2", "--password" },
        { "account key Alice", "'key'" },
        { "account state Alice asleep", "asleep" },
        { "app add", "--kind" },
        { "app add X", "--kind" },
        { "app add X --kind browser", "browser" },
        { "app add X --kind web --quota 100", "--quota" },
        { "app add X --kind web --quota 0/60", "--quota" },
        { "app add X --kind web --quota -1/60", "--quota" },
        { "app add X --kind web --callback ftp://example.test/", "--callback" },
        { "app add X --kind web --callback http://example.test/#top", "--callback" },
        { "app add X --kind web --callback http://@example.test/", "--callback" },
        { "app add X --kind web --callback http://user@example.test/", "--callback" },
        { "app add X --kind web --callback user:pw@example.test/", "--callback" },
        { "app add X --kind web --callback http:/example.test/", "--callback" },
        { "app add X --kind web --allow 10.0.0.0/33", "--allow" },
        { "app add X --kind web --allow localhost", "--allow" },
        { "app add X --kind web --alow 10.0.0.0/8", "--alow" },
        { "app add X Y --kind web", "Y" },
        { "app list --jsn", "--jsn" },
        { "app rotate", "'rotate'" },
        { "db backup", "'backup'" },
        { "db check now", "now" },
        { "db rewrap", "--key-stdin" },
        { "audit --since yesterday", "--since" },
        { "audit alice", "alice" },
        { "serve nonsense", "nonsense" },
        { "serve --urls", "--urls" },
    };

    [Theory]
    [MemberData(nameof(Slips))]
    public async Task Wrong_usage_is_reported_in_one_line_with_status_2(string arguments, string named)
    {
        await using var installation = new PublishedInstallation(copy);

        (await installation.RunAsync(arguments.Split(' '))).Failed(2, named);

        Assert.False(Directory.Exists(installation.Data), "It went to work all the same.");
    }
}
