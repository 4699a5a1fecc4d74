using TokenAuth.Kernel.Applications;
using TokenAuth.Tests.Infrastructure;
using TokenAuth.Tests.Kernel.Storage;

namespace TokenAuth.Tests.Kernel.Applications;

public abstract class RotationContract<TEngine> : StoreContract<TEngine>
    where TEngine : StoreEngine, new()
{
    [Fact]
    public async Task After_simultaneous_rotations_the_last_two_secrets_are_valid()
    {
        var made = await Task.WhenAll(
            Enumerable.Range(0, 6).Select(
                i => Task.Run(async () => (await RotateAsync(i % 2 == 0 ? Node : Other)).Secret)));

        var good = await SecretsAsync();

        Assert.Equal(2, good.Distinct(StringComparer.Ordinal).Count());
        Assert.All(good, secret => Assert.Contains(secret, made, StringComparer.Ordinal));
    }

    [Fact]
    public async Task An_undecryptable_secret_does_not_prevent_a_rotation()
    {
        await Node.Store.WriteAsync(
            connection => connection.ExecuteAsync("UPDATE applications SET protected_secret = 'of a lost key ring'"));

        var secret = (await RotateAsync(Node)).Secret;

        Assert.Equal([secret], await SecretsAsync());
    }

    private Task<(string Secret, DateTimeOffset PreviousUntil)> RotateAsync(StoreNode node) =>
        node.WithAsync<ApplicationAdministration, (string, DateTimeOffset)>(
            async applications => (await applications.RotateAsync(Fixture.Gallery.ApiKey, default))!.Value);

    private async Task<IReadOnlyList<string>> SecretsAsync()
    {
        var directory = Node.Get<ApplicationDirectory>();
        return directory.SecretsOf((await directory.FindEnabledAsync(Fixture.Gallery.ApiKey, default))!);
    }
}
