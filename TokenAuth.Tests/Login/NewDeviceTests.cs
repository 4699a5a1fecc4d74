using Microsoft.Extensions.DependencyInjection;
using TokenAuth.Kernel.Events;
using TokenAuth.Tests.Infrastructure;
using TokenAuth.Tests.World;

namespace TokenAuth.Tests.Login;

/// <summary>A browser that shows no device cookie of the account is a new one, and its owner is told.</summary>
public sealed class NewDeviceTests : IAsyncLifetime
{
    private TestWorld _world = null!;

    public async ValueTask InitializeAsync() => _world = await TestWorld.StartAsync();

    public ValueTask DisposeAsync() => _world.DisposeAsync();

    [Fact]
    public async Task The_first_sign_in_of_a_browser_is_one_and_the_next_ones_are_not()
    {
        using var browser = new FormBrowser(_world.Server.Http);
        await browser.SignInAsync("alice");
        await browser.SignInAsync("alice");
        await browser.SubmitAsync("/signout");
        await browser.SignInAsync("alice");
        Assert.Equal(1, await CountAsync(_world.Alice.Id));

        using var other = new FormBrowser(_world.Server.Http);
        await other.SignInAsync("alice");
        Assert.Equal(2, await CountAsync(_world.Alice.Id));
    }

    [Fact]
    public async Task Another_account_in_the_same_browser_is_new_and_a_failed_sign_in_is_nothing()
    {
        using var browser = new FormBrowser(_world.Server.Http);
        await browser.SignInAsync("alice");
        await browser.SignInAsync("bob_2", "wrong password");
        Assert.Equal(0, await CountAsync(_world.Bob.Id));

        await browser.SignInAsync("bob_2");
        Assert.Equal(1, await CountAsync(_world.Bob.Id));
    }

    [Fact]
    public async Task The_browser_of_a_sign_up_is_known()
    {
        using var browser = new FormBrowser(_world.Server.Http);
        await browser.SignUpAsync("dora", "dora@example.test");
        await browser.SignInAsync("dora", "a password of theirs");

        Assert.Equal(0, await CountAsync(accountId: null));
    }

    private async Task<int> CountAsync(long? accountId) =>
        (await _world.Server.Services.GetRequiredService<SecurityEvents>().ListAsync(
            accountId, since: null, before: null, 100, default)).Count(entry => entry.Kind == "new_device");
}
