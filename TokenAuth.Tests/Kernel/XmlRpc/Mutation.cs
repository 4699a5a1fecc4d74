using System.Text;
using CsCheck;

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

    private static readonly Gen<Edit> Edits = Gen.Select(
        Gen.Int[0, 5], Gen.UInt, Gen.UInt, Gen.Int[0, 39], Gen.Byte, Gen.OneOf(Pieces),
        (kind, at, to, length, value, piece) => new Edit(kind, at, to, length, value, piece));

    /// <summary>One body in ten is random bytes.</summary>
    public static Gen<byte[]> Of(byte[] good) => Gen.Frequency<byte[]>(
        (2, Gen.Byte.Array[0, 299]),
        (9, Edits.Array[1].Select(edits => Edited(good, edits))),
        (9, Edits.Array[1, 6].Select(edits => Edited(good, edits))));

    private static byte[] Edited(byte[] good, Edit[] edits)
    {
        List<byte> body = [.. good];
        foreach (var edit in edits.TakeWhile(_ => body.Count > 0))
            edit.Apply(body);
        return [.. body];
    }

    private sealed record Edit(int Kind, uint At, uint To, int Length, byte Value, byte[] Piece)
    {
        public void Apply(List<byte> body)
        {
            var (at, to) = ((int)(At % body.Count), (int)(To % body.Count));
            var length = Math.Min(body.Count - at, Length);
            switch (Kind)
            {
                case 0:
                    body[at] = Value;
                    break;
                case 1:
                    body.RemoveRange(at, length);
                    break;
                case 2:
                    body.InsertRange(to, body.GetRange(at, length));
                    break;
                case 3:
                    body.InsertRange(Value < 64 ? 0 : at, Piece);
                    break;
                case 4:
                    body.RemoveRange(at, body.Count - at);
                    break;
                default:
                    body[at] ^= (byte)(1 << (Value % 8));
                    break;
            }
        }
    }
}
