using System.Net;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using TokenAuth.Kernel.Applications;
using TokenAuth.Tests.Infrastructure;

namespace TokenAuth.Tests.OpenId;

/// <summary>
/// Three clients that nobody here wrote, each through sign-in, refresh and sign-out, as their documentation shows. They
/// check the server's certificate against an authority of the test.
/// </summary>
public sealed class StockClientTests : IAsyncLifetime
{
    private const string Redirect = "https://photos.example.test/oidc";

    private SecureWorld _secure = null!;
    private FormBrowser _browser = null!;

    public async ValueTask InitializeAsync()
    {
        _secure = await SecureWorld.StartAsync();
        _browser = await _secure.AliceAsync();
    }

    public async ValueTask DisposeAsync()
    {
        _browser.Dispose();
        await _secure.DisposeAsync();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Openid_client_signs_a_person_in_refreshes_and_signs_out(bool isPublic)
    {
        var node = StockProgram.NeedNode();
        using var client = await RegisterAsync(new OpenIdChange(Redirects: [Redirect], IsPublic: isPublic));

        var result = await StockProgram.RunAsync(
            node,
            [
                StockProgram.PathOf("openid-client/sign-in.mjs"),
                .. ArgumentsOf(client, isPublic ? "" : client.App.Secret),
            ],
            _secure.Trust, StockProgram.PersonIn(_browser));

        AssertAlice(result);
        Assert.Equal(Subject, result.GetProperty("accessSubject").GetString());
        Assert.Equal("openid profile email offline_access", result.GetProperty("scope").GetString());
        Assert.Equal("invalid_grant", result.GetProperty("after").GetString());
        Assert.Equal(401, result.GetProperty("info").GetInt32());
    }

    [Fact]
    public async Task Authlib_signs_a_person_in_refreshes_and_signs_out()
    {
        var python = await Tool.NeedWithAsync("python3", "-c", "import authlib, requests");
        using var client = await RegisterAsync(new OpenIdChange(Redirects: [Redirect]));

        var result = await StockProgram.RunAsync(
            python, [StockProgram.PathOf("authlib_client.py"), .. ArgumentsOf(client, client.App.Secret)],
            _secure.Trust, StockProgram.PersonIn(_browser));

        AssertAlice(result);
        Assert.True(result.GetProperty("active").GetBoolean());
        Assert.Equal(401, result.GetProperty("after").GetInt32());
        Assert.Equal(200, result.GetProperty("revoked").GetInt32());
    }

    [Fact]
    public async Task Apaches_mod_auth_openidc_signs_a_person_in_and_out()
    {
        const string Package = "libapache2-mod-auth-openidc";
        Tool.NeedFile("/usr/lib/apache2/modules/mod_auth_openidc.so", Package);
        using var client = await RegisterAsync(new OpenIdChange());
        await using var apache = await Apache.StartAsync(
            ["authn_core", "authz_user", "auth_openidc", "ssl", "socache_shmcb", "dir"],
            new Dictionary<string, string>(StringComparer.Ordinal)
            {
                ["index.html"] = "members only",
                ["bye.html"] = "goodbye",
            },
            (directory, listen) => $"""
                <VirtualHost {listen}>
                    SSLEngine on
                    SSLCertificateFile {_secure.Authority.Chain}
                    SSLCertificateKeyFile {_secure.Authority.Key}
                    DocumentRoot {directory}
                    OIDCProviderMetadataURL {_secure.Address}.well-known/openid-configuration
                    OIDCCABundlePath {_secure.Authority.Root}
                    OIDCClientID {client.App.ApiKey}
                    OIDCClientSecret {client.App.Secret}
                    OIDCRedirectURI https://{listen}/oidc
                    OIDCCryptoPassphrase {client.App.Secret}
                    OIDCScope "openid profile email offline_access"
                    OIDCPKCEMethod S256
                    OIDCRemoteUserClaim preferred_username
                    OIDCInfoHook userinfo access_token refresh_token
                    <Location />
                        AuthType openid-connect
                        Require user Alice
                    </Location>
                    <Location /bye.html>
                        AuthType None
                        Require all granted
                    </Location>
                </VirtualHost>
                """);
        var site = $"https://{apache.Address.Authority}";
        await _secure.World.Server.Services.GetRequiredService<ApplicationAdministration>().ChangeAsync(
            client.App.ApiKey,
            new ApplicationChange
            {
                OpenId = new OpenIdChange(Redirects: [site + "/oidc"], SignOutRedirects: [site + "/bye.html"]),
            },
            default);

        Assert.Equal("members only", (await FollowAsync(site + "/")).Html);
        var first = await InfoAsync(site);
        Assert.Equal("Alice@example.test", first.GetProperty("userinfo").GetProperty("email").GetString());

        var access = Uri.EscapeDataString(first.GetProperty("access_token").GetString()!);
        Assert.Equal(
            "members only",
            (await FollowAsync($"{site}/oidc?refresh={Uri.EscapeDataString(site + "/")}&access_token={access}")).Html);
        var second = await InfoAsync(site);
        Assert.NotEqual(RefreshToken(first), RefreshToken(second), StringComparer.Ordinal);

        Assert.Equal(
            "goodbye", (await FollowAsync($"{site}/oidc?logout={Uri.EscapeDataString(site + "/bye.html")}")).Html);
        Assert.Equal(HttpStatusCode.BadRequest, (await client.RefreshAsync(RefreshToken(second))).Status);
    }

    /// <summary>A program that does not know the authority does not talk to the server: the check is real.</summary>
    [Fact]
    public async Task Without_the_root_the_certificate_is_refused()
    {
        var curl = Tool.Need("curl");
        var configuration = _secure.Address + ".well-known/openid-configuration";

        var known = await Tool.RunAsync(curl, ["-sS", configuration], _secure.Trust);
        Assert.Contains("\"issuer\"", known, StringComparison.Ordinal);
        var trustsOthers = new Dictionary<string, string>(StringComparer.Ordinal) { ["NO_PROXY"] = "*" };
        var refused = await Assert.ThrowsAnyAsync<Exception>(
            () => Tool.RunAsync(curl, ["-sS", configuration], trustsOthers));
        Assert.Contains("certificate", refused.Message, StringComparison.OrdinalIgnoreCase);
    }

    private string Subject => _secure.World.Alice.Id.ToString();

    private async Task<OpenIdClient> RegisterAsync(OpenIdChange change)
    {
        using var client = await OpenIdClient.RegisterAsync(_secure.World.Server, "Photos", change);
        return client.On(_secure.Address);
    }

    private string[] ArgumentsOf(OpenIdClient client, string secret) =>
        [_secure.Address.ToString(), client.App.ApiKey, secret, Redirect, OpenIdClient.SignOutRedirect];

    private void AssertAlice(JsonElement result)
    {
        Assert.Equal(Subject, result.GetProperty("subject").GetString());
        Assert.Equal("Alice", result.GetProperty("person").GetProperty("preferred_username").GetString());
        Assert.Equal("Alice@example.test", result.GetProperty("person").GetProperty("email").GetString());
        Assert.Equal(OpenIdClient.SignOutRedirect + "?state=bye", result.GetProperty("end").GetString());
    }

    /// <summary>Follows redirects between the site and the server, and allows the application if asked.</summary>
    private async Task<FormPage> FollowAsync(string address)
    {
        for (var i = 0; i < 12; i++)
        {
            var page = await _browser.GetAsync(address);
            if (!page.IsRedirect && address.StartsWith(_secure.Address.ToString(), StringComparison.Ordinal))
                page = await _browser.PressAsync(address, "allow");
            if (!page.IsRedirect)
                return page;
            address = new Uri(new Uri(address), page.Location!).AbsoluteUri;
        }

        throw new InvalidOperationException($"Too many redirects; the last one to {address}");
    }

    private static string RefreshToken(JsonElement info) => info.GetProperty("refresh_token").GetString()!;

    private async Task<JsonElement> InfoAsync(string site) =>
        JsonDocument.Parse((await FollowAsync(site + "/oidc?info=json")).Html).RootElement;
}
