using TokenAuth.Kernel.Accounts;
using TokenAuth.Kernel.Applications;
using TokenAuth.Kernel.Events;
using TokenAuth.Tests.Infrastructure;
using TokenAuth.Tests.Kernel.Storage;

namespace TokenAuth.Tests.Kernel.Applications;

/// <summary>Accounts own applications: they register, change, offer and lose them.</summary>
public abstract class OwnershipContract<TEngine> : StoreContract<TEngine>
    where TEngine : StoreEngine, new()
{
    private static readonly byte[] Png =
        [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 1];

    private ApplicationOwners Owners => Node.Get<ApplicationOwners>();

    private ApplicationApproval Approval => Node.Get<ApplicationApproval>();

    private OwnedApplications Owned => Node.Get<OwnedApplications>();

    private ChangedBy Alice => new(Home, Fixture.Alice.Id);

    private ChangedBy Bob => new(Home, Fixture.Bob.Id);

    [Fact]
    public async Task Simultaneous_registrations_do_not_exceed_the_number()
    {
        var results = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => Task.Run(async () =>
            (await (i % 2 == 0 ? Node : Other).Get<ApplicationOwners>().RegisterAsync(
                Input($"Application {i}"), 3, Alice, default)).Result)));

        Assert.Equal(3, results.Count(result => result == OwnerResult.Done));
        Assert.Equal(5, results.Count(result => result == OwnerResult.TooMany));
        Assert.Equal(3, (await Owned.ListAsync(Fixture.Alice.Id, default)).Count);
        Assert.Empty(await Owned.ListAsync(Fixture.Bob.Id, default));
    }

    [Fact]
    public async Task Only_the_owner_finds_an_application_and_only_an_own_one_is_changed()
    {
        var application = await RegisterAsync("Mine");

        Assert.NotNull(await Owned.FindAsync(Fixture.Alice.Id, application.Id, default));
        Assert.NotNull(await Owned.FindAsync(Fixture.Alice.Id, application.ApiKey, default));
        Assert.Null(await Owned.FindAsync(Fixture.Bob.Id, application.Id, default));
        Assert.Null(await Owned.FindAsync(Fixture.Bob.Id, application.ApiKey, default));
        Assert.Equal(
            OwnerResult.NotTheirs, await Owners.ChangeAsync(application, new ApplicationChange("Taken"), Bob, default));
        await Node.WithAsync<ApplicationAdministration>(async applications =>
        {
            Assert.Null(await applications.RotateAsync(application.ApiKey, default, by: Bob));
            Assert.False(await applications.SetEnabledAsync(application.ApiKey, enabled: false, default, Bob));
        });
        Assert.Null(await Node.Get<ApplicationDeletion>().DeleteAsync(application.ApiKey, (_, _) => { }, default, Bob));
        Assert.False(await Node.Get<ApplicationLogos>().SetAsync(application.ApiKey, Png, Bob, default));
        Assert.Equal("Mine", (await Owned.FindAsync(Fixture.Alice.Id, application.Id, default))!.Name);
    }

    [Theory]
    [InlineData("GALLERY", "", OwnerResult.NameTaken)]
    [InlineData("Other", "space", OwnerResult.NamespaceTaken)]
    [InlineData("Other", "place", OwnerResult.Done)]
    public async Task A_name_or_namespace_of_somebody_elses_application_is_refused(
        string name, string space, object expected)
    {
        await Node.WithAsync<ApplicationAdministration>(applications => applications.ChangeAsync(
            Fixture.Gallery.ApiKey, new ApplicationChange(Namespaces: ["spaces", "space"]), default));

        var (result, _, _) = await Owners.RegisterAsync(
            Input(name) with { Namespaces = space.Length == 0 ? [] : [space] }, 3, Alice, default);

        Assert.Equal((OwnerResult)expected, result);
    }

    [Fact]
    public async Task An_owner_enables_what_the_owner_disabled_and_not_what_an_operator_disabled()
    {
        var application = await RegisterAsync("Mine");
        var key = application.ApiKey;

        Assert.True(await SetEnabledAsync(key, enabled: false, Alice));
        Assert.True(await SetEnabledAsync(key, enabled: true, Alice));
        Assert.True(await SetEnabledAsync(key, enabled: false, default));
        Assert.False(await SetEnabledAsync(key, enabled: true, Alice));
        Assert.False(await SetEnabledAsync(key, enabled: false, Alice));
        Assert.True(await SetEnabledAsync(key, enabled: true, default));
        Assert.True(await SetEnabledAsync(key, enabled: false, Alice));
        Assert.True(await SetEnabledAsync(key, enabled: true, default));
    }

    [Fact]
    public async Task A_waiting_application_works_on_both_nodes_once_an_administrator_approves_it()
    {
        var (_, application, _) = await Owners.RegisterAsync(
            Input("Mine") with { Waits = true, AskedQuota = (7, TimeSpan.FromMinutes(1)) }, 3, Alice, default);
        await Node.Get<ApplicationLogos>().SetAsync(application.ApiKey, Png, Alice, default);
        Assert.Null(await FindEnabledAsync(Node, application));
        Assert.False(await SetEnabledAsync(application.ApiKey, enabled: true, Alice));
        Assert.False(await SetEnabledAsync(application.ApiKey, enabled: true, default));

        var pending = Assert.Single(await Approval.ListAsync(default));
        Assert.Equal(["registration", "logo", "quota"], pending.Parts);
        var parts = await Approval.ApproveAsync(
            application.ApiKey, pending.Stamp, new ChangedBy(Administrator: Fixture.Bob.Id), default);

        Assert.Equal(pending.Parts, parts);
        Assert.Empty(await Approval.ListAsync(default));
        Assert.NotNull(await FindEnabledAsync(Node, application));
        Assert.Equal(7, (await FindEnabledAsync(Other, application))!.QuotaCalls);
        Assert.NotNull(await Node.Get<ApplicationLogos>().ApprovedHashAsync(application.Id, default));
        var happened = await LatestAsync(Fixture.Alice.Id);
        Assert.Equal(
            ("application_approved", "registration, logo, quota", Fixture.Bob.Id),
            (happened.Kind, happened.Detail, happened.ActorUid));
    }

    [Fact]
    public async Task What_changed_after_an_administrator_looked_is_not_approved()
    {
        var (_, application, _) = await Owners.RegisterAsync(Input("Mine") with { Waits = true }, 3, Alice, default);
        var stamp = (await Approval.FindAsync(application.ApiKey, default))!.Stamp;
        await Owners.ChangeAsync(application, new ApplicationChange("My Bank"), Alice, default);

        Assert.Null(await Approval.ApproveAsync(application.ApiKey, stamp, default, default));

        Assert.Null(await FindEnabledAsync(Node, application));
        Assert.Null(await Approval.ApproveAsync(Fixture.Gallery.ApiKey, stamp: null, default, default));
    }

    [Fact]
    public async Task A_refused_application_waits_again_after_its_owner_changed_it()
    {
        var (_, application, _) = await Owners.RegisterAsync(Input("Mine") with { Waits = true }, 3, Alice, default);
        await Node.Get<ApplicationLogos>().SetAsync(application.ApiKey, Png, Alice, default);
        await Approval.RefuseAsync(application.ApiKey, stamp: null, "The name is taken", default, default);
        var refused = (await Owned.FindAsync(Fixture.Alice.Id, application.Id, default))!;
        Assert.Equal((DisabledReason.Refused, "The name is taken"), (refused.DisabledFor, refused.Refusal));
        Assert.Null(await Node.Get<ApplicationLogos>().FindAsync(application.Id, default));
        Assert.False(await SetEnabledAsync(application.ApiKey, enabled: true, Alice));

        await Owners.ChangeAsync(refused, new ApplicationChange("Ours") { AsksAgain = true }, Alice, default);

        Assert.True((await Owned.FindAsync(Fixture.Alice.Id, application.Id, default))!.IsWaiting);
    }

    [Fact]
    public async Task A_new_name_takes_the_approval_of_the_logo_back_and_the_same_picture_keeps_it()
    {
        var application = await RegisterAsync("Mine");
        var logos = Node.Get<ApplicationLogos>();
        await logos.SetAsync(application.ApiKey, Png, Alice, default);
        await Approval.ApproveAsync(application.ApiKey, stamp: null, default, default);
        await logos.SetAsync(application.ApiKey, Png, Alice, default);
        Assert.NotNull(await logos.ApprovedHashAsync(application.Id, default));

        await Owners.ChangeAsync(application, new ApplicationChange("Yours"), Alice, default);

        Assert.Null(await logos.ApprovedHashAsync(application.Id, default));
        await Approval.ApproveAsync(application.ApiKey, stamp: null, default, default);
        await logos.SetAsync(application.ApiKey, [.. Png, 2], Alice, default);
        Assert.Null(await logos.ApprovedHashAsync(application.Id, default));
        Assert.True(await logos.RemoveAsync(application.ApiKey, Alice, default));
        Assert.False(await logos.RemoveAsync(application.ApiKey, Alice, default));
    }

    [Theory]
    [InlineData("<svg xmlns='http://www.w3.org/2000/svg'/>")]
    [InlineData("RIFF1234WEBX....")]
    [InlineData("")]
    public async Task Only_pictures_are_logos(string text)
    {
        var application = await RegisterAsync("Mine");
        var logos = Node.Get<ApplicationLogos>();

        Assert.False(await logos.SetAsync(application.ApiKey, System.Text.Encoding.ASCII.GetBytes(text), Alice, default));
        Assert.False(await logos.SetAsync(
            application.ApiKey, [.. Png, .. new byte[ApplicationLogo.MaxBytes]], Alice, default));
        Assert.Null(await logos.FindAsync(application.Id, default));
    }

    [Fact]
    public async Task Of_two_who_accept_at_the_same_time_only_the_addressee_gets_it_once()
    {
        var application = await RegisterAsync("Mine");
        Assert.Equal(OwnerResult.NoAccount, await Owners.OfferAsync(application.ApiKey, "nobody", Alice, default));
        Assert.Equal(OwnerResult.NoAccount, await Owners.OfferAsync(application.ApiKey, "alice", Alice, default));
        Assert.Equal(OwnerResult.Done, await Owners.OfferAsync(application.ApiKey, "BOB_2", Alice, default));
        Assert.Equal("Alice", Assert.Single(await Owners.OffersAsync(Fixture.Bob.Id, default)).Owner);
        Assert.Equal(OwnerResult.NotTheirs, await Owners.AcceptAsync(application.Id, 3, Alice, default));
        Assert.Equal(OwnerResult.TooMany, await Owners.AcceptAsync(application.Id, 0, Bob, default));

        var results = await Task.WhenAll(
            Owners.AcceptAsync(application.Id, 3, Bob, default),
            Other.Get<ApplicationOwners>().AcceptAsync(application.Id, 3, Bob, default));

        Assert.Equal([OwnerResult.Done, OwnerResult.NotTheirs], results.Order());
        Assert.Empty(await Owned.ListAsync(Fixture.Alice.Id, default));
        Assert.Single(await Owned.ListAsync(Fixture.Bob.Id, default));
        Assert.Equal("application_transferred", (await LatestAsync(Fixture.Alice.Id)).Kind);
        Assert.Equal("application_received", (await LatestAsync(Fixture.Bob.Id)).Kind);
    }

    [Fact]
    public async Task An_offer_that_was_declined_withdrawn_or_is_a_week_old_cannot_be_accepted()
    {
        var application = await RegisterAsync("Mine");
        async Task<OwnerResult> AcceptAfterAsync(Func<Task> change)
        {
            await Owners.OfferAsync(application.ApiKey, "bob_2", Alice, default);
            await change();
            Assert.Empty(await Owners.OffersAsync(Fixture.Bob.Id, default));
            return await Owners.AcceptAsync(application.Id, 3, Bob, default);
        }

        Assert.Equal(
            OwnerResult.NotTheirs,
            await AcceptAfterAsync(() => Owners.DeclineAsync(application.Id, Fixture.Bob.Id, default)));
        Assert.Equal(
            OwnerResult.NotTheirs, await AcceptAfterAsync(() => Owners.WithdrawAsync(application.ApiKey, Alice, default)));
        Assert.Equal(OwnerResult.NotTheirs, await AcceptAfterAsync(() =>
        {
            Clock.Advance(ApplicationOwners.OfferedFor);
            return Task.CompletedTask;
        }));
    }

    [Fact]
    public async Task Erasing_the_owner_leaves_working_applications_to_the_operator_and_deletes_waiting_ones()
    {
        var application = await RegisterAsync("Mine");
        await Owners.RegisterAsync(Input("Not yet") with { Waits = true }, 3, Alice, default);
        await Owners.OfferAsync(application.ApiKey, "bob_2", Alice, default);
        var received = (await Owners.RegisterAsync(Input("Bob's"), 3, Bob, default)).Application;
        await Owners.OfferAsync(received.ApiKey, "alice", Bob, default);

        await Node.Store.WriteAsync(connection => connection.ExecuteAsync(
            "UPDATE accounts SET state = @closing, erase_at = 1 WHERE id = @id",
            ("@closing", (long)AccountState.Closing), ("@id", Fixture.Alice.Id)));
        Assert.Equal(1, await Node.Get<AccountClosing>().EraseDueAsync(default));

        var left = (await FindEnabledAsync(Node, application))!;
        Assert.Null(left.OwnerId);
        Assert.Equal(5, await Node.CountAsync("applications"));
        Assert.Equal(OwnerResult.NotTheirs, await Owners.AcceptAsync(application.Id, 3, Bob, default));
        Assert.Null((await Owned.FindAsync(Fixture.Bob.Id, received.Id, default))!.OfferedTo);
    }

    [Fact]
    public async Task A_secret_stays_valid_for_the_time_that_the_owner_chose()
    {
        var (_, application, first) = await Owners.RegisterAsync(Input("Mine"), 3, Alice, default);
        var second = await RotateAsync(TimeSpan.FromHours(1));
        Assert.Equal([second, first], await SecretsAsync());
        Clock.Advance(TimeSpan.FromHours(1));
        Assert.Equal([second], await SecretsAsync());

        Assert.Equal([await RotateAsync(TimeSpan.Zero)], await SecretsAsync());

        Task<string> RotateAsync(TimeSpan overlap) => Node.WithAsync<ApplicationAdministration, string>(
            async all => (await all.RotateAsync(application.ApiKey, default, overlap, Alice))!.Value.Secret);

        async Task<IReadOnlyList<string>> SecretsAsync() =>
            Node.Get<ApplicationDirectory>().SecretsOf((await FindEnabledAsync(Node, application))!);
    }

    private static NewApplication Input(string name) =>
        new(name, ApplicationKind.Web, "http://mine.test/", [], [], Quota: null, Nonproduction: false);

    private async Task<Application> RegisterAsync(string name) =>
        (await Owners.RegisterAsync(Input(name), 3, Alice, default)).Application;

    private Task<bool> SetEnabledAsync(string key, bool enabled, ChangedBy by) =>
        Node.WithAsync<ApplicationAdministration, bool>(
            applications => applications.SetEnabledAsync(key, enabled, default, by));

    private static ValueTask<Application?> FindEnabledAsync(StoreNode node, Application application) =>
        node.Get<ApplicationDirectory>().FindEnabledAsync(application.ApiKey, default);

    private async Task<ListedEvent> LatestAsync(long account) =>
        (await Node.Get<SecurityEvents>().ListAsync(account, since: null, before: null, 1, default)).Single();
}
