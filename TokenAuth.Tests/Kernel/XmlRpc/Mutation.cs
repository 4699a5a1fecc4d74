using System.Text;
using TokenAuth.Tests.Infrastructure;

namespace TokenAuth.Tests.Kernel.XmlRpc;

/// <summary>Nearly valid bodies: each is a valid one with a few defects.</summary>
internal static class Mutation
{
    private static readonly byte[][] Pieces =
    [
        .. new[]
        {
            "<", ">", "</", "/>", "&", "&#0;", "&#xD800;", "&#38;#60;", "&lt;", "&a;", "]]>", "<![CDATA[", "<!--",
            "-->", "--", "<?", "?>", "<?xml version=\"1.0\"?>",
            "<?xml version=\"1.0\" encoding=\"unicode-1-1-utf-7\"?>", "<?xml version=\"1.0\" encoding=\"utf-32\"?>",
            "<?xml version=\"1.0\" encoding=\"x-none\"?>", "<!DOCTYPE a [<!ENTITY a \"b\">]>",
            "<value>", "</value>", "<nil/>", "<struct>", "<member>", "<name>a</name>", "<array>", "<data>",
            "<base64>a</base64>", "<int>+1</int>", "<ex:i8>", " xmlns=\"\"", " xmlns=\"urn:x\"", " xmlns:xml=\"a\"",
            " xml:space=\"preserve\"", " a='1' a='2'", "<Body/>", "<method>auth.getFrob</method>", "\0", "\u0001",
            "\uFFFE", "\r", "😀",
        }.Select(Encoding.UTF8.GetBytes),
        [0xFF, 0xFE], [0xFE, 0xFF], [0xEF, 0xBB, 0xBF], [0x80], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xF8],
    ];

    public static byte[] Of(byte[] good, Seeded chance)
    {
        List<byte> body = [.. good];
        for (var changes = chance.OneIn(2) ? 1 : 1 + chance.Below(6); changes > 0 && body.Count > 0; changes--)
        {
            var at = chance.Below(body.Count);
            var length = Math.Min(body.Count - at, chance.Below(40));
            switch (chance.Below(6))
            {
                case 0:
                    body[at] = (byte)chance.Below(256);
                    break;
                case 1:
                    body.RemoveRange(at, length);
                    break;
                case 2:
                    body.InsertRange(chance.Below(body.Count), body.GetRange(at, length));
                    break;
                case 3:
                    body.InsertRange(chance.OneIn(4) ? 0 : at, chance.Of(Pieces));
                    break;
                case 4:
                    body.RemoveRange(at, body.Count - at);
                    break;
                default:
                    body[at] ^= (byte)(1 << chance.Below(8));
                    break;
            }
        }

        return [.. body];
    }
}
