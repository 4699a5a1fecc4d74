using TokenAuth.Kernel.Accounts;
using TokenAuth.Kernel.Storage.Caching;
using TokenAuth.Tests.Infrastructure;
using TokenAuth.Tests.Kernel.Storage;

namespace TokenAuth.Tests.Kernel.Accounts;

public abstract class AccountProfileContract<TEngine> : StoreContract<TEngine>
    where TEngine : StoreEngine, new()
{
    [Fact]
    public async Task A_profile_is_saved_as_a_whole_and_values_can_be_taken_back()
    {
        await SaveAsync("Ällice", "fr", "Europe/Berlin");
        var profile = await FindAsync();
        Assert.Equal(
            ("Alice", "Ällice", "Alice@example.test", false, "fr", "Europe/Berlin"),
            (profile!.Login, profile.DisplayName, profile.Email, profile.EmailConfirmed, profile.Language,
                profile.TimeZone));
        Assert.Equal(Clock.GetUtcNow(), profile.CreatedAt);

        await SaveAsync("Alice", null, null);
        profile = await FindAsync();
        Assert.Equal(("Alice", null, null), (profile!.DisplayName, profile.Language, profile.TimeZone));
        Assert.Null(await Node.Get<AccountProfiles>().FindAsync(999, default));
        Assert.Equal("bob_2", (await Node.Get<AccountProfiles>().FindAsync(Fixture.Bob.Id, default))!.DisplayName);
    }

    /// <summary>Both nodes have the session in their caches.</summary>
    [Fact]
    public async Task Sessions_show_the_new_name_at_once_here_and_within_a_second_elsewhere()
    {
        var session = await IssueAsync(lifetime: null);
        foreach (var node in new[] { Node, Other })
        {
            // A cached row counts after the first poll.
            for (var i = 0; i < 3; i++)
            {
                Assert.Equal("Alice", (await CheckAsync(session, node))!.DisplayName);
                await node.Get<CacheInvalidator>().LastPoll;
            }
        }

        await SaveAsync("Another name", null, null);

        Assert.Equal("Another name", (await CheckAsync(session))!.DisplayName);
        Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("Another name", (await CheckAsync(session, Other))!.DisplayName);
    }

    private Task SaveAsync(string name, string? language, string? zone) =>
        Node.Get<AccountProfiles>().SaveAsync(Fixture.Alice.Id, name, language, zone, default);

    private Task<AccountProfile?> FindAsync() => Other.Get<AccountProfiles>().FindAsync(Fixture.Alice.Id, default);
}
