using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using TokenAuth.Kernel.Operations;

namespace TokenAuth.Tests.Wetpaint;

/// <summary>
/// The signature does not cover role and profile. An eavesdropper may repeat a signed call, but may not change its
/// values.
/// </summary>
public sealed class ReplayTests(WetpaintWorld shared) : IClassFixture<WetpaintWorld>
{
    [Fact]
    public async Task The_same_signature_logs_in_twice()
    {
        var call = shared.Call("twice", ("user.displayName", "Twice"), ("user.role", "moderator"));

        Assert.NotEqual(
            (await shared.Client.AskAsync(call)).Ticket,
            (await shared.Client.AskAsync(call)).Ticket,
            StringComparer.Ordinal);
    }

    [Theory]
    [InlineData("banned", "registered", false)]
    [InlineData("banned", "moderator", false)]
    [InlineData("registered", "moderator", false)]
    [InlineData("registered", "registered", true)]
    [InlineData("moderator", "moderator", true)]
    [InlineData("moderator", "registered", false)]
    [InlineData("moderator", "banned", false)]
    [InlineData("registered", "banned", false)]
    [InlineData("banned", null, true)]
    public async Task A_used_signature_changes_no_role(string before, string? after, bool good)
    {
        var user = $"{before} {after}";
        var ticket = (await shared.LoginAsync(user, ("user.role", before))).Ticket;
        var sessions = await shared.CountAsync("sessions");

        foreach (var replay in new[]
        {
            shared.Call(user, ("user.role", after)), shared.RoleCall(user, after ?? before),
        })
            Assert.Equal(good ? null : "UNAUTHORIZED", (await shared.Client.AskAsync(replay)).Cause);

        Assert.Equal(before, await shared.RoleOfAsync(ticket));
        Assert.Equal(good ? sessions + 1 : sessions, await shared.CountAsync("sessions"));
    }

    [Theory]
    [InlineData("user.email", "new@example.test", false)]
    [InlineData("user.emailOptIn", "no", false)]
    [InlineData("user.displayName", "new", false)]
    [InlineData("user.profileUrl", "http://new", false)]
    [InlineData("user.avatarUrl", "http://new", false)]
    [InlineData("user.emailOptIn", "YES", true)]
    [InlineData("user.displayName", "old", true)]
    [InlineData("user.displayName", "", true)]
    [InlineData("user.displayName", null, true)]
    public async Task A_used_signature_changes_no_profile(string name, string? value, bool good)
    {
        var user = $"{name} {value ?? "null"}";
        (string, string?)[] old =
            [("user.displayName", "old"), ("user.profileUrl", "http://old"), ("user.avatarUrl", "http://old")];
        Assert.Null((await shared.LoginAsync(user, old)).Cause);
        var (stored, sessions) = (await shared.StoredAsync(user), await shared.CountAsync("sessions"));

        var replay = await shared.LoginAsync(user, [.. old, (name, value)]);

        Assert.Equal(good ? null : "UNAUTHORIZED", replay.Cause);
        Assert.Equal(
            (stored, good ? sessions + 1 : sessions),
            (await shared.StoredAsync(user), await shared.CountAsync("sessions")));
    }

    /// <summary>That namespace stores no role yet that the replay could repeat.</summary>
    [Theory]
    [InlineData(null)]
    [InlineData("registered")]
    [InlineData("moderator")]
    public async Task A_used_signature_gives_neither_role_nor_ticket_in_another_namespace(string? role)
    {
        var user = $"elsewhere {role}";
        Assert.Null((await shared.LoginAsync(user, ("user.role", "banned"))).Cause);
        var before = (await shared.CountAsync("application_user_roles"), await shared.CountAsync("sessions"));
        (string, string?) there = ("ns", WetpaintWorld.OtherNs);

        Assert.Equal("UNAUTHORIZED", (await shared.LoginAsync(user, there, ("user.role", role))).Cause);
        Assert.Equal("UNAUTHORIZED", (await shared.ChangeRoleAsync(user, role ?? "registered", there)).Cause);

        Assert.Equal(before, (await shared.CountAsync("application_user_roles"), await shared.CountAsync("sessions")));
        shared.Tick();
        Assert.Equal("registered", await shared.RoleOfAsync((await shared.LoginAsync(user, there)).Ticket));
    }

    /// <summary>
    /// An eavesdropper must not correct a call that was refused, and so create a user or a moderator.
    /// </summary>
    [Fact]
    public async Task The_signature_of_a_refused_call_counts_as_used()
    {
        Assert.Equal("VALIDATION", (await shared.ChangeRoleAsync("refused", "moderator")).Cause);
        Assert.Equal("UNAUTHORIZED", (await shared.LoginAsync("refused", ("user.role", "moderator"))).Cause);
        Assert.Equal("VALIDATION", (await shared.LoginAsync("refused too", ("user.profileUrl", "x"))).Cause);
        Assert.Equal("UNAUTHORIZED", (await shared.LoginAsync("refused too")).Cause);

        Assert.Null(await shared.StoredAsync("refused"));
        Assert.Null(await shared.StoredAsync("refused too"));
    }

    [Fact]
    public async Task A_new_signature_raises_a_role_once()
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

    /// <summary>The signature is recognised in any spelling and in either call.</summary>
    [Fact]
    public async Task A_used_signature_is_recognised_in_either_case_and_by_both_calls()
    {
        var seen = shared.Call("spelt");
        var ticket = (await shared.Client.AskAsync(seen)).Ticket;

        Assert.Equal("UNAUTHORIZED", (await shared.LoginAsync(
            "spelt", ("user.role", "moderator"), ("cred.sig", seen["cred.sig"].ToUpperInvariant()))).Cause);
        Assert.Equal("UNAUTHORIZED", (await shared.ChangeRoleAsync("spelt", "moderator")).Cause);
        Assert.Equal(
            "UNAUTHORIZED",
            (await shared.LoginAsync("spelt", ("user.role", "moderator"), ("ns", WetpaintWorld.OtherNs))).Cause);
        Assert.Equal("registered", await shared.RoleOfAsync(ticket));
        shared.Tick();
        var changed = shared.RoleCall("spelt", "registered");
        Assert.Null((await shared.Client.AskAsync(changed)).Cause);
        Assert.Equal("UNAUTHORIZED", (await shared.LoginAsync("spelt", ("user.role", "moderator"))).Cause);
    }

    [Fact]
    public async Task A_used_signature_is_remembered_on_every_node_until_its_timestamp_is_stale()
    {
        await using var own = await WetpaintWorld.StartAsync();
        await using var node = await own.World.Server.StartBesideAsync();
        using var there = new WetpaintClient(node.Http);
        // The earliest time at which it can be signed.
        var timestamp = ("cred.ts", (own.World.Clock.GetUtcNow().ToUnixTimeSeconds() + 300).ToString());
        Assert.Null((await own.LoginAsync("early", timestamp, ("user.role", "banned"))).Cause);
        var replay = own.Call("early", timestamp, ("user.role", "moderator"));

        Assert.Equal("UNAUTHORIZED", (await there.AskAsync(replay)).Cause);
        own.World.Clock.Advance(TimeSpan.FromSeconds(600));
        await node.Services.GetServices<IHostedService>().OfType<ExpirySweep>().Single().SweepAsync(default);
        Assert.Equal("UNAUTHORIZED", (await there.AskAsync(replay)).Cause);
        own.World.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("INVALID_DEVELOPER_KEY", (await there.AskAsync(replay)).Cause);
    }
}
