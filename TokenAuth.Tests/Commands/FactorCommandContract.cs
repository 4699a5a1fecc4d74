using Microsoft.AspNetCore.Identity;
using TokenAuth.Kernel.Accounts.Factors;
using TokenAuth.Kernel.Accounts.Identities;
using TokenAuth.Tests.Infrastructure;
using TokenAuth.Tests.Kernel.Storage;

namespace TokenAuth.Tests.Commands;

/// <summary><c>account factors</c>: what a person can sign in with, and its removal.</summary>
public abstract class FactorCommandContract<TEngine> : StoreContract<TEngine>
    where TEngine : StoreEngine, new()
{
    [Fact]
    public async Task Factors_are_shown_without_secrets_and_removed()
    {
        var none = (await Engine.CommandAsync("account", "factors", "alice", "--json")).Json();
        Assert.False(none.GetProperty("secondFactor").GetBoolean());
        Assert.Equal(0, none.GetProperty("passkeys").GetArrayLength());

        var codes = await Node.Get<SecondFactor>().SetAuthenticatorAsync(
            Fixture.Alice.Id, new byte[Totp.SecretBytes], step: 1, Home, default);
        await Node.Get<Passkeys>().AddAsync(
            Fixture.Alice.Id, new string('a', 32), Passkey(), "Blue phone", Home, default);

        var shown = (await Engine.CommandAsync("account", "factors", "alice")).Succeeded().Output;
        Assert.Contains("second factor   on", shown, StringComparison.Ordinal);
        Assert.Contains("Blue phone", shown, StringComparison.Ordinal);
        Assert.DoesNotContain(codes![0], shown, StringComparison.Ordinal);
        var json = (await Engine.CommandAsync("account", "factors", "alice", "--json")).Json();
        Assert.Equal(
            ["login", "uid", "secondFactor", "authenticatorSince", "recoveryCodes", "passkeys", "identities"],
            json.Members,
            StringComparer.Ordinal);
        Assert.Equal((10, "Blue phone"), (
            json.GetProperty("recoveryCodes").GetInt32(), json.GetProperty("passkeys")[0].Text("name")));

        var removed = (await Engine.CommandAsync("account", "factors", "alice", "--remove", "--json")).Json();
        Assert.Equal(2, removed.GetProperty("factorsRemoved").GetInt32());
        Assert.False((await Node.Get<SecondFactor>().ReadAsync(Fixture.Alice.Id, default)).IsOn);
        Assert.Empty(await Node.Get<Passkeys>().ListAsync(Fixture.Alice.Id, default));
        Assert.Equal(
            "0 factors removed.\n",
            (await Engine.CommandAsync("account", "factors", "alice", "--remove")).Succeeded().Output);
    }

    [Fact]
    public async Task A_link_is_shown_and_removed()
    {
        await Node.Get<AccountIdentities>().LinkAsync(
            Fixture.Alice.Id, new NewIdentity("https://id.example.test", "1", "jane"), Home, default);
        var shown = (await Engine.CommandAsync("account", "factors", "alice")).Succeeded().Output;
        Assert.Contains("jane (https://id.example.test)", shown, StringComparison.Ordinal);
        var json = (await Engine.CommandAsync("account", "factors", "alice", "--json")).Json();
        Assert.Equal("jane", json.GetProperty("identities")[0].Text("name"));

        Assert.Equal(
            "1 link removed.\n",
            (await Engine.CommandAsync("account", "factors", "alice", "--unlink")).Succeeded().Output);
        Assert.Empty(await Node.Get<AccountIdentities>().ListAsync(Fixture.Alice.Id, default));
        var removed = (await Engine.CommandAsync("account", "factors", "alice", "--unlink", "--remove", "--json")).Json();
        Assert.Equal(
            (0, 0), (removed.GetProperty("linksRemoved").GetInt32(), removed.GetProperty("factorsRemoved").GetInt32()));
    }

    private static UserPasskeyInfo Passkey() => new(
        credentialId: [1, 2, 3], publicKey: [4, 5, 6], DateTimeOffset.UnixEpoch, signCount: 1, transports: ["internal"],
        isUserVerified: true, isBackupEligible: false, isBackedUp: false, attestationObject: [], clientDataJson: []);
}
