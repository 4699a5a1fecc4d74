using TokenAuth.Kernel.Applications;
using TokenAuth.Tests.Infrastructure;
using TokenAuth.Tests.Kernel.Storage;

namespace TokenAuth.Tests.Kernel.Applications;

public abstract class RotationContract<TEngine> : StoreContract<TEngine>
    where TEngine : StoreEngine, new()
{
    [Fact]
    public async Task Of_secrets_that_are_rotated_at_once_the_last_and_the_one_before_it_sign()
    {
        var made = await Task.WhenAll(Enumerable.Range(0, 6).Select(i => Task.Run(async () => (await RotateAsync(i % 2 == 0 ? Node : Other)).Secret)));

        var good = await SecretsAsync();

        Assert.Equal(2, good.Distinct(StringComparer.Ordinal).Count());
        Assert.All(good, secret => Assert.Contains(secret, made, StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_secret_that_nobody_can_read_any_more_does_not_stand_in_the_way_of_its_successor()
    {
        await Node.Store.WriteAsync(connection => connection.ExecuteAsync("UPDATE applications SET protected_secret = 'of a lost key ring'"));

        var secret = (await RotateAsync(Node)).Secret;

        Assert.Equal([secret], await SecretsAsync());
    }

    private Task<(string Secret, DateTimeOffset PreviousUntil)> RotateAsync(StoreNode node) =>
        node.WithAsync<ApplicationAdministration, (string, DateTimeOffset)>(async applications => (await applications.RotateAsync(Fixture.Gallery.ApiKey, default))!.Value);

    private async Task<IReadOnlyList<string>> SecretsAsync()
    {
        var directory = Node.Get<ApplicationDirectory>();
        return directory.SecretsOf((await directory.FindEnabledAsync(Fixture.Gallery.ApiKey, default))!);
    }
}
