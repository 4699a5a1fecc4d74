using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using TokenAuth.Kernel.Configuration;
using TokenAuth.Kernel.Secrets;

namespace TokenAuth.Kernel.Hosting;

/// <summary>
/// Creates a self-signed certificate for https if none is configured, and stores it in the data directory. Its key is
/// RSA, because old clients know no other algorithm.
/// </summary>
internal static class HttpsCertificate
{
    /// <summary>Returns the path of the certificate's file.</summary>
    public static string FileIn(string dataDirectory) => Path.Combine(dataDirectory, "https.pfx");

    /// <summary>Reads the certificate, or creates it at the first start.</summary>
    /// <exception cref="SettingsException">The file is damaged.</exception>
    public static X509Certificate2 ReadOrCreate(string dataDirectory, TimeProvider clock)
    {
        var pkcs12 = PrivateFiles.ReadOrCreate(FileIn(dataDirectory), () => Create(clock.GetUtcNow()));
        try
        {
            return X509CertificateLoader.LoadPkcs12(pkcs12, password: null);
        }
        catch (CryptographicException)
        {
            throw new SettingsException(
                "TokenAuth:DataDirectory",
                $"{FileIn(dataDirectory)} is damaged; remove it, and a new certificate is made");
        }
    }

    private static byte[] Create(DateTimeOffset now)
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest(
            "CN=TokenAuth self-signed", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        if (Dns.GetHostName() is var host && Uri.CheckHostName(host) == UriHostNameType.Dns && host != "localhost")
            names.AddDnsName(host);
        names.AddIpAddress(IPAddress.Loopback);
        names.AddIpAddress(IPAddress.IPv6Loopback);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(
            certificateAuthority: false, hasPathLengthConstraint: false, 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(
            X509KeyUsageFlags.DigitalSignature | X509KeyUsageFlags.KeyEncipherment, critical: true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension(
            [new Oid("1.3.6.1.5.5.7.3.1")], critical: false)); // server authentication
        using var certificate = request.CreateSelfSigned(now.AddDays(-1), now.AddYears(5));
        return certificate.Export(X509ContentType.Pkcs12);
    }
}
