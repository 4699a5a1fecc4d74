using Microsoft.Extensions.Configuration;
using TokenAuth.Kernel.Configuration;

namespace TokenAuth.Tests.Kernel.Configuration;

/// <summary>Wrong options of mail stop the start with one line that names the option and has no secret.</summary>
public sealed class MailSettingsTests
{
    private static readonly Dictionary<string, string?> Good = new(StringComparer.Ordinal)
    {
        ["TokenAuth:PublicUrl"] = "https://auth.example.test",
        ["TokenAuth:Mail:Server"] = "mail.example.test:587",
        ["TokenAuth:Mail:From"] = "Example <noreply@example.test>",
        ["TokenAuth:Mail:User"] = "relay",
        ["TokenAuth:Mail:Password"] = "hunter2",
    };

    [Theory]
    [InlineData("TokenAuth:Mail:Server", "[2001:db8::1]:465")]
    [InlineData("TokenAuth:Mail:Server", "192.0.2.1:25")]
    [InlineData("TokenAuth:Mail:From", "noreply@example.test")]
    [InlineData("TokenAuth:Mail:From", "Zoë’s Café <noreply@example.test>")]
    [InlineData("TokenAuth:Mail:Tls", "required")]
    public void Good_options_are_taken(string option, string value) =>
        Assert.Equal(MailTls.Required, Read((option, value)).Mail.Tls);

    [Theory]
    [InlineData("TokenAuth:Mail:Server", "mail.example.test", "TokenAuth:Mail:Server")]
    [InlineData("TokenAuth:Mail:Server", "", "TokenAuth:Mail:Server")]
    [InlineData("TokenAuth:Mail:Server", ":587", "TokenAuth:Mail:Server")]
    [InlineData("TokenAuth:Mail:Server", "mail.example.test:0", "TokenAuth:Mail:Server")]
    [InlineData("TokenAuth:Mail:Server", "mail.example.test:99999", "TokenAuth:Mail:Server")]
    [InlineData("TokenAuth:Mail:Server", "smtp://mail.example.test:587", "TokenAuth:Mail:Server")]
    [InlineData("TokenAuth:Mail:Server", "2001:db8::1:465", "TokenAuth:Mail:Server")]
    [InlineData("TokenAuth:Mail:Server", "hunter2@mail.example.test:465", "TokenAuth:Mail:Server")]
    [InlineData("TokenAuth:Mail:Server", null, "TokenAuth:Mail:From")]
    [InlineData("TokenAuth:Mail:From", null, "TokenAuth:Mail:From")]
    [InlineData("TokenAuth:Mail:From", "Example", "TokenAuth:Mail:From")]
    [InlineData("TokenAuth:Mail:From", "a@b.test, c@d.test", "TokenAuth:Mail:From")]
    [InlineData("TokenAuth:Mail:From", "Example\r\nBcc: x@y.test <noreply@example.test>", "TokenAuth:Mail:From")]
    [InlineData("TokenAuth:Mail:User", null, "TokenAuth:Mail:User")]
    [InlineData("TokenAuth:Mail:Password", null, "TokenAuth:Mail:Password")]
    [InlineData("TokenAuth:Mail:Tls", "Sometimes", "TokenAuth:Mail:Tls")]
    [InlineData("TokenAuth:Mail:Tls", "Opportunistic", "TokenAuth:Mail:Tls")]
    [InlineData("TokenAuth:Mail:Tls", "None", "TokenAuth:Mail:Tls")]
    [InlineData("TokenAuth:PublicUrl", null, "TokenAuth:PublicUrl")]
    [InlineData("TokenAuth:Mail:Port", "25", "TokenAuth:Mail:Port")]
    public void A_wrong_option_is_named(string option, string? value, string named)
    {
        var wrong = Assert.Throws<SettingsException>(() => Read((option, value)));

        Assert.StartsWith($"{named}: ", wrong.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", wrong.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', wrong.Message);
    }

    [Theory]
    [InlineData("localhost:25")]
    [InlineData("127.0.0.1:25")]
    [InlineData("[::1]:25")]
    public void A_password_may_go_unencrypted_to_this_machine(string server) => Assert.Equal(
        MailTls.None, Read(("TokenAuth:Mail:Server", server), ("TokenAuth:Mail:Tls", "None")).Mail.Tls);

    [Fact]
    public void Without_options_there_is_no_mail() =>
        Assert.Null(Settings.Read(new ConfigurationBuilder().Build(), AppContext.BaseDirectory).Mail.Server);

    private static TokenAuthOptions Read(params (string Name, string? Value)[] changes)
    {
        var settings = new Dictionary<string, string?>(Good, StringComparer.Ordinal);
        foreach (var (name, value) in changes)
            settings[name] = value;
        return Settings.Read(
            new ConfigurationBuilder().AddInMemoryCollection(settings.Where(one => one.Value is not null)).Build(),
            AppContext.BaseDirectory);
    }
}
