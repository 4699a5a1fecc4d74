using System.Globalization;

namespace TokenAuth.Tests.Wetpaint;

/// <summary>The stored values of a user, and how later calls change them.</summary>
public sealed class UserTests(WetpaintWorld shared) : IClassFixture<WetpaintWorld>
{
    private const string Other = WetpaintWorld.OtherNs;

    [Fact]
    public async Task The_first_login_creates_the_user_and_a_later_one_changes_the_values_that_it_sends()
    {
        Assert.Null((await shared.LoginAsync("ann")).Cause);
        Assert.Equal("someone@example.test|1|-|-|-", await shared.StoredAsync("ann"));
        shared.Tick();

        await shared.LoginAsync(
            "ann", ("user.email", "ann@example.test"), ("user.emailOptIn", "no"), ("user.displayName", "Ann"),
            ("user.profileUrl", "http://a/p"), ("user.avatarUrl", "http://a/a"));
        Assert.Equal("ann@example.test|0|Ann|http://a/p|http://a/a", await shared.StoredAsync("ann"));
        shared.Tick();

        await shared.LoginAsync("ann", ("user.displayName", ""), ("user.email", "new@example.test"));
        Assert.Equal("new@example.test|1|Ann|http://a/p|http://a/a", await shared.StoredAsync("ann"));
    }

    [Fact]
    public async Task A_user_belongs_to_one_developer_and_the_name_is_exact()
    {
        var users = await shared.CountAsync("application_users");
        var ticket = (await shared.LoginAsync("same", ("user.role", "moderator"))).Ticket;

        var theirs = await shared.Client.AskAsync(new WetpaintCall(
            shared.Rival, WetpaintWorld.Ns, shared.World.Clock.GetUtcNow(), "same", ("user.role", "banned")));
        var upper = (await shared.LoginAsync("SAME", ("user.role", "banned"))).Ticket;

        Assert.Equal(users + 3, await shared.CountAsync("application_users"));
        Assert.Equal(
            ("moderator", "banned", "banned"),
            (
                await shared.RoleOfAsync(ticket),
                await shared.RoleOfAsync(theirs.Ticket),
                await shared.RoleOfAsync(upper)));
    }

    [Theory]
    [InlineData("josé 😀 <&> \"'")]
    [InlineData("a b@c:d/e%20+")]
    [InlineData("𝒳𝒳𝒳𝒳𝒳𝒳𝒳𝒳𝒳𝒳𝒳𝒳𝒳𝒳𝒳𝒳𝒳𝒳𝒳𝒳𝒳𝒳𝒳𝒳𝒳𝒳𝒳𝒳𝒳𝒳𝒳𝒳𝒳𝒳𝒳𝒳𝒳𝒳𝒳𝒳𝒳𝒳𝒳𝒳𝒳𝒳𝒳𝒳𝒳𝒳")]
    public async Task A_name_may_contain_any_text_and_is_returned_unchanged(string user)
    {
        var told = await shared.Client.IntrospectAsync(shared.World.Janitor, (await shared.LoginAsync(user)).Ticket);

        Assert.Equal((user, user, user), (told["user_id"], told["userId"], told["displayName"]));
        Assert.Equal(user, Uri.UnescapeDataString(told["username"].Split(':')[1]));
        shared.Tick();
        var changed = await shared.ChangeRoleAsync(user, "banned");
        Assert.Equal("banned", changed.Role);
        Assert.Equal(user, System.Xml.Linq.XDocument.Parse(changed.Body).Descendants("userId").Single().Value);
    }

    [Fact]
    public async Task A_role_applies_in_one_namespace()
    {
        var here = (await shared.LoginAsync("many", ("user.role", "moderator"))).Ticket;
        shared.Tick();
        var there = (await shared.LoginAsync("many", ("ns", Other))).Ticket;

        Assert.Equal(("moderator", "registered"), (await shared.RoleOfAsync(here), await shared.RoleOfAsync(there)));
        shared.Tick();
        await shared.ChangeRoleAsync("many", "banned", ("ns", Other));
        Assert.Equal(("moderator", "banned"), (await shared.RoleOfAsync(here), await shared.RoleOfAsync(there)));
    }

    /// <summary>The page says that the role defaults to registered. Then any login would lift a ban.</summary>
    [Theory]
    [InlineData("banned")]
    [InlineData("moderator")]
    [InlineData("registered")]
    public async Task A_login_without_a_role_does_not_change_the_role(string role)
    {
        var user = "stays " + role;
        await shared.LoginAsync(user, ("user.role", role));
        shared.Tick();

        foreach (var left in new[] { null, "" })
            Assert.Equal(role, await shared.RoleOfAsync((await shared.LoginAsync(user, ("user.role", left))).Ticket));
    }

    [Fact]
    public async Task ChangeRole_changes_only_the_role()
    {
        var ticket = (await shared.LoginAsync("roles", ("user.displayName", "Rolf"))).Ticket;
        var (stored, sessions) = (await shared.StoredAsync("roles"), await shared.CountAsync("sessions"));

        foreach (var role in new[] { "moderator", "banned", "registered", "registered" })
        {
            shared.Tick();
            Assert.Equal(role, (await shared.ChangeRoleAsync("roles", role)).Role);
            Assert.Equal(role, await shared.RoleOfAsync(ticket));
        }

        Assert.Equal((stored, sessions), (await shared.StoredAsync("roles"), await shared.CountAsync("sessions")));
    }

    [Fact]
    public async Task ChangeRole_knows_only_users_who_have_logged_in()
    {
        var answer = await shared.ChangeRoleAsync("stranger", "moderator");

        Assert.Equal(("VALIDATION", "user.userId is not valid"), (answer.Cause, Assert.Single(answer.Messages)));
        Assert.Null(await shared.StoredAsync("stranger"));
    }

    [Fact]
    public async Task A_ban_applies_immediately_to_every_ticket_of_that_user_in_that_namespace_and_to_no_other()
    {
        var tickets = new[] { (await shared.LoginAsync("bad")).Ticket, (await shared.LoginAsync("bad")).Ticket };
        shared.Tick();
        string[] untouched =
            [(await shared.LoginAsync("bad", ("ns", Other))).Ticket, (await shared.LoginAsync("good")).Ticket];
        foreach (var ticket in tickets)
            Assert.Equal(
                (System.Net.HttpStatusCode.NoContent, "mywiki:bad", "registered"),
                await shared.Client.VerifyAsync(ticket));
        shared.Tick();

        var banned = await shared.LoginAsync("bad", ("user.role", "banned"));

        Assert.Null(banned.Cause);
        foreach (var ticket in tickets.Append(banned.Ticket))
        {
            Assert.Equal((System.Net.HttpStatusCode.Forbidden, null, null), await shared.Client.VerifyAsync(ticket));
            var told = await shared.Client.IntrospectAsync(shared.World.Janitor, ticket);
            Assert.Equal(
                ("True", "banned", "bad", WetpaintWorld.Ns),
                (told["active"], told["role"], told["userId"], told["ns"]));
        }

        foreach (var ticket in untouched)
            Assert.Equal(System.Net.HttpStatusCode.NoContent, (await shared.Client.VerifyAsync(ticket)).Status);
        shared.Tick();
        await shared.LoginAsync("bad", ("user.role", "registered"));
        foreach (var ticket in tickets.Append(banned.Ticket))
            Assert.Equal(System.Net.HttpStatusCode.NoContent, (await shared.Client.VerifyAsync(ticket)).Status);
    }

    [Fact]
    public async Task Simultaneous_first_logins_on_two_nodes_create_one_user_and_all_their_tickets()
    {
        await using var own = await WetpaintWorld.StartAsync();
        await using var node = await own.World.Server.StartBesideAsync();
        WetpaintClient[] clients =
        [
            own.Client,
            .. Enumerable.Range(0, 5).Select(i => new WetpaintClient(i % 2 == 0 ? node.Http : own.World.Server.Http)),
        ];

        var answers = await Task.WhenAll(Enumerable.Range(0, 24).Select(i =>
            clients[i % clients.Length].AskAsync(own.Call("crowd", ("user.displayName", "Crowd")))));

        Assert.All(answers, answer => Assert.Null(answer.Cause));
        Assert.Equal(24, answers.Select(answer => answer.Ticket).Distinct(StringComparer.Ordinal).Count());
        Assert.Equal(
            (1, 1), (await own.CountAsync("application_users"), await own.CountAsync("application_user_roles")));
        foreach (var answer in answers)
            Assert.Equal("mywiki:crowd", (await clients[1].VerifyAsync(answer.Ticket)).Login);
        foreach (var client in clients[1..])
            client.Dispose();
    }

    [Fact]
    public async Task One_of_several_simultaneous_logins_that_differ_under_one_signature_on_two_nodes_is_accepted()
    {
        await using var own = await WetpaintWorld.StartAsync();
        await using var node = await own.World.Server.StartBesideAsync();
        using var there = new WetpaintClient(node.Http);

        var answers = await Task.WhenAll(Enumerable.Range(0, 24).Select(i =>
            (i % 2 == 0 ? own.Client : there).AskAsync(
                own.Call("crowd", ("user.displayName", i.ToString(CultureInfo.InvariantCulture))))));

        Assert.Single(answers, answer => answer.Cause is null);
        Assert.Equal((1, 1), (await own.CountAsync("application_users"), await own.CountAsync("sessions")));
    }
}
