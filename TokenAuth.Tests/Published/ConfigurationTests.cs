using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using TokenAuth.Tests.Infrastructure;

namespace TokenAuth.Tests.Published;

/// <summary>A wrong option stops the server, with status 1 and one line that names it.</summary>
[Collection(PublishedCopy.Commands)]
public sealed class ConfigurationTests(PublishedCopy copy)
{
    [Fact]
    public async Task Commands_are_as_strict_and_read_the_environment()
    {
        await using var installation = new PublishedInstallation(copy);
        var command = installation.Start(copy.Program, [("TokenAuth__Maintainance", "true")], "app", "list", "--json");

        (await command.ExitAsync(TimeSpan.FromMinutes(1))).Failed(1, "TokenAuth:Maintainance");
    }

    [Fact]
    public async Task A_certificate_with_the_wrong_key_or_without_one_is_named()
    {
        await using var installation = new PublishedInstallation(copy);
        var (certificate, key) =
            (Path.Combine(installation.Root, "certificate.pem"), Path.Combine(installation.Root, "key.pem"));
        using (var own = RSA.Create(2048))
        using (var another = RSA.Create(2048))
        {
            var now = TimeProvider.System.GetUtcNow();
            var request = new CertificateRequest(
                "CN=tokens.example.test", own, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
            using var made = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
            await File.WriteAllTextAsync(certificate, made.ExportCertificatePem());
            await File.WriteAllTextAsync(key, another.ExportPkcs8PrivateKeyPem());
        }

        string[] https = ["--urls=https://127.0.0.1:0", $"--Kestrel:Certificates:Default:Path={certificate}"];
        (await installation.ServeInVainAsync([.. https, $"--Kestrel:Certificates:Default:KeyPath={key}"])).Failed(
            1, "Kestrel:Certificates:Default:KeyPath", "does not match");
        (await installation.ServeInVainAsync(https)).Failed(1, "Kestrel:Certificates");
    }

    [Fact]
    public async Task A_damaged_self_signed_certificate_is_named()
    {
        await using var installation = new PublishedInstallation(copy);
        var file = Path.Combine(Directory.CreateDirectory(installation.Data).FullName, "https.pfx");
        await File.WriteAllTextAsync(file, "");

        (await installation.ServeInVainAsync("--urls=https://127.0.0.1:0")).Failed(1, file);
    }

    [Fact]
    public async Task A_port_that_is_in_use_is_reported_in_one_line()
    {
        await using var installation = new PublishedInstallation(copy);
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var address = $"http://{taken.LocalEndpoint}";

        (await installation.ServeInVainAsync($"--urls={address}")).Failed(1, "urls", address, "in use");
    }

    /// <summary>Other processes on this machine may use the ports. Then the error names the same addresses.</summary>
    [Fact]
    public async Task The_server_listens_on_the_two_documented_addresses_by_default()
    {
        await using var installation = new PublishedInstallation(copy);
        var process = installation.StartServer([]);
        await PublishedServer.UntilAsync(
            () => Task.FromResult(
                process.HasExited || process.Output.Contains("Application started", StringComparison.Ordinal)),
            TimeSpan.FromMinutes(1));

        if (process.HasExited)
        {
            Assert.Matches(
                ":(5080|5443): address already in use", (await process.ExitAsync(TimeSpan.FromMinutes(1))).Error);
            return;
        }

        Assert.Contains("Now listening on: http://localhost:5080", process.Output, StringComparison.Ordinal);
        Assert.Contains("Now listening on: https://localhost:5443", process.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_default_data_directory_is_beside_the_program_and_not_in_the_working_directory()
    {
        await using var installation = new PublishedInstallation(copy);
        var program = Directory.CreateDirectory(Path.Combine(installation.Root, "program"));
        foreach (var file in Directory.EnumerateFiles(copy.Folder, "*", SearchOption.AllDirectories))
        {
            var target = new FileInfo(Path.Combine(program.FullName, Path.GetRelativePath(copy.Folder, file)));
            target.Directory!.Create();
            File.Copy(file, target.FullName);
        }

        await using var migrate = PublishedProcess.Start(
            installation.Root, [], Path.Combine(program.FullName, "TokenAuth.Web.dll"), "db", "migrate");
        (await migrate.ExitAsync(TimeSpan.FromMinutes(1))).Succeeded();

        Assert.True(File.Exists(Path.Combine(program.FullName, "data", "tokenauth.db")));
        Assert.Equal(program.FullName, Assert.Single(Directory.GetFileSystemEntries(installation.Root)));
    }
}
