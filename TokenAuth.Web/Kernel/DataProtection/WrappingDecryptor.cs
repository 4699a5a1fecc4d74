using System.Text;
using System.Xml.Linq;
using Microsoft.AspNetCore.DataProtection.XmlEncryption;
using TokenAuth.Kernel.Secrets;

namespace TokenAuth.Kernel.Storage;

/// <summary>
/// Decrypts a key of the key ring. Data Protection creates it by the full name that it wrote into the stored XML, so
/// this class must keep its name and namespace forever.
/// </summary>
internal sealed class WrappingDecryptor(IServiceProvider services) : IXmlDecryptor
{
    public XElement Decrypt(XElement encryptedElement) => XElement.Parse(Encoding.UTF8.GetString(
        services.GetRequiredService<WrappingKey>().Unwrap(Convert.FromBase64String(encryptedElement.Value))));
}
