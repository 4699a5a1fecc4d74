using Microsoft.Extensions.DependencyInjection;
using TokenAuth.Kernel.Accounts;
using TokenAuth.Kernel.Accounts.Hashes;
using TokenAuth.Kernel.Accounts.Import;
using TokenAuth.Kernel.Storage;
using TokenAuth.Tests.Dreamwidth;
using TokenAuth.Tests.Infrastructure;
using TokenAuth.Tests.PeopleAggregator;

namespace TokenAuth.Tests;

/// <summary>A password that was imported, at every door that takes a password.</summary>
public sealed class ImportedPasswordTests(DreamwidthWorld shared) : IClassFixture<DreamwidthWorld>
{
    private const string Password = "hashcat";

    private const string Weak = "{SSHA}AZKja92fbuuB9SpRlHqaoXxbTc43Mzc2MDM1Ng==";

    private const string Strong = "$S$C33783772bRXEx1aCsvY.dqgaaSu76XmVlKrW9Qu8IQlvxHlmzLf";

    private IServiceProvider Services => shared.World.Server.Services;

    public enum Door
    {
        Page,
        Dreamwidth,
        DreamwidthFlat,
        PeopleAggregator,
    }

    public static MatrixTheoryData<Door, string> Doors { get; } = new(Enum.GetValues<Door>(), [Weak, Strong]);

    [Theory]
    [MemberData(nameof(Doors))]
    public async Task It_is_accepted_and_its_hash_is_replaced(Door door, string hash)
    {
        var login = $"{door}_{hash.Length}";
        await ImportAsync(login, hash);

        Assert.False(await IsAcceptedAsync(door, login, "hashcut"));
        Assert.False(await IsAcceptedAsync(door, login, hash));
        Assert.True(ImportedHash.Is(await HashAsync(login)));
        Assert.True(await IsAcceptedAsync(door, login, Password));
        Assert.False(ImportedHash.Is(await HashAsync(login)));
        Assert.True(await IsAcceptedAsync(door, login, Password));
    }

    [Fact]
    public async Task It_proves_the_person_again_before_a_change()
    {
        await ImportAsync("prover", Weak);
        var stored = await HashAsync("prover");
        using var browser = await FormBrowser.SignedInAsync(shared.World.Server.Http, "prover", Password);
        await Services.GetRequiredService<Store>().WriteAsync(connection => connection.ExecuteAsync(
            "UPDATE accounts SET password_hash = @hash WHERE user_name = 'prover'", ("@hash", stored)));

        var changed = await browser.PostAsync(
            "/account/password", [("current", Password), ("chosen", "a much better password")]);

        Assert.Equal("/account", changed.Location?.OriginalString);
        Assert.True(await IsAcceptedAsync(Door.Page, "prover", "a much better password"));
        Assert.False(await IsAcceptedAsync(Door.Page, "prover", Password));
    }

    /// <summary>What the old software kept is no longer worth anything.</summary>
    [Fact]
    public async Task The_md5_of_an_imported_password_opens_no_door()
    {
        await ImportAsync("digest", DreamwidthWorld.Md5(Password), "md5");

        Assert.Equal(shared.Hint, (await shared.Client.AskAsync(
            "sessiongenerate", ("username", "digest"), ("hpassword", DreamwidthWorld.Md5(Password)))).Message);
        Assert.Equal("101", (await shared.Client.AskAsync(
            "sessiongenerate", await shared.AnsweredAsync("digest", Password))).Code);
        Assert.True(ImportedHash.Is(await HashAsync("digest")));
        Assert.True(await IsAcceptedAsync(Door.Dreamwidth, "digest", Password));
    }

    private async Task<bool> IsAcceptedAsync(Door door, string login, string password)
    {
        // The clock moves, so that the throttle forgives the failures before.
        shared.World.Clock.Advance(TimeSpan.FromHours(1));
        using var people = new PeopleAggregatorClient(shared.World.Server.Http);
        using var browser = new FormBrowser(shared.World.Server.Http);
        return door switch
        {
            Door.Page => (await browser.SignInAsync(login, password)).IsRedirect,
            Door.Dreamwidth => (await shared.Client.AskAsync(
                "sessiongenerate", ("username", login), ("password", password))).Code is null,
            Door.DreamwidthFlat => (await shared.Client.AskFlatAsync(
                "sessiongenerate", ("user", login), ("password", password)))
                .Body.StartsWith("ljsession\n", StringComparison.Ordinal),
            _ => (await people.AskAsync("login", ("login", login), ("password", password))).Code is null,
        };
    }

    private async Task ImportAsync(string login, string hash, string? scheme = null) =>
        Assert.Equal(1, (await Services.GetRequiredService<AccountImport>().AddAsync(
            [new ImportLine(1) { Login = login, Email = "x@example.test", Hash = hash, Scheme = scheme }],
            dryRun: false, hasStore: true, default)).Added);

    private async Task<string> HashAsync(string login)
    {
        var accounts = Services.GetRequiredService<AccountDirectory>();
        return (await accounts.PasswordHashAsync((await accounts.FindAsync(login, default))!.Id, default))!;
    }
}
