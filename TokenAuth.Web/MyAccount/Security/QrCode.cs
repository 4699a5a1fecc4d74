using System.Globalization;
using System.Net;
using System.Text;
using Microsoft.AspNetCore.Html;
using QRCoder;

namespace TokenAuth.MyAccount.Security;

/// <summary>Draws QR codes as SVG. The secret in them never becomes a file or an address.</summary>
internal static class QrCode
{
    /// <summary>Returns the code of a text, black on white.</summary>
    /// <param name="label">What a screen reader says.</param>
    public static IHtmlContent Draw(string text, string label)
    {
        using var generator = new QRCodeGenerator();
        using var code = generator.CreateQrCode(text, QRCodeGenerator.ECCLevel.M);
        var (rows, path) = (code.ModuleMatrix, new StringBuilder());
        foreach (var (y, row) in rows.Index())
        {
            for (var x = 0; x < row.Length;)
            {
                var begin = x;
                while (x < row.Length && row[x])
                    x++;
                if (x > begin)
                    path.Append(CultureInfo.InvariantCulture, $"M{begin} {y}h{x - begin}v1h{begin - x}z");
                else
                    x++;
            }
        }

        return new HtmlString(
            $"""
            <svg class="qr" role="img" aria-label="{WebUtility.HtmlEncode(label)}"
            viewBox="0 0 {rows.Count} {rows.Count}" width="192" height="192"
            shape-rendering="crispEdges"><path fill="#000" d="{path}"/></svg>
            """);
    }
}
