namespace TokenAuth.Tests.Infrastructure;

/// <summary>PostgreSQL, with a database of its own. The one with its cast is made once and copied.</summary>
public sealed class PostgreSqlEngine : StoreEngine
{
    private static readonly Lazy<Task<(PostgreSqlDatabase Database, StoreCast Cast)>> Template = new(async () =>
    {
        var database = await PostgreSqlDatabase.CreateAsync();
        await using var node = new StoreNode(database.Settings, new TestClock());
        return (database, await StoreCast.MakeAsync(node));
    });

    internal PostgreSqlDatabase Database { get; private set; } = null!;

    internal override string[] Shortcomings => ["fsync is off: what was answered may be lost in a crash"];

    internal override async Task StartAsync()
    {
        (var template, Cast) = await Template.Value;
        Database = await PostgreSqlDatabase.CreateAsync(template);
    }

    internal override async Task StartEmptyAsync() => Database = await PostgreSqlDatabase.CreateEmptyAsync();

    private protected override Dictionary<string, string?> Settings() => Database.Settings;

    private protected override async Task DeleteAsync()
    {
        if (Database is not null)
            await Database.DisposeAsync();
    }
}
