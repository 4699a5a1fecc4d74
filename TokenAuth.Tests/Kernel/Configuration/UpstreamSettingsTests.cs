using Microsoft.Extensions.Configuration;
using TokenAuth.Kernel.Configuration;

namespace TokenAuth.Tests.Kernel.Configuration;

/// <summary>Wrong options of the upstream provider stop the start with one line that names the option.</summary>
public sealed class UpstreamSettingsTests
{
    private static readonly Dictionary<string, string?> Good = new(StringComparer.Ordinal)
    {
        ["TokenAuth:Upstream:Issuer"] = "https://id.example.test/realms/one",
        ["TokenAuth:Upstream:ClientId"] = "tokenauth",
        ["TokenAuth:Upstream:ClientSecret"] = "hunter2",
    };

    [Theory]
    [InlineData("Issuer", "https://id.example.test/", "id.example.test")]
    [InlineData("Issuer", "http://localhost:8080", "localhost")]
    [InlineData("Issuer", "http://127.0.0.1:8080/realms/one", "127.0.0.1")]
    [InlineData("Issuer", "http://[::1]:8080", "[::1]")]
    [InlineData("Name", "Our community", "Our community")]
    [InlineData("ClientSecret", null, "id.example.test")]
    [InlineData("Scopes", "openid groups", "id.example.test")]
    public void Good_options_are_taken_and_a_provider_without_a_name_has_that_of_its_host(
        string option, string? value, string name)
    {
        var upstream = Read((option, value));
        Assert.True(upstream.IsOn);
        Assert.Equal(name, upstream.Name);
    }

    [Theory]
    [InlineData("Issuer", null, "ClientId")]
    [InlineData("Issuer", "", "Issuer")]
    [InlineData("Issuer", "id.example.test", "Issuer")]
    [InlineData("Issuer", "http://id.example.test", "Issuer")]
    [InlineData("Issuer", "http://localhost.example.test", "Issuer")]
    [InlineData("Issuer", "https://hunter2@id.example.test", "Issuer")]
    [InlineData("Issuer", "https://id.example.test/?x=1", "Issuer")]
    [InlineData("Issuer", "https://id.example.test/#x", "Issuer")]
    [InlineData("Issuer", "ftp://id.example.test", "Issuer")]
    [InlineData("ClientId", null, "ClientId")]
    [InlineData("ClientId", " ", "ClientId")]
    [InlineData("Name", " ", "Name")]
    [InlineData("Name", "two\nlines", "Name")]
    [InlineData("Scopes", "profile", "Scopes")]
    [InlineData("Scopes", "openidconnect", "Scopes")]
    [InlineData("Secret", "hunter2", "Secret")]
    public void A_wrong_option_is_named(string option, string? value, string named)
    {
        var wrong = Assert.Throws<SettingsException>(() => Read((option, value)));

        Assert.StartsWith($"TokenAuth:Upstream:{named}: ", wrong.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", wrong.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', wrong.Message);
    }

    [Fact]
    public void Without_an_issuer_there_is_no_provider() =>
        Assert.False(Settings.Read(new ConfigurationBuilder().Build(), "/").Upstream.IsOn);

    private static UpstreamOptions Read((string Option, string? Value) change)
    {
        var values = new Dictionary<string, string?>(Good, StringComparer.Ordinal)
        {
            [$"TokenAuth:Upstream:{change.Option}"] = change.Value,
        };
        return Settings.Read(
            new ConfigurationBuilder()
                .AddInMemoryCollection(values.Where(pair => pair.Value is not null)).Build(),
            "/").Upstream;
    }
}
