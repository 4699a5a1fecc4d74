using System.Text;
using System.Xml.Linq;
using Microsoft.AspNetCore.DataProtection.XmlEncryption;
using TokenAuth.Kernel.Secrets;
using TokenAuth.Kernel.Storage;

namespace TokenAuth.Kernel.DataProtection;

/// <summary>Encrypts a key of the key ring with the <see cref="WrappingKey"/>.</summary>
internal sealed class WrappingEncryptor(WrappingKey key) : IXmlEncryptor
{
    public EncryptedXmlInfo Encrypt(XElement plaintextElement) => new(
        new XElement(
            WrappingKey.Element,
            Convert.ToBase64String(key.Wrap(Encoding.UTF8.GetBytes(plaintextElement.ToString())))),
        typeof(WrappingDecryptor));
}
