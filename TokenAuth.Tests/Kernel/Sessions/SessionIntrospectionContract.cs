using TokenAuth.Kernel.Accounts;
using TokenAuth.Kernel.Applications;
using TokenAuth.Kernel.Faults;
using TokenAuth.Kernel.Pages;
using TokenAuth.Kernel.Secrets;
using TokenAuth.Kernel.Sessions;
using TokenAuth.Kernel.Telemetry;
using TokenAuth.Tests.Infrastructure;
using TokenAuth.Tests.Kernel.Storage;
using TokenAuth.Wetpaint;

namespace TokenAuth.Tests.Kernel.Sessions;

public abstract class SessionIntrospectionContract<TEngine> : StoreContract<TEngine>
    where TEngine : StoreEngine, new()
{
    [Fact]
    public async Task An_accounts_session_shows_its_owner_and_its_start()
    {
        var text = await IssueAsync(TimeSpan.FromHours(1));

        var found = (await FindAsync(text, Other))!;

        Assert.Equal(
            new IntrospectedSession(
                Dialect, Fixture.Gallery.Id, Fixture.Gallery.ApiKey, Fixture.Alice.Id, "Alice", UserId: null, "Alice",
                Namespace: null, Role: null, Permissions: "",
                Clock.GetUtcNow(), Clock.GetUtcNow().AddHours(1), BoundTo: null)
            {
                SessionId = found.SessionId,
                Audiences = found.Audiences,
            },
            found);
        Assert.NotNull(found.SessionId);
        Assert.Empty(found.Audiences);
    }

    [Fact]
    public async Task A_session_of_an_applications_user_shows_the_current_role()
    {
        var text = await LogInAsync("ann", UserRole.Moderator);
        Assert.Equal(("ann", "ann", "wiki", UserRole.Moderator, null, null), Shown(await FindAsync(text)));

        await LogInAsync("ann", UserRole.Banned, "Ann");

        Assert.Equal(("ann", "Ann", "wiki", UserRole.Banned, null, null), Shown(await FindAsync(text, Other)));
    }

    [Fact]
    public async Task A_user_in_a_namespace_of_several_applications_has_a_distinct_name()
    {
        var (first, second) = (await RegisterAsync("wik", "wiki", "i"), await RegisterAsync("a", "wiki", "wi"));

        foreach (var (application, ns, name) in new[]
        {
            (first, "wiki", "wiki:ann"), (first, "i", "i:ann"), (second, "wiki", $"wiki@{second.ApiKey}:ann"),
            (second, "wi", "wi:ann"), (second, "a", "a:ann"),
        })
        {
            var found =
                (await FindAsync(await LogInAsync("ann", UserRole.Registered, application: application, ns: ns)))!;
            Assert.Equal((name, name), (found.Name, found.Subject));
        }
    }

    [Fact]
    public async Task A_text_that_is_not_a_token_finds_nothing()
    {
        var text = await IssueAsync(lifetime: null);

        foreach (var other in new[] { "", text + " ", text.ToUpperInvariant(), text[1..], await OpenConfirmedAsync() })
            Assert.Null(await FindAsync(other));
        Assert.NotNull(await FindAsync(text));
    }

    [Fact]
    public async Task An_expired_session_is_not_found_and_introspection_does_not_extend_it()
    {
        var text = await IssueAsync(TimeSpan.FromHours(1), slides: true);
        Clock.Advance(TimeSpan.FromHours(1) - TimeSpan.FromMilliseconds(1));
        Assert.NotNull(await FindAsync(text));

        Clock.Advance(TimeSpan.FromMilliseconds(1));

        Assert.Null(await FindAsync(text));
    }

    [Fact]
    public async Task A_browser_sign_in_is_not_found()
    {
        const string Text = "a browser's";
        await Node.Sessions.IssueAsync(
            new NewSession(
                DialectNames.Browser, Text, Secret: null, ApplicationId: null, Fixture.Alice.Id, Permissions: "",
                Lifetime: null, Slides: false, Home), default);

        Assert.NotNull(await CheckAsync(Text, dialect: DialectNames.Browser));
        Assert.Null(await FindAsync(Text));
    }

    [Theory]
    [InlineData("Suspended")]
    [InlineData("Locked")]
    [InlineData("Memorial")]
    public async Task A_closed_accounts_sessions_are_gone_for_good_and_a_disabled_applications_until_it_is_enabled(
        string state)
    {
        var text = await IssueAsync(lifetime: null);
        await SetStateAsync(Enum.Parse<AccountState>(state));
        Assert.Null(await FindAsync(text));
        await SetStateAsync(AccountState.Active);
        Assert.Null(await FindAsync(text));

        text = await IssueAsync(lifetime: null);
        foreach (var enabled in new[] { false, true })
        {
            await Other.WithAsync<ApplicationAdministration>(
                applications => applications.SetEnabledAsync(Fixture.Gallery.ApiKey, enabled, default));
            Assert.Equal(enabled, await FindAsync(text) is not null);
        }
    }

    [Fact]
    public async Task An_ended_session_is_gone_on_every_node()
    {
        var text = await IssueAsync(lifetime: null);

        Assert.True(await Node.Sessions.EndAsync((await CheckAsync(text))!.Id, accountId: null, null, default));

        Assert.Null(await FindAsync(text, Other));
    }

    private static (string?, string?, string?, UserRole?, long?, string?) Shown(IntrospectedSession? session) =>
        (session!.UserId, session.DisplayName, session.Namespace, session.Role, session.AccountId, session.Login);

    private async Task<IntrospectedSession?> FindAsync(string text, StoreNode? node = null) =>
        await (node ?? Node).Get<SessionIntrospection>().FindAsync(text, default);

    private Task SetStateAsync(AccountState state) =>
        Node.WithAsync<AccountAdministration>(accounts => accounts.SetStateAsync(Fixture.Alice, state, null, default));

    private Task<Application> RegisterAsync(params string[] namespaces) =>
        Node.WithAsync<ApplicationAdministration, Application>(async applications =>
            (await applications.AddAsync(
                new NewApplication("A wiki", ApplicationKind.Web, null, namespaces, [], null, Nonproduction: false),
                default)).Application);

    private async Task<string> LogInAsync(
        string user, UserRole role, string? name = null, Application? application = null, string ns = "wiki")
    {
        var text = RandomToken.Hex(64);
        application ??= (await Node.Get<ApplicationDirectory>().FindEnabledAsync(Fixture.Gallery.Id, default))!;
        var said = new UserAssertion(
            application, ns, user, $"{user}@example.test", EmailOptIn: true, name, ProfileUrl: null, AvatarUrl: null,
            role, ("wetpaint", text, Clock.GetUtcNow().AddMinutes(10)));
        var fault = await Node.Get<UserRegistry>().LoginAsync(
            said,
            new NewSession(
                "wetpaint", text, Secret: null, application.Id, AccountId: null, Permissions: "",
                TimeSpan.FromHours(10), Slides: false, Home),
            default);
        Assert.Null(fault);
        return text;
    }
}
