using System.Net;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;
using TokenAuth.Kernel.Accounts;
using TokenAuth.Kernel.Events;
using TokenAuth.Kernel.Faults;
using TokenAuth.Kernel.Limits;
using TokenAuth.Kernel.Secrets;
using TokenAuth.Kernel.Sessions;
using TokenAuth.Tests.Infrastructure;
using TokenAuth.Tests.Kernel.Storage;

namespace TokenAuth.Tests.Kernel.Accounts;

public abstract class PasswordContract<TEngine> : StoreContract<TEngine>
    where TEngine : StoreEngine, new()
{
    [Fact]
    public async Task A_confirmed_handshake_ends_with_the_password_that_confirmed_it()
    {
        var text = await OpenConfirmedAsync();

        var problem = await Node.WithAsync<AccountAdministration, InputError?>(async accounts =>
            await accounts.ChangePasswordAsync(
                (await accounts.FindAsync("Alice"))!, "another good password", thisSession: null, Home, default));

        Assert.Null(problem);
        Assert.Null(await ExchangeAsync(text));
    }

    [Fact]
    public async Task A_successful_sign_in_renews_an_older_hash()
    {
        var old = new PasswordHasher<Account>(Options.Create(new PasswordHasherOptions { IterationCount = 500 }))
            .HashPassword(Fixture.Alice, StoreFixture.Password);
        await Node.Store.WriteAsync(
            connection => connection.ExecuteAsync(
                "UPDATE accounts SET password_hash = @old WHERE id = @id", ("@old", old), ("@id", Fixture.Alice.Id)));

        Assert.Equal(FaultKind.CredentialsWrong, (await CheckAsync("wrong")).Fault?.Kind);
        Assert.Equal(old, await HashAsync());
        Assert.Equal(Fixture.Alice.Id, (await CheckAsync(StoreFixture.Password)).Value?.Id);
        var renewed = await HashAsync();
        Assert.NotEqual(old, renewed, StringComparer.Ordinal);
        Assert.Equal(Fixture.Alice.Id, (await CheckAsync(StoreFixture.Password)).Value?.Id);
        Assert.Equal(renewed, await HashAsync());
    }

    /// <summary>Dreamwidth displays an underscore as a hyphen; guesses at both spellings count for one name.</summary>
    [Fact]
    public async Task A_hyphen_stands_for_an_underscore_in_a_typed_login_name()
    {
        Assert.Equal(Fixture.Bob.Id, (await CheckAsync(StoreFixture.Password, "bob-2")).Value?.Id);
        Assert.Equal(Fixture.Bob.Id, (await CheckAsync(StoreFixture.Password, "BOB-2")).Value?.Id);
        Assert.Equal(Fixture.Bob.Id, (await AccountAsync("Bob-2"))?.Id);
        Assert.Null(await AccountAsync("alice-"));

        foreach (var spelling in new[] { "bob-2", "bob_2", "bob-2", "bob_2" })
            Assert.Equal(FaultKind.CredentialsWrong, (await CheckAsync("wrong", spelling)).Fault?.Kind);
        foreach (var spelling in new[] { "bob-2", "bob_2" })
            Assert.Equal(FaultKind.SignInThrottled, (await CheckAsync(StoreFixture.Password, spelling)).Fault?.Kind);
    }

    [Theory]
    [InlineData("ran-dezvous")]
    [InlineData("-")]
    public async Task A_new_login_name_cannot_contain_a_hyphen(string login)
    {
        var input = new NewAccount(login, "ran@example.test", DisplayName: null, StoreFixture.Password);

        var made = await Node.WithAsync<AccountAdministration, (Account? Account, IReadOnlyList<InputError> Errors)>(
            accounts => accounts.AddAsync(input, default));

        Assert.Null(made.Account);
        Assert.Equal(nameof(NewAccount.Login), Assert.Single(made.Errors).Field);
    }

    [Fact]
    public async Task Of_simultaneous_sign_ups_for_one_name_one_succeeds_and_the_others_learn_that_it_is_taken()
    {
        for (var round = 0; round < 10; round++)
        {
            var outcomes = await Task.WhenAll(new[] { Node, Other, Node, Other }.Select((node, i) => Task.Run(
                () => node.WithAsync<AccountAdministration, (Account? Account, IReadOnlyList<InputError> Errors)>(
                    accounts => accounts.AddAsync(
                        new NewAccount(
                            i % 2 == 0 ? $"carol{round}" : $"CAROL{round}", $"carol{i}@example.test", DisplayName: null,
                            StoreFixture.Password),
                        default)))));

            Assert.Single(outcomes, outcome => outcome.Account is not null);
            Assert.All(
                outcomes.Where(outcome => outcome.Account is null),
                outcome => Assert.Equal(nameof(NewAccount.Login), Assert.Single(outcome.Errors).Field));
        }
    }

    [Theory]
    [InlineData("a\0b@example.test")]
    [InlineData("a\u0007b@example.test")]
    public async Task An_email_address_with_control_characters_is_refused(string email)
    {
        var (account, errors) =
            await Node.WithAsync<AccountAdministration, (Account? Account, IReadOnlyList<InputError> Errors)>(
                accounts => accounts.AddAsync(
                    new NewAccount("dora", email, DisplayName: null, StoreFixture.Password), default));

        Assert.Null(account);
        Assert.Equal(nameof(NewAccount.Email), Assert.Single(errors).Field);
    }

    [Fact]
    public async Task Of_six_simultaneous_password_changes_one_succeeds_and_the_others_are_refused()
    {
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 6).Select(
            i => Task.Run(() => (i % 2 == 0 ? Node : Other).WithAsync<AccountAdministration, InputError?>(
                accounts => accounts.ChangePasswordAsync(
                    Fixture.Alice, $"the new password {i}", thisSession: null, Home, default)))));

        var made = Assert.Single(Enumerable.Range(0, 6), i => outcomes[i] is null);
        Assert.All(outcomes.OfType<InputError>(), error => Assert.Equal(InputError.PasswordChangedMeanwhile, error));
        for (var i = 0; i < 6; i++)
            Assert.Equal(
                i == made,
                (await CheckAsync($"the new password {i}", IPAddress.Parse($"192.0.2.{i + 1}"))).Value is not null);
        Assert.Single(
            await Node.Get<SecurityEvents>().ListAsync(Fixture.Alice.Id, null, null, 100, default),
            happened => happened.Kind == "password_changed");
    }

    [Fact]
    public async Task A_sign_in_checked_before_a_password_change_gets_no_valid_session()
    {
        var checkedBefore = (await CheckAsync(StoreFixture.Password)).Value!;
        await Node.WithAsync<AccountAdministration, InputError?>(
            accounts => accounts.ChangePasswordAsync(Fixture.Alice, "a new password", null, Home, default));
        var checkedAfter = (await CheckAsync("a new password")).Value!;

        foreach (var (account, isGood) in new[] { (checkedBefore, false), (checkedAfter, true) })
        {
            var (text, numbered) = (RandomToken.Hex(32), RandomToken.Hex(32));
            var session = new NewSession(
                Dialect, text, null, null, account.Id, "", TimeSpan.FromHours(1), Slides: false, Home,
                Stamp: account.Stamp);
            Assert.Equal(isGood, await Other.Sessions.IssueAsync(session, default));
            Assert.Equal(
                isGood ? numbered : null,
                await Other.Sessions.IssueNumberedAsync(session, _ => numbered, default));
            Assert.Equal(
                (isGood, isGood),
                (await base.CheckAsync(text) is not null, await base.CheckAsync(numbered) is not null));
        }
    }

    [Fact]
    public async Task Renewing_a_hash_does_not_conflict_with_a_password_change()
    {
        var account = await Node.WithAsync<AccountAdministration, Account?>(accounts => accounts.FindAsync("alice"));
        await Node.Get<AccountDirectory>().RehashAsync(
            Fixture.Alice.Id, (await HashAsync())!, "another hash of the same password", default);

        Assert.Null(
            await Node.WithAsync<AccountAdministration, InputError?>(
                accounts => accounts.ChangePasswordAsync(account!, "a new password", null, Home, default)));
    }

    [Theory]
    [InlineData("password")]
    [InlineData("ALICE123")]
    [InlineData("7 chars")]
    public async Task A_guessable_password_is_refused_as_a_new_password(string password)
    {
        var refused = await Node.WithAsync<AccountAdministration, InputError?>(
            accounts => accounts.ChangePasswordAsync(Fixture.Alice, password, null, Home, default));

        Assert.Equal(nameof(NewAccount.Password), refused?.Field);
        Assert.Equal(Fixture.Alice.Id, (await CheckAsync(StoreFixture.Password)).Value?.Id);
    }

    [Theory]
    [InlineData("password", "most common")]
    [InlineData("Dora_1", "your name")]
    [InlineData("dora@example.test", "your name")]
    public async Task An_operator_may_set_a_short_password_but_not_a_guessable_one(string password, string saying)
    {
        var (account, errors) = await AddAsync(password);
        Assert.Null(account);
        Assert.Contains(saying, Assert.Single(errors).Message.ToString(), StringComparison.Ordinal);

        Assert.NotNull((await AddAsync("abc")).Account);

        Task<(Account? Account, IReadOnlyList<InputError> Errors)> AddAsync(string chosen) =>
            Node.WithAsync<AccountAdministration, (Account?, IReadOnlyList<InputError>)>(
                accounts => accounts.AddAsync(
                    new NewAccount("dora_1", "dora@example.test", DisplayName: null, chosen), default));
    }

    [Theory]
    [InlineData(Composed, Decomposed)]
    [InlineData(Decomposed, Composed)]
    public async Task A_password_is_valid_in_composed_and_decomposed_form(string set, string typed)
    {
        await Node.WithAsync<AccountAdministration, InputError?>(
            accounts => accounts.ChangePasswordAsync(Fixture.Alice, set, null, Home, default));

        Assert.NotNull((await CheckAsync(typed)).Value);
        Assert.NotNull((await CheckAsync(set)).Value);
        Assert.Equal(
            FaultKind.CredentialsWrong,
            (await CheckAsync(typed.Replace("hat", "has", StringComparison.Ordinal))).Fault?.Kind);
    }

    [Fact]
    public async Task A_hash_of_a_decomposed_password_from_an_earlier_version_is_valid_and_is_renewed()
    {
        var old = new PasswordHasher<Account>(Options.Create(new PasswordHasherOptions { IterationCount = 1000 }))
            .HashPassword(Fixture.Alice, Decomposed);
        await Node.Store.WriteAsync(
            connection => connection.ExecuteAsync(
                "UPDATE accounts SET password_hash = @old WHERE id = @id", ("@old", old), ("@id", Fixture.Alice.Id)));

        Assert.Equal(FaultKind.CredentialsWrong, (await CheckAsync(Composed)).Fault?.Kind);
        Assert.NotNull((await CheckAsync(Decomposed)).Value);
        Assert.NotNull((await CheckAsync(Composed)).Value);
    }

    private const string Composed = "M\u00FCller hat f\u00FCnf \u00C4pfel";

    private const string Decomposed = "Mu\u0308ller hat fu\u0308nf A\u0308pfel";

    private Task<Outcome<FoundAccount>> CheckAsync(string password, IPAddress from) =>
        Node.Get<PasswordCheck>().CheckAsync("alice", password, new SignInCaller(from, "browser"), default);

    private Task<Outcome<FoundAccount>> CheckAsync(string password, string login = "alice") =>
        Node.Get<PasswordCheck>().CheckAsync(login, password, new SignInCaller(Home, "browser"), default);

    private Task<Account?> AccountAsync(string login) =>
        Node.WithAsync<AccountAdministration, Account?>(accounts => accounts.FindAsync(login));

    private ValueTask<string?> HashAsync() =>
        Other.Get<AccountDirectory>().PasswordHashAsync(Fixture.Alice.Id, default);
}
