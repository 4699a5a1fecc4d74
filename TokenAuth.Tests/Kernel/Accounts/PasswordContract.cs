using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;
using TokenAuth.Kernel.Accounts;
using TokenAuth.Kernel.Faults;
using TokenAuth.Tests.Infrastructure;
using TokenAuth.Tests.Kernel.Storage;

namespace TokenAuth.Tests.Kernel.Accounts;

public abstract class PasswordContract<TEngine> : StoreContract<TEngine>
    where TEngine : StoreEngine, new()
{
    [Fact]
    public async Task A_hash_of_an_older_make_is_renewed_by_the_next_sign_in_and_only_by_a_right_one()
    {
        var old = new PasswordHasher<Account>(Options.Create(new PasswordHasherOptions { IterationCount = 500 })).HashPassword(Cast.Alice, StoreCast.Password);
        await Node.Store.WriteAsync(connection => connection.ExecuteAsync("UPDATE accounts SET password_hash = @old WHERE id = @id", ("@old", old), ("@id", Cast.Alice.Id)));

        Assert.Equal(FaultKind.CredentialsWrong, (await CheckAsync("wrong")).Fault?.Kind);
        Assert.Equal(old, await HashAsync());
        Assert.Equal(Cast.Alice.Id, (await CheckAsync(StoreCast.Password)).Value?.Id);
        var renewed = await HashAsync();
        Assert.NotEqual(old, renewed, StringComparer.Ordinal);
        Assert.Equal(Cast.Alice.Id, (await CheckAsync(StoreCast.Password)).Value?.Id);
        Assert.Equal(renewed, await HashAsync());
    }

    /// <summary>Dreamwidth shows an underscore as a hyphen; guesses at both spellings count as one name's.</summary>
    [Fact]
    public async Task A_hyphen_stands_for_an_underscore_where_a_login_name_is_typed()
    {
        Assert.Equal(Cast.Bob.Id, (await CheckAsync(StoreCast.Password, "bob-2")).Value?.Id);
        Assert.Equal(Cast.Bob.Id, (await CheckAsync(StoreCast.Password, "BOB-2")).Value?.Id);
        Assert.Equal(Cast.Bob.Id, (await AccountAsync("Bob-2"))?.Id);
        Assert.Null(await AccountAsync("alice-"));

        foreach (var spelling in new[] { "bob-2", "bob_2", "bob-2", "bob_2" })
            Assert.Equal(FaultKind.CredentialsWrong, (await CheckAsync("wrong", spelling)).Fault?.Kind);
        foreach (var spelling in new[] { "bob-2", "bob_2" })
            Assert.Equal(FaultKind.SignInThrottled, (await CheckAsync(StoreCast.Password, spelling)).Fault?.Kind);
    }

    [Theory]
    [InlineData("ran-dezvous")]
    [InlineData("-")]
    public async Task No_account_is_made_with_a_hyphen(string login)
    {
        var input = new NewAccount(login, "ran@example.test", DisplayName: null, StoreCast.Password);

        var made = await Node.WithAsync<AccountAdministration, (Account? Account, IReadOnlyList<InputError> Errors)>(
            accounts => accounts.AddAsync(input, default));

        Assert.Null(made.Account);
        Assert.Equal(nameof(NewAccount.Login), Assert.Single(made.Errors).Field);
    }

    [Fact]
    public async Task Of_two_who_take_the_same_name_at_once_one_is_told_that_it_is_taken()
    {
        for (var round = 0; round < 10; round++)
        {
            var outcomes = await Task.WhenAll(new[] { Node, Other, Node, Other }.Select((node, i) => Task.Run(() => node.WithAsync<AccountAdministration, (Account? Account, IReadOnlyList<InputError> Errors)>(
                accounts => accounts.AddAsync(new NewAccount(i % 2 == 0 ? $"carol{round}" : $"CAROL{round}", $"carol{i}@example.test", DisplayName: null, StoreCast.Password), default)))));

            Assert.Single(outcomes, outcome => outcome.Account is not null);
            Assert.All(outcomes.Where(outcome => outcome.Account is null), outcome => Assert.Equal(nameof(NewAccount.Login), Assert.Single(outcome.Errors).Field));
        }
    }

    [Theory]
    [InlineData("a\0b@example.test")]
    [InlineData("a\u0007b@example.test")]
    public async Task An_address_that_no_store_can_hold_is_no_address(string email)
    {
        var (account, errors) = await Node.WithAsync<AccountAdministration, (Account? Account, IReadOnlyList<InputError> Errors)>(
            accounts => accounts.AddAsync(new NewAccount("dora", email, DisplayName: null, StoreCast.Password), default));

        Assert.Null(account);
        Assert.Equal(nameof(NewAccount.Email), Assert.Single(errors).Field);
    }

    private Task<Outcome<FoundAccount>> CheckAsync(string password, string login = "alice") =>
        Node.Get<PasswordCheck>().CheckAsync(login, password, Home, default);

    private Task<Account?> AccountAsync(string login) =>
        Node.WithAsync<AccountAdministration, Account?>(accounts => accounts.FindAsync(login));

    private ValueTask<string?> HashAsync() => Other.Get<AccountDirectory>().PasswordHashAsync(Cast.Alice.Id, default);
}
