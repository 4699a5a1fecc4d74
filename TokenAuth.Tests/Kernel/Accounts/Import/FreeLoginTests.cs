using TokenAuth.Kernel.Accounts;
using TokenAuth.Kernel.Accounts.Import;
using TokenAuth.Tests.Infrastructure;

namespace TokenAuth.Tests.Kernel.Accounts.Import;

public sealed class FreeLoginTests
{
    [Theory]
    [InlineData("ann.lee", "ann_lee")]
    [InlineData("  Ann -- Lee  ", "Ann_Lee")]
    [InlineData("Éva Ångström", "Eva_Angstrom")]
    [InlineData("e\u0301va", "eva")]
    [InlineData("_ann_", "ann")]
    [InlineData("Дора", "member")]
    [InlineData("", "member")]
    [InlineData("abcdefghijklmnopqrstuvwxyz0123", "abcdefghijklmnopqrstuvwxy")]
    [InlineData("abcdefghijklmnopqrstuvwx yz", "abcdefghijklmnopqrstuvwx")]
    public void A_suggestion_keeps_what_fits(string login, string plain) =>
        Assert.Equal(plain, FreeLogins.Plain(login));

    [Fact]
    public void A_suggestion_is_always_a_login_name() =>
        Gens.AnyText(40).Holds(2000, text => Assert.True(Account.IsLogin(FreeLogins.Plain(text))));
}
