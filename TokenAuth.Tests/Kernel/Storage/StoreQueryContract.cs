using TokenAuth.Kernel.Applications;
using TokenAuth.Kernel.Storage;
using TokenAuth.Tests.Infrastructure;

namespace TokenAuth.Tests.Kernel.Storage;

/// <summary>The reads of pages and commands, as Dapper maps them.</summary>
public abstract class StoreQueryContract<TEngine> : StoreContract<TEngine>
    where TEngine : StoreEngine, new()
{
    private const string Rows =
        """
        SELECT a.id, s.opened_from, s.account_key_id, s.expires_at FROM accounts a
        LEFT JOIN sessions s ON s.account_id = a.id WHERE a.id IN (@alice, @bob) ORDER BY a.id
        """;

    private sealed record Row(long Id, string? OpenedFrom, long? AccountKeyId, DateTimeOffset? ExpiresAt);

    /// <summary>SQLite names no type for a column that is null, and Dapper looks only at the first row.</summary>
    [Theory]
    [InlineData("")]
    [InlineData(" DESC")]
    [InlineData(" LIMIT 0")]
    public async Task A_row_is_mapped_whichever_columns_of_the_first_one_are_null(string end)
    {
        await IssueAsync(TimeSpan.FromHours(1));
        var bob = new Row(Fixture.Bob.Id, null, null, null);
        var alice = new Row(Fixture.Alice.Id, Home.ToString(), null, Clock.GetUtcNow() + TimeSpan.FromHours(1));

        var rows = await Node.Store.QueryAsync<Row>(
            Rows + end, default, ("@alice", Fixture.Alice.Id), ("@bob", Fixture.Bob.Id));

        Assert.Equal(end switch { "" => [alice, bob], " DESC" => [bob, alice], _ => (Row[])[] }, rows);
    }

    [Fact]
    public async Task A_parameter_may_be_null_or_contain_a_zero_character()
    {
        var rows = await Node.Store.QueryAsync<long>(
            "SELECT id FROM accounts WHERE user_name = @name OR id = @id", default,
            ("@name", "Alice\0"), ("@id", (long?)null));

        Assert.Empty(rows);
    }

    /// <summary>Calls read applications with a mapping of their own.</summary>
    [Fact]
    public async Task A_listed_application_equals_the_one_that_calls_find()
    {
        var input = new NewApplication(
            "Both", ApplicationKind.Service, "https://both.example/", ["a", "b"], ["10.0.0.0/8"],
            (5, TimeSpan.FromSeconds(90)), Nonproduction: true);
        await Node.WithAsync<ApplicationAdministration>(async applications =>
        {
            var (added, _) = await applications.AddAsync(input, default);
            await applications.RotateAsync(added.ApiKey, default);
        });

        var listed = await Node.WithAsync<ApplicationAdministration, IReadOnlyList<Application>>(
            applications => applications.ListAsync(default));

        Assert.Equal(4, listed.Count);
        foreach (var application in listed)
        {
            Assert.Equivalent(
                await Node.Get<ApplicationDirectory>().FindEnabledAsync(application.Id, default), application,
                strict: true);
        }
    }
}
