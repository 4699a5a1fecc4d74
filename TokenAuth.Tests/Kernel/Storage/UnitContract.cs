using TokenAuth.Kernel.Applications;
using TokenAuth.Kernel.Storage;
using TokenAuth.Tests.Infrastructure;

namespace TokenAuth.Tests.Kernel.Storage;

/// <summary>Units of work: atomic, durable and isolated from each other.</summary>
public abstract class UnitContract<TEngine> : StoreContract<TEngine>
    where TEngine : StoreEngine, new()
{
    [Fact]
    public async Task A_unit_that_fails_leaves_nothing_behind_and_reports_why()
    {
        var failure = await Assert.ThrowsAsync<InvalidOperationException>(
            async () => await Node.Store.WriteAsync<bool>(async connection =>
            {
                await InsertAsync(connection, 1);
                throw new InvalidOperationException("on purpose");
            }));

        Assert.Equal("on purpose", failure.Message);
        Assert.Equal(0, await Node.CountAsync("replays"));
    }

    [Fact]
    public async Task In_a_batch_only_failing_units_fail_and_none_is_half_applied()
    {
        var units = Enumerable.Range(0, 600)
            .Select(i => Task.Run(async () => await (i % 2 == 0 ? Node : Other).Store.WriteAsync(async connection =>
            {
                await InsertAsync(connection, 2 * i);
                if (i % 50 == 7)
                    throw new InvalidOperationException("on purpose");
                await InsertAsync(connection, (2 * i) + 1);
                return i;
            }))).ToList();

        await Task.WhenAll(units).ContinueWith(_ => { }, TaskScheduler.Default);

        Assert.All(units, (unit, i) => Assert.Equal(i % 50 == 7, unit.IsFaulted));
        Assert.All(
            units.Where(unit => unit.IsFaulted),
            unit => Assert.IsType<InvalidOperationException>(unit.Exception!.InnerException));
        Assert.Equal(2 * 588, await Node.CountAsync("replays"));
    }

    [Fact]
    public async Task A_constraint_violation_fails_only_its_own_unit()
    {
        var units = Enumerable.Range(0, 40)
            .Select(i => Task.Run(async () => await Node.Store.WriteAsync(async connection =>
            {
                await InsertAsync(connection, i < 20 ? i : 0);
                return true;
            }))).ToList();

        await Task.WhenAll(units).ContinueWith(_ => { }, TaskScheduler.Default);

        Assert.Equal(20, units.Count(unit => unit.IsCompletedSuccessfully));
        Assert.All(
            units.Where(unit => unit.IsFaulted),
            unit => Assert.IsAssignableFrom<System.Data.Common.DbException>(unit.Exception!.InnerException));
    }

    [Fact]
    public async Task Rows_without_an_owner_are_refused() =>
        await Assert.ThrowsAnyAsync<System.Data.Common.DbException>(
            async () => await Node.Store.WriteAsync(connection => connection.ExecuteAsync(
                "INSERT INTO consents (account_id, application_id, permissions, granted_at) "
                + "VALUES (999, 999, '', 0)")));

    [Fact]
    public async Task EF_Core_saves_succeed_between_units_under_load()
    {
        var units = Enumerable.Range(0, 300)
            .Select(i => Task.Run(async () => await Node.Store.WriteAsync(async connection =>
            {
                await InsertAsync(connection, i);
                return true;
            })));
        var saves = Enumerable.Range(0, 20)
            .Select(i => Task.Run(() => Node.WithAsync<ApplicationAdministration>(applications => applications.AddAsync(
                new NewApplication(
                    $"Application {i}", ApplicationKind.Web, Callback: null, [], [], Quota: null, Nonproduction: false),
                default))));
        var before = await Node.CountAsync("applications");

        await Task.WhenAll(units.Concat(saves));

        Assert.Equal((300, before + 20), (await Node.CountAsync("replays"), await Node.CountAsync("applications")));
    }

    [Fact]
    public async Task A_failed_serialized_write_reaches_its_caller_and_the_next_write_succeeds()
    {
        await Assert.ThrowsAsync<InvalidOperationException>(
            () => Node.Store.SerializeWriteAsync<bool>(() => throw new InvalidOperationException("on purpose")));

        Assert.True(await Node.Store.SerializeWriteAsync(() => Task.FromResult(true)));
        Assert.True(await Node.Replays.TryUseAsync("nonce", "a", Clock.GetUtcNow(), default));
    }

    [Fact]
    public async Task One_nodes_writes_are_visible_to_the_other_immediately()
    {
        for (var i = 0; i < 50; i++)
        {
            await Node.Store.WriteAsync(async connection => await InsertAsync(connection, i));
            Assert.Equal(i + 1, await Other.CountAsync("replays"));
        }
    }

    [Fact]
    public async Task A_failed_read_does_not_affect_the_next()
    {
        await Assert.ThrowsAnyAsync<System.Data.Common.DbException>(async () =>
            await Node.Store.ReadAsync(connection => connection.FirstAsync("SELECT nothing FROM nowhere", _ => true)));

        Assert.Equal(0, await Node.CountAsync("replays"));
    }

    [Fact]
    public async Task A_cancelled_caller_starts_nothing()
    {
        var gone = new CancellationToken(canceled: true);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            async () => await Node.Store.WriteAsync(connection => InsertAsync(connection, 1), gone));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            async () => await Node.Store.ReadAsync(connection => InsertAsync(connection, 1), gone));

        Assert.Equal(0, await Node.CountAsync("replays"));
    }

    private static ValueTask<int> InsertAsync(StoreConnection connection, int number) => connection.ExecuteAsync(
        "INSERT INTO replays (subject_hash, expires_at) VALUES (@subject, 0)",
        ("@subject", BitConverter.GetBytes(number)));
}
