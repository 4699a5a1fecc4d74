using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using TokenAuth.Tests.Infrastructure;
using TokenAuth.Tests.Login;
using TokenAuth.Tests.World;

namespace TokenAuth.Tests.Kernel.Http;

/// <summary>Headers and cookies that bind a browser to https and to this host.</summary>
public sealed class TransportSecurityTests
{
    private const string Header = "Strict-Transport-Security";

    private const string Public = "--TokenAuth:PublicUrl=https://auth.example.test";

    /// <summary>Pages, errors, files and endpoints.</summary>
    private static readonly string[] Paths =
        [
            "/signin", "/account", "/nowhere", "/css/site.css", "/api.php", "/api/test.hello", "/interface/flat",
            "/introspect", "/auth/verify", "/health/live"];

    [Fact]
    public async Task With_an_https_public_address_every_https_answer_has_the_header()
    {
        await using var world = await TestWorld.StartAsync(Public);

        Assert.All(
            await StrictAsync(world.Server.Https, "auth.example.test"),
            answer => Assert.Equal("max-age=31536000", answer));
        Assert.All(await StrictAsync(world.Server.Http, "auth.example.test"), Assert.Null);
        Assert.All(await StrictAsync(world.Server.Https, "evil.test"), Assert.Null);
    }

    [Fact]
    public async Task An_https_proxy_counts_as_https()
    {
        await using var world = await TestWorld.StartAsync(Public, "--TokenAuth:Proxies=127.0.0.1");

        Assert.All(
            await StrictAsync(
                world.Server.Http, "127.0.0.1", ("X-Forwarded-Proto", "https"),
                ("X-Forwarded-Host", "auth.example.test")),
            answer => Assert.Equal("max-age=31536000", answer));
    }

    [Fact]
    public async Task A_configured_certificate_turns_the_header_on()
    {
        var file = Path.GetTempFileName();
        await File.WriteAllBytesAsync(file, Certificate());
        await using var world = await TestWorld.StartAsync($"--Kestrel:Certificates:Default:Path={file}");
        File.Delete(file);

        Assert.All(
            await StrictAsync(world.Server.Https, "auth.example.test"),
            answer => Assert.Equal("max-age=31536000", answer));
        foreach (
            var host in (string[])["localhost", "localhost:5443", "a.localhost", "127.0.0.1:5443", "[::1]:5443",
            "192.0.2.1"])
            Assert.All(await StrictAsync(world.Server.Https, host), Assert.Null);
        Assert.All(await StrictAsync(world.Server.Http, "auth.example.test"), Assert.Null);
    }

    [Theory]
    [InlineData("--TokenAuth:SignUp=true", "auth.example.test")]
    [InlineData("--TokenAuth:PublicUrl=http://auth.example.test", "auth.example.test")]
    [InlineData("--TokenAuth:PublicUrl=https://localhost:5443", "localhost:5443")]
    public async Task A_server_without_a_public_https_address_sends_no_header(string setting, string host)
    {
        await using var world = await TestWorld.StartAsync(setting);

        Assert.All(await StrictAsync(world.Server.Https, host), Assert.Null);
    }

    [Fact]
    public async Task Over_https_every_cookie_of_a_page_is_bound_to_this_host()
    {
        await using var world = await TestWorld.StartAsync();
        var cookies = await CookiesAsync(world.Server.Https);

        Assert.Equal(
            ["__Host-TokenAuth", "__Host-TokenAuth.Device", "__Host-TokenAuth.Form", "__Host-TokenAuth.Notice"],
            cookies.Select(cookie => cookie.Split('=')[0]).Order(StringComparer.Ordinal), StringComparer.Ordinal);
        Assert.All(cookies, cookie =>
        {
            Assert.Contains("; path=/;", cookie, StringComparison.OrdinalIgnoreCase);
            Assert.Contains("; secure;", cookie, StringComparison.OrdinalIgnoreCase);
            Assert.Contains("; samesite=lax", cookie, StringComparison.OrdinalIgnoreCase);
            Assert.Contains("; httponly", cookie, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain("domain=", cookie, StringComparison.OrdinalIgnoreCase);
        });
    }

    [Fact]
    public async Task Over_http_cookies_have_plain_names_because_browsers_refuse_the_prefix()
    {
        await using var world = await TestWorld.StartAsync();
        var cookies = await CookiesAsync(world.Server.Http);

        Assert.Equal(
            ["TokenAuth", "TokenAuth.Device", "TokenAuth.Form", "TokenAuth.Notice"],
            cookies.Select(cookie => cookie.Split('=')[0]).Order(StringComparer.Ordinal), StringComparer.Ordinal);
        Assert.All(cookies, cookie => Assert.DoesNotContain("secure", cookie, StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>
    /// Another host of the domain can set only the plain cookie name, and knows a form token that belongs to its
    /// cookie.
    /// </summary>
    [Fact]
    public async Task A_form_cookie_set_by_another_host_is_ignored()
    {
        await using var world = await TestWorld.StartAsync();
        using var attacker = await new FormBrowser(world.Server.Https).ReadAsync("/signin");
        using var victim = new FormBrowser(world.Server.Https) { Token = attacker.Token };
        victim.Cookies["TokenAuth.Form"] = attacker.Cookies["__Host-TokenAuth.Form"];

        var planted = await victim.PostAsync("/signin", [("login", "sybil"), ("password", TestWorld.Password)]);
        var own = await attacker.PostAsync("/signin", [("login", "alice"), ("password", TestWorld.Password)]);

        Assert.Equal((HttpStatusCode.BadRequest, HttpStatusCode.Found), (planted.Status, own.Status));
        Assert.DoesNotContain("__Host-TokenAuth", victim.Cookies.Keys, StringComparer.Ordinal);
    }

    private static async Task<List<string?>> StrictAsync(Uri server, string host, params (string, string)[] headers)
    {
        using var browser = new FormBrowser(server, host);
        var answers = new List<string?>();
        foreach (var path in Paths)
        {
            var answer = await browser.GetAsync(path, headers);
            answers.Add(answer.Header(Header));
        }

        return answers;
    }

    /// <summary>The cookies of a sign-in, and of a notice from one page to the next.</summary>
    private static async Task<List<string>> CookiesAsync(Uri server)
    {
        using var browser = new FormBrowser(server);
        var form = await browser.GetAsync("/signin");
        var signedIn = await (await browser.ReadAsync("/signin")).PostAsync(
            "/signin", [("login", "alice"), ("password", TestWorld.Password)]);
        var ended = await (await browser.ReadAsync("/account")).PostAsync("/account?handler=End", [("id", "0")]);
        return [.. new[] { form, signedIn, ended }.SelectMany(answer => answer.SetCookies)];
    }

    private static byte[] Certificate()
    {
        using var key = RSA.Create(2048);
        var now = TimeProvider.System.GetUtcNow();
        using var certificate = new CertificateRequest(
            "CN=auth.example.test", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
            .CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
        return certificate.Export(X509ContentType.Pkcs12);
    }
}
