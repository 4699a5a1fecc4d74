using System.Security.Cryptography;
using System.Text;
using TokenAuth.Kernel.Formats;

namespace TokenAuth.Kernel.Calls.Signatures;

/// <summary>
/// The way of signing that the MD5 dialects share: sorted names and values, then a text of the dialect, then the
/// secret.
/// </summary>
internal static class JoinedText
{
    /// <summary>Returns the parts of the text.</summary>
    /// <param name="nameEnd">The text between a name and its value; may be empty.</param>
    /// <param name="request">What follows the parameters, such as the method; null if nothing does.</param>
    public static IReadOnlyList<Piece> Of(
        IEnumerable<Parameter> parameters, string signatureName, string nameEnd, Piece? request, SigningVariant variant)
    {
        var pieces = new List<Piece>();
        var secret = new Piece(PieceKind.Secret, "", "the secret");
        if (variant.BeginsWithSecret)
            pieces.Add(secret);
        var sent = parameters.Where(parameter => parameter.Name != signatureName)
            .Select(parameter => (parameter.Name, parameter.Value));
        foreach (var (name, value) in variant.Apply(sent, signatureName))
        {
            if (variant.JoinsWithAmpersand && pieces.Exists(piece => piece.Kind == PieceKind.Value))
                pieces.Add(new Piece(PieceKind.Separator, "&", "a separator"));
            pieces.Add(new Piece(PieceKind.Name, name, name));
            if (nameEnd.Length > 0 || variant.JoinsWithAmpersand)
                pieces.Add(new Piece(PieceKind.Separator, nameEnd.Length > 0 ? nameEnd : "=", "a separator"));
            pieces.Add(new Piece(PieceKind.Value, value, name));
        }

        if (request is not null && !variant.OmitsRequest)
            pieces.Add(request);
        if (!variant.BeginsWithSecret)
            pieces.Add(secret);
        return pieces;
    }

    /// <summary>Returns the MD5 of the text with the secret in its place, in lower-case hexadecimal digits.</summary>
    public static string Md5(IReadOnlyList<Piece> pieces, SigningVariant variant, NamedSecret secret)
    {
        var text = string.Concat(
            pieces.Select(piece => piece.Kind == PieceKind.Secret ? SecretOf(variant, secret.Secret) : piece.Text));
        return Convert.ToHexStringLower(MD5.HashData(Bytes(text, variant)));
    }

    /// <summary>Returns the bytes of a text in the variant's charset.</summary>
    public static byte[] Bytes(string text, SigningVariant variant) =>
        (variant.IsLatin1 ? Encoding.Latin1 : Encoding.UTF8).GetBytes(text);

    /// <summary>Returns a secret as the variant uses it.</summary>
    public static string SecretOf(SigningVariant variant, string secret) =>
        variant.OmitsSecret ? "" : variant.SecretEndsInLineBreak ? secret + "\n" : secret;
}
