namespace TokenAuth.Tests.Wetpaint;

/// <summary>Role and profile are not signed: who overheard a signature may log in with it, as an honest client may, but not raise a role.</summary>
public sealed class ReplayTests(WetpaintWorld shared) : IClassFixture<WetpaintWorld>
{
    [Fact]
    public async Task The_same_signature_logs_in_twice()
    {
        var call = shared.Call("twice");

        Assert.NotEqual((await shared.Client.AskAsync(call)).Ticket, (await shared.Client.AskAsync(call)).Ticket, StringComparer.Ordinal);
    }

    [Theory]
    [InlineData("banned", "registered", false)]
    [InlineData("banned", "moderator", false)]
    [InlineData("registered", "moderator", false)]
    [InlineData("registered", "registered", true)]
    [InlineData("moderator", "moderator", true)]
    [InlineData("moderator", "registered", true)]
    [InlineData("moderator", "banned", true)]
    [InlineData("registered", "banned", true)]
    [InlineData("banned", null, true)]
    public async Task A_seen_signature_raises_no_role(string before, string? after, bool good)
    {
        var user = $"{before} {after}";
        var ticket = (await shared.LoginAsync(user, ("user.role", before))).Ticket;
        var sessions = await shared.CountAsync("sessions");

        var replay = await shared.LoginAsync(user, ("user.role", after), ("user.displayName", "Replayed"));

        Assert.Equal(good ? null : "UNAUTHORIZED", replay.Cause);
        Assert.Equal(good ? after ?? before : before, await shared.RoleOfAsync(ticket));
        Assert.Equal(good ? sessions + 1 : sessions, await shared.CountAsync("sessions"));
        // All or nothing.
        Assert.Equal(good, (await shared.StoredAsync(user))!.Contains("Replayed", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_fresh_signature_raises_a_role_once()
    {
        var ticket = (await shared.LoginAsync("riser", ("user.role", "banned"))).Ticket;
        shared.Tick();
        var rise = shared.Call("riser", ("user.role", "moderator"));
        Assert.Null((await shared.Client.AskAsync(rise)).Cause);
        Assert.Equal("moderator", await shared.RoleOfAsync(ticket));

        shared.Tick();
        await shared.ChangeRoleAsync("riser", "banned");

        Assert.Equal("UNAUTHORIZED", (await shared.Client.AskAsync(rise)).Cause);
        Assert.Equal("banned", await shared.RoleOfAsync(ticket));
    }

    /// <summary>In whatever spelling it comes back, at whichever call.</summary>
    [Fact]
    public async Task A_signature_is_seen_in_either_case_and_by_both_calls()
    {
        var seen = shared.Call("spelt");
        var ticket = (await shared.Client.AskAsync(seen)).Ticket;

        Assert.Equal("UNAUTHORIZED", (await shared.LoginAsync("spelt", ("user.role", "moderator"), ("cred.sig", seen["cred.sig"].ToUpperInvariant()))).Cause);
        Assert.Equal("UNAUTHORIZED", (await shared.ChangeRoleAsync("spelt", "moderator")).Cause);
        Assert.Equal("UNAUTHORIZED", (await shared.LoginAsync("spelt", ("user.role", "moderator"), ("ns", WetpaintWorld.OtherNs))).Cause);
        Assert.Equal("registered", await shared.RoleOfAsync(ticket));
        shared.Tick();
        var changed = shared.RoleCall("spelt", "registered");
        Assert.Null((await shared.Client.AskAsync(changed)).Cause);
        Assert.Equal("UNAUTHORIZED", (await shared.LoginAsync("spelt", ("user.role", "moderator"))).Cause);
    }

    [Fact]
    public async Task A_signature_is_seen_on_every_node_until_its_timestamp_is_stale()
    {
        await using var own = await WetpaintWorld.StartAsync();
        await using var node = await own.World.Server.StartBesideAsync();
        using var there = new WetpaintClient(node.Http);
        // As early as it can be signed.
        var timestamp = ("cred.ts", (own.World.Clock.GetUtcNow().ToUnixTimeSeconds() + 300).ToString());
        Assert.Null((await own.LoginAsync("early", timestamp, ("user.role", "banned"))).Cause);
        var replay = own.Call("early", timestamp, ("user.role", "moderator"));

        Assert.Equal("UNAUTHORIZED", (await there.AskAsync(replay)).Cause);
        own.World.Clock.Advance(TimeSpan.FromSeconds(600));
        await Microsoft.Extensions.DependencyInjection.ServiceProviderServiceExtensions.GetServices<Microsoft.Extensions.Hosting.IHostedService>(node.Services)
            .OfType<TokenAuth.Kernel.Hosting.ExpirySweep>().Single().SweepAsync(default);
        Assert.Equal("UNAUTHORIZED", (await there.AskAsync(replay)).Cause);
        own.World.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("INVALID_DEVELOPER_KEY", (await there.AskAsync(replay)).Cause);
    }
}
