using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using TokenAuth.Tests.Infrastructure;

namespace TokenAuth.Tests.Published;

/// <summary>https without a configured certificate, and with one.</summary>
[Collection(PublishedCopy.Commands)]
public sealed class CertificateTests(PublishedCopy copy)
{
    private const string Urls = "--urls=http://127.0.0.1:0;https://127.0.0.1:0";

    [Fact]
    public async Task A_self_signed_certificate_is_created_once_readable_by_its_owner_only_and_reported()
    {
        await using var fixture = await copy.CastAsync();
        var file = Path.Combine(fixture.Installation.Data, "https.pfx");

        var first = await fixture.Installation.ServeAsync(Urls);
        using var presented = await PresentedAsync(first.Https);
        Assert.Equal("CN=TokenAuth self-signed", presented.Subject);
        Assert.Contains(file, first.Process.Output, StringComparison.Ordinal);
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        Assert.Equal(0, (await first.StopAsync()).Status);

        var second = await fixture.Installation.ServeAsync(Urls);
        using var again = await PresentedAsync(second.Https);
        Assert.Equal(presented.Thumbprint, again.Thumbprint);
    }

    [Fact]
    public async Task A_configured_certificate_is_used_instead()
    {
        await using var fixture = await copy.CastAsync();
        using var key = RSA.Create(2048);
        var now = TimeProvider.System.GetUtcNow();
        using var own = new CertificateRequest(
            "CN=tokens.example.test", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
            .CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
        var file = Path.Combine(fixture.Installation.Root, "own.pfx");
        await File.WriteAllBytesAsync(file, own.Export(X509ContentType.Pkcs12, "sesame"));

        var server = await fixture.Installation.ServeAsync(
            Urls, $"--Kestrel:Certificates:Default:Path={file}", "--Kestrel:Certificates:Default:Password=sesame");

        using var presented = await PresentedAsync(server.Https);
        Assert.Equal(own.Thumbprint, presented.Thumbprint);
        Assert.DoesNotContain("self-signed", server.Process.Output, StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(fixture.Installation.Data, "https.pfx")));
    }

    [Fact]
    public async Task A_desktop_application_gets_its_session_over_https_only()
    {
        await using var fixture = await copy.CastAsync();
        var server = await fixture.Installation.ServeAsync(Urls);
        using var wire = new Wire();
        using var alice = await FormBrowser.SignedInAsync(
            server.Https, PublishedFixture.Alice, PublishedInstallation.Password);
        var token = (await wire.CreateTokenAsync(server.Http, fixture.Uploader)).GetString()!;
        Assert.True(await alice.AllowAsync(server.Https, fixture.Uploader, token));

        var refused = await wire.GetSessionAsync(server.Http, fixture.Uploader, token);
        Assert.Equal(100, Wire.CodeOf(refused));
        Assert.Contains(
            new Uri(server.Https, "/api.php").ToString(), refused.Text("error_msg"), StringComparison.Ordinal);

        var session = await wire.GetSessionAsync(server.Https, fixture.Uploader, token);
        Assert.Equal(["session_key", "uid", "expires", "secret"], session.Members);
    }

    private static async Task<X509Certificate2> PresentedAsync(Uri https)
    {
        using var connection = new TcpClient();
        await connection.ConnectAsync(https.Host, https.Port);
        await using var tls = new SslStream(connection.GetStream(), leaveInnerStreamOpen: false, (_, _, _, _) => true);
        await tls.AuthenticateAsClientAsync("localhost");
        return X509CertificateLoader.LoadCertificate(tls.RemoteCertificate!.GetRawCertData());
    }
}
