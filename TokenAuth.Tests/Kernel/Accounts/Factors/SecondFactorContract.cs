using Microsoft.AspNetCore.Identity;
using TokenAuth.Kernel.Accounts;
using TokenAuth.Kernel.Accounts.Factors;
using TokenAuth.Kernel.Accounts.Identities;
using TokenAuth.Kernel.Events;
using TokenAuth.Kernel.Faults;
using TokenAuth.Kernel.Limits;
using TokenAuth.Kernel.Telemetry;
using TokenAuth.Tests.Infrastructure;
using TokenAuth.Tests.Kernel.Storage;

namespace TokenAuth.Tests.Kernel.Accounts.Factors;

public abstract class SecondFactorContract<TEngine> : StoreContract<TEngine>
    where TEngine : StoreEngine, new()
{
    private static readonly byte[] Secret = [.. Enumerable.Range(1, Totp.SecretBytes).Select(number => (byte)number)];

    private SignInCaller Caller { get; set; } = new(Home, DialectNames.Browser);

    [Fact]
    public async Task An_authenticator_turns_the_second_factor_on_and_its_removal_turns_it_off()
    {
        Assert.False((await AccountAsync()).HasSecondFactor);
        var codes = await SetAuthenticatorAsync();

        Assert.Equal(RecoveryCodes.Count, codes!.Distinct(StringComparer.Ordinal).Count());
        Assert.True((await AccountAsync()).HasSecondFactor);
        Assert.Equal(new FactorState(IsOn: true, Clock.GetUtcNow(), RecoveryCodes.Count), await StateAsync());
        Assert.Null(await SetAuthenticatorAsync());
        Assert.Null(await Node.Get<SecondFactor>().TurnOnAsync(Fixture.Alice.Id, Home, default));

        Assert.True(await Node.Get<SecondFactor>().RemoveAuthenticatorAsync(Fixture.Alice.Id, Home, default));
        Assert.False(await Node.Get<SecondFactor>().RemoveAuthenticatorAsync(Fixture.Alice.Id, Home, default));
        Assert.Equal(new FactorState(IsOn: false, AuthenticatorSince: null, RecoveryCodes: 0), await StateAsync());
        Assert.Equal(
            ["second_factor_off", "authenticator_off", "authenticator_on", "authenticator_on"], await KindsAsync(4),
            StringComparer.Ordinal);
    }

    [Fact]
    public async Task While_a_passkey_is_left_the_second_factor_stays_on()
    {
        await SetAuthenticatorAsync();
        Assert.Equal(PasskeyAddition.Done, await AddPasskeyAsync(1));
        await Node.Get<SecondFactor>().RemoveAuthenticatorAsync(Fixture.Alice.Id, Home, default);
        Assert.True((await StateAsync()).IsOn);

        var passkey = Assert.Single(await Node.Get<Passkeys>().ListAsync(Fixture.Alice.Id, default));
        Assert.Equal(
            WayRemoval.Gone,
            await Node.Get<Passkeys>().RemoveAsync(Fixture.Bob.Id, passkey.Id, Home, default));
        Assert.Equal(
            WayRemoval.Done,
            await Node.Get<Passkeys>().RemoveAsync(Fixture.Alice.Id, passkey.Id, Home, default));
        Assert.Equal(new FactorState(IsOn: false, AuthenticatorSince: null, RecoveryCodes: 0), await StateAsync());
    }

    [Fact]
    public async Task The_last_passkey_of_an_account_without_a_password_stays()
    {
        await Node.Store.WriteAsync(connection => connection.ExecuteAsync("UPDATE accounts SET password_hash = NULL"));
        await AddPasskeyAsync(1);
        await AddPasskeyAsync(2);
        var all = await Node.Get<Passkeys>().ListAsync(Fixture.Alice.Id, default);
        Task<WayRemoval> RemoveAsync(ListedPasskey passkey) =>
            Node.Get<Passkeys>().RemoveAsync(Fixture.Alice.Id, passkey.Id, Home, default);

        // An identity at a provider that is not set up opens nothing.
        await Node.Get<AccountIdentities>().LinkAsync(
            Fixture.Alice.Id, new NewIdentity("https://id.example.test", "1", "jane"), Home, default);
        Assert.Equal([WayRemoval.Done, WayRemoval.OnlyWay], [await RemoveAsync(all[0]), await RemoveAsync(all[1])]);
        await Node.Store.WriteAsync(connection => connection.ExecuteAsync("UPDATE accounts SET password_hash = 'x'"));
        Assert.Equal(WayRemoval.Done, await RemoveAsync(all[1]));
    }

    [Fact]
    public async Task Without_authenticator_and_passkey_the_second_factor_cannot_be_turned_on()
    {
        Assert.Null(await Node.Get<SecondFactor>().TurnOnAsync(Fixture.Alice.Id, Home, default));
        Assert.Null(await Node.Get<SecondFactor>().MakeRecoveryCodesAsync(Fixture.Alice.Id, Home, default));
        Assert.False((await AccountAsync()).HasSecondFactor);

        await AddPasskeyAsync(1);
        Assert.NotNull(await Node.Get<SecondFactor>().TurnOnAsync(Fixture.Alice.Id, Home, default));
        Assert.True(await Node.Get<SecondFactor>().TurnOffAsync(Fixture.Alice.Id, Home, default));
        Assert.False(await Node.Get<SecondFactor>().TurnOffAsync(Fixture.Alice.Id, Home, default));
        Assert.Equal(0, await Node.CountAsync("recovery_codes"));
        Assert.Single(await Node.Get<Passkeys>().ListAsync(Fixture.Alice.Id, default));
    }

    [Fact]
    public async Task A_code_is_good_once_on_whatever_node()
    {
        await SetAuthenticatorAsync();
        var code = CodeNow();

        Assert.Null(await CheckAsync(code));
        Assert.Equal(FaultKind.CredentialsWrong, (await CheckAsync(code))?.Kind);
        Assert.Equal(FaultKind.CredentialsWrong, (await CheckAsync(code, Other))?.Kind);
        Clock.Advance(TimeSpan.FromSeconds(Totp.StepSeconds));
        Assert.Null(await CheckAsync(CodeNow(), Other));
    }

    [Fact]
    public async Task Of_concurrent_uses_of_a_code_one_succeeds()
    {
        await SetAuthenticatorAsync();
        for (var round = 0; round < 5; round++)
        {
            Clock.Advance(TimeSpan.FromMinutes(10));
            var code = CodeNow();
            var results = await Task.WhenAll(CheckAsync(code), CheckAsync(code, Other));

            Assert.Single(results, refusal => refusal is null);
        }
    }

    [Fact]
    public async Task A_recovery_code_is_good_once_even_if_it_is_used_twice_at_once()
    {
        var codes = (await SetAuthenticatorAsync())!;
        for (var round = 0; round < 3; round++)
        {
            Clock.Advance(TimeSpan.FromMinutes(10));
            var results = await Task.WhenAll(
                RecoverAsync(codes[round]), RecoverAsync(codes[round].ToLowerInvariant(), Other));
            Assert.Single(results, refusal => refusal is null);
        }

        Assert.Equal(7, (await StateAsync()).RecoveryCodes);
        var used = Assert.Single((await EventsAsync(10)).Where(entry => entry.Kind == "recovery_code_used").Take(1));
        Assert.Equal("7", used.Detail);

        var fresh = await Node.Get<SecondFactor>().MakeRecoveryCodesAsync(Fixture.Alice.Id, Home, default);
        Clock.Advance(TimeSpan.FromMinutes(10));
        Assert.Equal(FaultKind.CredentialsWrong, (await RecoverAsync(codes[9]))?.Kind);
        Assert.Null(await RecoverAsync(fresh![9]));
    }

    /// <summary>The same digits of another account are another code.</summary>
    [Fact]
    public async Task A_recovery_code_belongs_to_one_account()
    {
        var codes = (await SetAuthenticatorAsync())!;
        await AddPasskeyAsync(2, Fixture.Bob);
        await Node.Get<SecondFactor>().TurnOnAsync(Fixture.Bob.Id, Home, default);
        var bob = await Node.Get<AccountDirectory>().FindAsync(Fixture.Bob.Id, default);

        Assert.NotNull(await Node.Get<SecondFactorCheck>().CheckRecoveryCodeAsync(bob!, codes[0], Caller, default));
        Assert.Null(await RecoverAsync(codes[0]));
    }

    [Fact]
    public async Task Guesses_are_throttled_and_a_recovery_code_works_all_the_same()
    {
        var codes = (await SetAuthenticatorAsync())!;
        for (var i = 0; i < 4; i++)
            Assert.Equal(FaultKind.CredentialsWrong, (await CheckAsync("000000"))?.Kind);

        Assert.Equal(FaultKind.SignInThrottled, (await CheckAsync(CodeNow(), Other))?.Kind);
        Assert.Equal(FaultKind.SignInThrottled, (await RecoverAsync("0000-0000-0000-0000"))?.Kind);
        Assert.Null(await RecoverAsync(codes[0]));
        Assert.Null(await CheckAsync(CodeNow()));
    }

    /// <summary>An attacker who knows the password and has many networks does not lock out the owner's browser.</summary>
    [Fact]
    public async Task Guesses_from_everywhere_stop_after_ten_but_not_for_a_known_browser()
    {
        await SetAuthenticatorAsync();
        for (var i = 1; i <= 11; i++)
        {
            Caller = new(System.Net.IPAddress.Parse($"203.0.113.{i}"), DialectNames.Browser);
            Assert.Equal(FaultKind.CredentialsWrong, (await CheckAsync("000000"))?.Kind);
        }

        Caller = new(System.Net.IPAddress.Parse("203.0.113.99"), DialectNames.Browser);
        var refused = await CheckAsync(CodeNow());
        Assert.Equal((FaultKind.SignInThrottled, TimeSpan.FromHours(1)), (refused!.Value.Kind, refused.Value.RetryAfter));
        Clock.Advance(TimeSpan.FromMinutes(59));
        Assert.Equal(FaultKind.SignInThrottled, (await CheckAsync(CodeNow()))?.Kind);

        var stamp = (await AccountAsync()).Stamp;
        Caller = Caller with { Devices = [new KnownDevice(Fixture.Alice.Id, "own", KnownDevice.TagOf(stamp))] };
        Assert.Null(await CheckAsync(CodeNow()));
    }

    [Fact]
    public async Task A_correct_password_alone_makes_no_network_known_and_clears_nothing()
    {
        await SetAuthenticatorAsync();
        for (var i = 0; i < 3; i++)
            await PasswordAsync("wrong", Caller);
        Assert.True((await PasswordAsync(StoreFixture.Password, Caller)).Succeeded(out _, out _));
        await PasswordAsync("wrong", Caller);
        Assert.False((await PasswordAsync(StoreFixture.Password, Caller)).Succeeded(out _, out var fault));
        Assert.Equal(FaultKind.SignInThrottled, fault.Kind);

        Assert.Null(await CheckAsync(CodeNow()));
        Assert.True((await PasswordAsync(StoreFixture.Password, Caller)).Succeeded(out _, out _));
    }

    [Fact]
    public async Task A_program_cannot_tell_that_the_password_is_correct()
    {
        await SetAuthenticatorAsync();
        var program = new SignInCaller(Home, "dreamwidth");
        for (var i = 0; i < 4; i++)
        {
            var check = await PasswordAsync(i % 2 == 0 ? StoreFixture.Password : "wrong", program);
            Assert.False(check.Succeeded(out _, out var fault));
            Assert.Equal(FaultKind.CredentialsWrong, fault.Kind);
        }

        Assert.False((await PasswordAsync(StoreFixture.Password, program)).Succeeded(out _, out var last));
        Assert.Equal(FaultKind.SignInThrottled, last.Kind);
        Assert.Equal(
            ["password", "second factor"],
            (await EventsAsync(10)).Where(entry => entry.Kind == "sign_in_failed").Select(entry => entry.Detail!)
                .Order(StringComparer.Ordinal).Distinct(StringComparer.Ordinal),
            StringComparer.Ordinal);
    }

    [Fact]
    public async Task An_operator_removes_everything_and_is_named()
    {
        await SetAuthenticatorAsync();
        await AddPasskeyAsync(1);
        var factor = Node.Get<SecondFactor>();
        Assert.Null(await factor.RemoveAllAsync(Fixture.Alice.Id, Home, by: Fixture.Bob.Id, default));

        await Node.Get<Administrators>().SetAsync(Fixture.Bob.Id, isAdmin: true, from: null, by: null, default);
        Assert.Equal(2, await factor.RemoveAllAsync(Fixture.Alice.Id, Home, by: Fixture.Bob.Id, default));
        Assert.Equal(0, await factor.RemoveAllAsync(Fixture.Alice.Id, Home, by: Fixture.Bob.Id, default));
        Assert.Equal(new FactorState(IsOn: false, AuthenticatorSince: null, RecoveryCodes: 0), await StateAsync());
        Assert.Empty(await Node.Get<Passkeys>().ListAsync(Fixture.Alice.Id, default));
        var told = Assert.Single(await EventsAsync(10), entry => entry.Kind == "second_factor_off");
        Assert.Equal("bob_2", told.Actor);

        await AddPasskeyAsync(3);
        Assert.Equal(1, await factor.RemoveAllAsync(Fixture.Alice.Id, from: null, by: null, default));
        Assert.Equal(2, (await EventsAsync(20)).Count(entry => entry.Kind == "second_factor_off"));
    }

    [Fact]
    public async Task An_account_has_at_most_twenty_passkeys_and_nobody_elses()
    {
        Assert.Equal(PasskeyAddition.Done, await AddPasskeyAsync(1, Fixture.Bob));
        Assert.Equal(PasskeyAddition.Refused, await AddPasskeyAsync(1));
        for (byte i = 2; i <= 20; i++)
            Assert.Equal(PasskeyAddition.Done, await AddPasskeyAsync(i));
        var last = await Task.WhenAll(AddPasskeyAsync(21), AddPasskeyAsync(22, node: Other));

        Assert.Equal([PasskeyAddition.Done, PasskeyAddition.TooMany], last.Order());
        Assert.Equal(Passkeys.MaxPasskeys, (await Node.Get<Passkeys>().ListAsync(Fixture.Alice.Id, default)).Count);
    }

    [Fact]
    public async Task A_passkey_is_added_only_under_the_accounts_handle()
    {
        Assert.Equal(PasskeyAddition.Done, await AddPasskeyAsync(1));
        Assert.Equal(
            PasskeyAddition.Refused,
            await Node.Get<Passkeys>().AddAsync(
                Fixture.Alice.Id, new string('f', 32), Made(2), "Other", Home, default));
        var handle = await Node.Get<Passkeys>().HandleAsync(Fixture.Alice.Id, default);
        Assert.Equal(Fixture.Alice.Id, await Node.Get<Passkeys>().FindAsync(handle, default));
    }

    [Fact]
    public async Task A_counter_only_rises_and_of_two_equal_answers_one_is_good()
    {
        await AddPasskeyAsync(1);
        var passkeys = Node.Get<Passkeys>();
        Assert.True(await passkeys.UseAsync(Fixture.Alice.Id, Made(1, count: 5), default));
        Assert.False(await passkeys.UseAsync(Fixture.Alice.Id, Made(1, count: 5), default));
        Assert.False(await passkeys.UseAsync(Fixture.Alice.Id, Made(1, count: 0), default));
        Assert.False(await passkeys.UseAsync(Fixture.Bob.Id, Made(1, count: 6), default));
        var both = await Task.WhenAll(
            passkeys.UseAsync(Fixture.Alice.Id, Made(1, count: 7), default),
            Other.Get<Passkeys>().UseAsync(Fixture.Alice.Id, Made(1, count: 7), default));
        Assert.Single(both, isGood => isGood);
        Assert.Equal(
            Clock.GetUtcNow(), Assert.Single(await passkeys.ListAsync(Fixture.Alice.Id, default)).LastUsedAt);
    }

    [Fact]
    public async Task A_passkey_without_a_counter_is_used_again_and_again()
    {
        await AddPasskeyAsync(1, count: 0);
        for (var i = 0; i < 3; i++)
            Assert.True(await Node.Get<Passkeys>().UseAsync(Fixture.Alice.Id, Made(1, count: 0), default));
    }

    [Fact]
    public async Task Erasing_the_account_erases_its_factors_and_the_names_in_its_events()
    {
        await SetAuthenticatorAsync();
        await AddPasskeyAsync(1);
        await Node.Get<AccountChanges>().EraseAsync(Fixture.Alice, default);

        foreach (var table in (string[])["account_passkeys", "authenticators", "recovery_codes"])
            Assert.Equal(0, await Node.CountAsync(table));
        Assert.Null(Assert.Single(await EventsAsync(10), entry => entry.Kind == "passkey_added").Detail);
    }

    [Fact]
    public async Task The_store_has_neither_the_secret_nor_the_codes()
    {
        var codes = (await SetAuthenticatorAsync())!;
        var stored = await Node.Store.ReadAsync(connection => connection.FirstAsync(
            "SELECT protected_secret FROM authenticators", row => row.GetString(0)));
        var hashes = await Node.Store.ReadAsync(connection => connection.ListAsync(
            "SELECT code_hash FROM recovery_codes", row => Convert.ToHexString(row.GetBytes(0))));

        Assert.DoesNotContain(Convert.ToHexString(Secret), stored, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain(
            hashes,
            hash => codes.Any(code => hash.Contains(
                Convert.ToHexString(System.Text.Encoding.ASCII.GetBytes(code)), StringComparison.Ordinal)));
    }

    private static UserPasskeyInfo Made(byte number, uint count = 1) => new(
        [number, 2, 3], [4, 5, 6], TestClock.Start, count, ["internal", "hybrid"], isUserVerified: true,
        isBackupEligible: false, isBackedUp: false, attestationObject: [], clientDataJson: []);

    private string CodeNow() => Totp.CodeAt(Secret, Totp.StepAt(Clock.GetUtcNow()));

    private Task<IReadOnlyList<string>?> SetAuthenticatorAsync() =>
        Node.Get<SecondFactor>().SetAuthenticatorAsync(Fixture.Alice.Id, Secret, step: 1, Home, default);

    private async Task<PasskeyAddition> AddPasskeyAsync(
        byte number, Account? account = null, StoreNode? node = null, uint count = 1)
    {
        var (id, passkeys) = ((account ?? Fixture.Alice).Id, (node ?? Node).Get<Passkeys>());
        return await passkeys.AddAsync(
            id, await passkeys.HandleAsync(id, default), Made(number, count), $"Key {number}", Home, default);
    }

    private async Task<FoundAccount> AccountAsync() =>
        (await Node.Get<AccountDirectory>().FindAsync("alice", default))!;

    private async Task<Fault?> CheckAsync(string code, StoreNode? node = null) =>
        await (node ?? Node).Get<SecondFactorCheck>().CheckCodeAsync(await AccountAsync(), code, Caller, default);

    private async Task<Fault?> RecoverAsync(string code, StoreNode? node = null) =>
        await (node ?? Node).Get<SecondFactorCheck>().CheckRecoveryCodeAsync(
            await AccountAsync(), code, Caller, default);

    private Task<Outcome<FoundAccount>> PasswordAsync(string password, SignInCaller caller) =>
        Node.Get<PasswordCheck>().CheckAsync("alice", password, caller, default);

    private Task<FactorState> StateAsync() => Other.Get<SecondFactor>().ReadAsync(Fixture.Alice.Id, default);

    private Task<IReadOnlyList<ListedEvent>> EventsAsync(int limit) =>
        Node.Get<SecurityEvents>().ListAsync(Fixture.Alice.Id, since: null, before: null, limit, default);

    private async Task<IEnumerable<string>> KindsAsync(int limit) =>
        (await EventsAsync(limit)).Select(entry => entry.Kind);
}
