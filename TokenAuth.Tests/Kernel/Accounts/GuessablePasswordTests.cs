using TokenAuth.Kernel.Accounts;
using TokenAuth.Kernel.Configuration;

namespace TokenAuth.Tests.Kernel.Accounts;

public sealed class GuessablePasswordTests
{
    [Theory]
    [InlineData("password")]
    [InlineData("PassWord")]
    [InlineData("12345678")]
    [InlineData("qwertyuiop")]
    [InlineData("00000000")]
    [InlineData("987654321")]
    [InlineData("0.0.0.000")] // the first line of the list
    [InlineData("zzzzzzzz")] // the last one
    public void Common_passwords_are_refused_in_any_case(string password) =>
        Assert.Contains(
            "most common",
            $"{Refusal(password)}",
            StringComparison.Ordinal);

    [Theory]
    [InlineData("alice_2")]
    [InlineData("ALICE_2")]
    [InlineData("alice_2026")]
    [InlineData("2alice!!")]
    [InlineData("ally@example.test")]
    [InlineData("ally2026")]
    [InlineData("alice m\u00FCller")]
    [InlineData("Alice Mu\u0308ller1")]
    [InlineData("TokenAuth")]
    [InlineData("tokenauth!1")]
    [InlineData("Rosehill Photo Club")]
    [InlineData("rosehill photo club 1")]
    [InlineData("auth.rosehill.test")]
    public void Passwords_that_resemble_the_persons_or_the_services_name_are_refused(string password) =>
        Assert.Contains(
            "your name",
            $"{Refusal(password)}",
            StringComparison.Ordinal);

    [Theory]
    [InlineData("correct horse battery staple")]
    [InlineData("alice-likes-tea")]
    [InlineData("alice_2-19870412")]
    [InlineData("my password")]
    [InlineData("\u043F\u0430\u0440\u043E\u043B\u044C")]
    [InlineData("6_12345")]
    [InlineData("")]
    public void A_password_that_is_neither_common_nor_derived_from_the_account_is_accepted(string password)
    {
        Assert.Null(Refusal(password));
        Assert.Null(GuessablePasswords.Refusal(password, ["_2", null]));
    }

    [Fact]
    public void Each_of_the_more_than_three_thousand_common_passwords_is_refused()
    {
        using var list = new StreamReader(
            typeof(GuessablePasswords).Assembly.GetManifestResourceStream("common-passwords.txt")!);
        var lines = list.ReadToEnd().TrimEnd('\n').Split('\n');

        Assert.True(lines.Length >= 3000);
        Assert.All(
            lines,
            line => Assert.True(
                line.Length >= 8 && GuessablePasswords.Refusal(line, ["x"]) is not null,
                line));
        Assert.Null(GuessablePasswords.Refusal(lines[7] + lines[8] + "?", ["x"]));
    }

    /// <summary>Applies the rules of the Rosehill Photo Club to a password of Alice.</summary>
    private static string? Refusal(string password)
    {
        var rules = new PasswordRules(new TokenAuthOptions
        {
            PublicUrl = "https://auth.rosehill.test",
            Site = { Name = "Rosehill Photo Club" },
        });
        var alice = new Account
        {
            UserName = "Alice_2",
            Email = "ally@example.test",
            DisplayName = "Alice M\u00FCller",
        };
        return rules.Check(alice, password.Length == 0 ? "another password" : password, minLength: 1)?.Message.ToString();
    }
}
