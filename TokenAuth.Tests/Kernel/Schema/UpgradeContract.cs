using TokenAuth.Kernel.Accounts;
using TokenAuth.Kernel.Applications;
using TokenAuth.Kernel.Faults;
using TokenAuth.Kernel.Limits;
using TokenAuth.Tests.Infrastructure;
using TokenAuth.Tests.Kernel.Storage;

namespace TokenAuth.Tests.Kernel.Schema;

/// <summary>
/// A store made by commit 9ac4845 works with this build. Data/9ac4845-*.sql are dumps of two such stores: an account
/// with a password, an API key and a session, and a web application with a secret.
/// </summary>
public abstract class UpgradeContract<TEngine>(string wrappingKey, OldStore old) : StoreContract<TEngine>
    where TEngine : StoreEngine, new()
{
    /// <summary>Every column of every table, with its type.</summary>
    private protected abstract string Columns { get; }

    [Fact]
    public async Task The_key_ring_opens_and_all_its_secrets_and_tokens_are_valid()
    {
        await using var engine = new TEngine();
        var node = await UpgradeAsync(engine);

        var gallery = (await node.Get<ApplicationDirectory>().FindEnabledAsync(old.ApiKey, default))!;
        Assert.Equal(old.Secret, node.Get<ApplicationDirectory>().SecretsOf(gallery)[0]);
        var alice = (await node.Get<AccountDirectory>().FindAsync("Alice", default))!;
        Assert.NotNull(await node.Get<AccountKeys>().FindAsync(alice.Id, old.Key, default));
        var check = await node.Get<PasswordCheck>().CheckAsync(
            "alice", "correct horse battery", new SignInCaller(Home, "dreamwidth"), default);
        Assert.True(check.Succeeded(out _, out _));
        Assert.NotNull(await CheckAsync(old.Session, node, "dreamwidth"));
    }

    [Fact]
    public async Task An_upgraded_store_has_the_tables_of_a_new_store()
    {
        await using var engine = new TEngine();
        var node = await UpgradeAsync(engine);

        Assert.Equal(await ColumnsAsync(Node), await ColumnsAsync(node));
    }

    private async Task<IReadOnlyList<string>> ColumnsAsync(StoreNode node) =>
        await node.Store.ReadAsync(connection => connection.ListAsync(Columns, row => row.GetString(0)));

    private async Task<StoreNode> UpgradeAsync(TEngine engine)
    {
        await engine.StartFromAsync(
            await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "Kernel", "Schema", "Data", old.Dump)));
        var node = engine.OpenNode(settings: ("TokenAuth:KeyRing:WrappingKey", wrappingKey));
        await node.PrepareAsync();
        return node;
    }
}

/// <summary>The contents of such a store.</summary>
public sealed record OldStore(string Dump, string ApiKey, string Secret, string Key, string Session);

public sealed class SqliteUpgradeTests() : UpgradeContract<SqliteEngine>(
    "X4cYarUONLhOrtga1J7NpJsZXb0iTVr6Kr3RuJOnlvw=",
    new OldStore(
        "9ac4845-sqlite.sql", "4b7e20ed6c92b25dbf1e3f8c8226cf02", "d060bada8c420896ba7641f510f53fe8",
        "UeyYV2Jumm25kFCRncLBRVTtXwJs6AZh", "ws:alice:1:Pkl6jvEyzl9H6r4yMOIASi"))
{
    private protected override string Columns =>
        """
        SELECT t.name || ' ' || c.name || ' ' || c.type || ' ' || c."notnull" || ' ' || c.pk
            || ' ' || COALESCE(c.dflt_value, '')
        FROM sqlite_master t, pragma_table_info(t.name) c WHERE t.type = 'table'
        UNION SELECT type || ' ' || name || ' ' || tbl_name FROM sqlite_master WHERE type <> 'table'
        ORDER BY 1
        """;
}

public sealed class PostgreSqlUpgradeTests() : UpgradeContract<PostgreSqlEngine>(
    "/3RlfptFYsEXq1kJuAaZWvc/wUnmS+vbztgz4yeZYNg=",
    new OldStore(
        "9ac4845-postgresql.sql", "c3c65b385dbd07790320730d7a75afaf", "1fc62516c4f7a0c762bc861baa7c4115",
        "BZkFernA5bPXHvp0v7TCHuJCt0klWkZy", "ws:alice:1:iX5W0a9dsjjtCORKituNpg"))
{
    private protected override string Columns =>
        """
        SELECT concat_ws(
            ' ', table_name, column_name, data_type, character_maximum_length, is_nullable, is_identity, column_default)
        FROM information_schema.columns WHERE table_schema = 'public'
        UNION SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'
        UNION SELECT concat_ws(' ', 'trigger', tgrelid::regclass, tgname) FROM pg_trigger WHERE NOT tgisinternal
        UNION SELECT concat_ws(' ', conrelid::regclass, pg_get_constraintdef(oid))
        FROM pg_constraint WHERE conrelid <> 0
        ORDER BY 1
        """;
}
