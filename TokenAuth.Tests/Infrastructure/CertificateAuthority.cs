using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace TokenAuth.Tests.Infrastructure;

/// <summary>
/// A certification authority of the test: a root that programs trust, and a server's certificate by an intermediate
/// one, as public authorities issue them. The files are in a directory of its own.
/// </summary>
internal sealed class CertificateAuthority : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("tokenauth-test-ca-");

    public CertificateAuthority()
    {
        using var rootKey = RSA.Create(2048);
        using var root = Request("CN=Root of the tests", rootKey, isAuthority: true)
            .CreateSelfSigned(Now.AddDays(-2), Now.AddDays(30));
        using var middleKey = RSA.Create(2048);
        using var middle = Issue(Request("CN=Intermediate of the tests", middleKey, isAuthority: true), root, days: 20)
            .CopyWithPrivateKey(middleKey);
        using var serverKey = RSA.Create(2048);
        var request = Request("CN=localhost", serverKey, isAuthority: false);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(
            new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1")], critical: false));
        using var server = Issue(request, middle, days: 10);

        File.WriteAllText(Root, root.ExportCertificatePem() + "\n");
        File.WriteAllText(Chain, $"{server.ExportCertificatePem()}\n{middle.ExportCertificatePem()}\n");
        File.WriteAllText(Key, serverKey.ExportPkcs8PrivateKeyPem() + "\n");
    }

    /// <summary>The file of the root certificate, for programs that shall trust the server.</summary>
    public string Root => Path.Combine(_directory.FullName, "root.pem");

    /// <summary>The file of the certificate for 127.0.0.1 and localhost, and of the one that signed it.</summary>
    public string Chain => Path.Combine(_directory.FullName, "chain.pem");

    /// <summary>The file of the server's private key.</summary>
    public string Key => Path.Combine(_directory.FullName, "key.pem");

    private static DateTimeOffset Now => TimeProvider.System.GetUtcNow();

    public void Dispose() => _directory.Delete(recursive: true);

    private static CertificateRequest Request(string name, RSA key, bool isAuthority)
    {
        var request = new CertificateRequest(name, key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(isAuthority, false, 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(
            isAuthority
                ? X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign
                : X509KeyUsageFlags.DigitalSignature | X509KeyUsageFlags.KeyEncipherment,
            critical: true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        return request;
    }

    private static X509Certificate2 Issue(CertificateRequest request, X509Certificate2 issuer, int days)
    {
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(
            issuer, includeKeyIdentifier: true, includeIssuerAndSerial: false));
        return request.Create(issuer, Now.AddDays(-1), Now.AddDays(days), RandomNumberGenerator.GetBytes(12));
    }
}
