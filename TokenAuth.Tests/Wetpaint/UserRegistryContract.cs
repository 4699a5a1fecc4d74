using TokenAuth.Kernel.Applications;
using TokenAuth.Kernel.Events;
using TokenAuth.Kernel.Faults;
using TokenAuth.Kernel.Secrets;
using TokenAuth.Kernel.Sessions;
using TokenAuth.Tests.Infrastructure;
using TokenAuth.Tests.Kernel.Storage;
using TokenAuth.Wetpaint;

namespace TokenAuth.Tests.Wetpaint;

public abstract class UserRegistryContract<TEngine> : StoreContract<TEngine>
    where TEngine : StoreEngine, new()
{
    private int _signatures;

    [Fact]
    public async Task The_first_login_creates_user_role_and_session_and_the_next_one_only_a_session()
    {
        Assert.Equal(UserRole.Registered, await LogInAsync());
        Assert.Equal(UserRole.Registered, await LogInAsync(node: Other));

        Assert.Equal(
            (1, 1, 2),
            (
                await Node.CountAsync("application_users"),
                await Node.CountAsync("application_user_roles"),
                await Node.CountAsync("sessions")));
    }

    [Fact]
    public async Task A_changed_role_leaves_one_event_and_the_same_role_none()
    {
        await LogInAsync();
        await LogInAsync(said => said with { Role = UserRole.Registered });
        await LogInAsync(said => said with { Role = UserRole.Banned, From = Home });
        await LogInAsync(said => said with { Role = UserRole.Banned });

        var events = await Node.Get<SecurityEvents>().ListAsync(null, since: null, before: null, limit: 100, default);
        var changed = Assert.Single(events, happened => happened.Kind == "user_role_changed");
        Assert.Equal(
            ("Gallery", "wetpaint", Home.ToString(), "wiki:ann banned"),
            (changed.Application, changed.Dialect, changed.Address, changed.Detail));
    }

    [Fact]
    public async Task A_null_value_changes_nothing()
    {
        await LogInAsync(said => said with
        {
            DisplayName = "Ann",
            ProfileUrl = "http://p",
            AvatarUrl = "http://a",
            Role = UserRole.Moderator,
        });
        Clock.Advance(TimeSpan.FromMinutes(1));

        Assert.Equal(UserRole.Moderator, await LogInAsync(said => said with { Email = null, EmailOptIn = null }));
        Assert.Equal("ann@example.test 1 Ann http://p http://a 0", await StoredAsync());
        await LogInAsync(said => said with
        {
            Email = "new",
            EmailOptIn = false,
            DisplayName = "New",
            ProfileUrl = "p",
            AvatarUrl = "a",
        });
        Assert.Equal("new 0 New p a 60000", await StoredAsync());
    }

    [Fact]
    public async Task Application_and_exact_name_identify_a_user_and_each_namespace_has_its_own_role()
    {
        await LogInAsync(said => said with { Role = UserRole.Banned });

        Assert.Equal(UserRole.Registered, await LogInAsync(said => said with { UserId = "ANN" }));
        Assert.Equal(UserRole.Registered, await LogInAsync(said => said with { Namespace = "other" }));
        var uploader = (await Node.Get<ApplicationDirectory>().FindEnabledAsync(Fixture.Uploader.Id, default))!;
        Assert.Equal(UserRole.Registered, await LogInAsync(said => said with { Application = uploader }));
        Assert.Equal(UserRole.Banned, await LogInAsync());
        Assert.Equal(
            (3, 4), (await Node.CountAsync("application_users"), await Node.CountAsync("application_user_roles")));
    }

    [Fact]
    public async Task A_call_without_a_session_needs_a_known_user()
    {
        Assert.Equal(FaultKind.ParameterInvalid, (await SayAsync(Node, await SaidAsync(), session: null)).Fault?.Kind);
        Assert.Equal(0, await Node.CountAsync("application_users"));
        await LogInAsync();

        Assert.Equal(UserRole.Banned, (await SayAsync(
            Other, await SaidAsync() with { Role = UserRole.Banned, Email = null }, session: null)).Value);
        Assert.Equal(1, await Node.CountAsync("sessions"));
        Assert.StartsWith("ann@example.test", await StoredAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_simultaneous_login_or_replay_does_not_undo_a_ban()
    {
        for (var round = 0; round < 20; round++)
        {
            var raise = await SaidAsync() with { Role = UserRole.Moderator };
            await SayAsync(Node, raise, Session());
            var (ban, login) = (await SaidAsync() with { Role = UserRole.Banned }, await SaidAsync());

            await Task.WhenAll(
                Task.Run(() => SayAsync(Node, ban, session: null)), Task.Run(() => SayAsync(Other, login, Session())),
                Task.Run(() => SayAsync(Other, raise, Session())));

            Assert.Equal(UserRole.Banned, await LogInAsync());
        }
    }

    [Fact]
    public async Task A_replayed_assertion_changes_nothing_on_any_node()
    {
        var said = await SaidAsync() with
        {
            Role = UserRole.Registered,
            DisplayName = "Ann",
            ProfileUrl = "http://p",
            AvatarUrl = "http://a",
        };
        Assert.True((await SayAsync(Node, said, Session())).Succeeded(out _, out _));
        var stored = await StoredAsync();
        Clock.Advance(TimeSpan.FromSeconds(1));

        foreach (var replay in new[]
        {
            said with { Role = UserRole.Banned }, said with { Role = UserRole.Moderator }, said with { Email = "new" },
            said with { EmailOptIn = false },
            said with { DisplayName = "New" }, said with { ProfileUrl = "http://n" },
            said with { AvatarUrl = "http://n" }, said with { UserId = "ANN" },
        })
        {
            Assert.Equal(FaultKind.ReplayRefused, (await SayAsync(Other, replay, Session())).Fault?.Kind);
            if (replay.UserId == said.UserId)
                Assert.Equal(FaultKind.ReplayRefused, (await SayAsync(Other, replay, session: null)).Fault?.Kind);
        }

        Assert.True((await SayAsync(Other, said, Session())).Succeeded(out _, out _));
        Assert.True(
            (await SayAsync(
                Other,
                said with { Email = null, EmailOptIn = null, DisplayName = null, ProfileUrl = null, AvatarUrl = null },
                Session()))
                .Succeeded(out _, out _));
        Assert.Equal((stored, 3), (await StoredAsync(), await Node.CountAsync("sessions")));
    }

    [Fact]
    public async Task A_replayed_assertion_gives_no_role_in_another_namespace()
    {
        var said = await SaidAsync() with { Role = UserRole.Banned };
        Assert.True((await SayAsync(Node, said, Session())).Succeeded(out _, out _));

        Assert.Equal(UserRole.Banned, (await SayAsync(Other, said with { Role = null }, Session())).Value);
        foreach (var role in new UserRole?[] { UserRole.Moderator, UserRole.Registered, null })
        {
            var replay = said with { Namespace = "other", Role = role };
            Assert.Equal(FaultKind.ReplayRefused, (await SayAsync(Other, replay, Session())).Fault?.Kind);
            Assert.Equal(FaultKind.ReplayRefused, (await SayAsync(Other, replay, session: null)).Fault?.Kind);
        }

        Assert.Equal((1, 2), (await Node.CountAsync("application_user_roles"), await Node.CountAsync("sessions")));
    }

    [Fact]
    public async Task One_of_many_simultaneous_assertions_with_the_same_signature_but_different_values_is_accepted()
    {
        await LogInAsync(said => said with { Role = UserRole.Banned });
        var said = await SaidAsync();

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => Task.Run(() =>
            SayAsync(i % 2 == 0 ? Node : Other, said with { DisplayName = $"Name {i}" }, Session()))));

        Assert.Single(outcomes, outcome => outcome.Fault is null);
        Assert.Equal(19, outcomes.Count(outcome => outcome.Fault?.Kind == FaultKind.ReplayRefused));
        Assert.Contains(
            $" Name {Array.FindIndex(outcomes, outcome => outcome.Fault is null)} ",
            await StoredAsync(),
            StringComparison.Ordinal);
        Assert.Equal(2, await Node.CountAsync("sessions"));
    }

    [Fact]
    public async Task Simultaneous_first_logins_create_one_user_and_all_their_sessions()
    {
        var saids = await Task.WhenAll(Enumerable.Range(0, 30).Select(_ => SaidAsync()));

        var roles = await Task.WhenAll(
            saids.Select((said, i) => Task.Run(() => SayAsync(i % 2 == 0 ? Node : Other, said, Session()))));

        Assert.All(roles, outcome => Assert.Equal(UserRole.Registered, outcome.Value));
        Assert.Equal(
            (1, 1, 30),
            (
                await Node.CountAsync("application_users"),
                await Node.CountAsync("application_user_roles"),
                await Node.CountAsync("sessions")));
    }

    /// <summary>The last step fails because a column of the session lacks its value.</summary>
    [Fact]
    public async Task A_failure_half_way_leaves_no_rows()
    {
        await LogInAsync(said => said with { UserId = "first" });
        var said = await SaidAsync() with { Role = UserRole.Moderator };

        await Assert.ThrowsAnyAsync<System.Data.Common.DbException>(
            () => SayAsync(Node, said, Session() with { Permissions = null! }));

        Assert.Equal((1, 1), (await Node.CountAsync("application_users"), await Node.CountAsync("sessions")));
        Assert.True((await SayAsync(Node, said, Session())).Succeeded(out var role, out _));
        Assert.Equal(UserRole.Moderator, role);
    }

    private NewSession Session() =>
        new(
            "wetpaint",
            RandomToken.Hex(64),
            Secret: null,
            Fixture.Gallery.Id,
            AccountId: null,
            Permissions: "",
            TimeSpan.FromHours(10),
            Slides: false,
            Home);

    /// <summary>Ann in the gallery's namespace, with a new signature.</summary>
    private async Task<UserAssertion> SaidAsync() => new(
        (await Node.Get<ApplicationDirectory>().FindEnabledAsync(Fixture.Gallery.Id, default))!, "wiki", "ann",
        "ann@example.test", EmailOptIn: true,
        DisplayName: null, ProfileUrl: null, AvatarUrl: null, Role: null,
        ("wetpaint", $"signature {Interlocked.Increment(ref _signatures)}", Clock.GetUtcNow().AddMinutes(10)));

    private async Task<UserRole> LogInAsync(
        Func<UserAssertion, UserAssertion>? change = null, StoreNode? node = null, NewSession? session = null)
    {
        var said = await SaidAsync();
        var outcome = await SayAsync(node ?? Node, change?.Invoke(said) ?? said, session ?? Session());
        Assert.Null(outcome.Fault);
        return outcome.Value;
    }

    /// <summary>Logs a user in, or, without a session, changes the role. Returns the role that is stored now.</summary>
    private static async Task<Outcome<UserRole>> SayAsync(StoreNode node, UserAssertion said, NewSession? session)
    {
        if (session is null)
            return await node.Get<UserRegistry>().ChangeRoleAsync(said, default);
        if (await node.Get<UserRegistry>().LoginAsync(said, session, default) is { } fault)
            return fault;
        return await node.Store.ReadAsync(connection => connection.FirstAsync(
            """
            SELECT r.role FROM application_user_roles r JOIN application_users u ON u.id = r.application_user_id
            WHERE u.application_id = @application AND u.user_id = @user AND r.namespace = @namespace
            """,
            row => (UserRole)row.GetInt64(0),
            ("@application", said.Application.Id), ("@user", said.UserId), ("@namespace", said.Namespace)));
    }

    /// <summary>Ann's row, with the milliseconds between its creation and its last change.</summary>
    private async Task<string> StoredAsync() => (await Node.Store.ReadAsync(connection => connection.ListAsync(
        "SELECT email, email_opt_in, display_name, profile_url, avatar_url, updated_at - "
            + "created_at FROM application_users ORDER BY id",
        row => string.Join(
            ' ',
            row.GetString(0),
            row.GetBoolean(1) ? 1 : 0,
            row.IsNull(2) ? "-" : row.GetString(2),
            row.IsNull(3) ? "-" : row.GetString(3),
            row.IsNull(4) ? "-" : row.GetString(4),
            row.GetInt64(5)))))[0];
}
