using System.Text;
using System.Text.Encodings.Web;
using System.Text.Unicode;
using MimeKit.Utils;
using TokenAuth.Kernel.Configuration;
using TokenAuth.Kernel.Formats;
using TokenAuth.Kernel.Languages;

namespace TokenAuth.Kernel.Mail;

/// <summary>
/// Composes messages in the current language: as plain text, and as HTML without pictures, scripts or anything else
/// that is loaded from a server.
/// </summary>
internal sealed class MailComposer(TokenAuthOptions options, Texts texts)
{
    /// <summary>The width at which paragraphs of plain text are wrapped.</summary>
    private const int Width = 76;

    private static readonly HtmlEncoder Html = HtmlEncoder.Create(UnicodeRanges.All);

    private readonly string _site = OneLine.Of(options.Site.Name);

    private readonly string _accent = AccentColor.Read(options.Site.Accent ?? "")?.OnLight ?? "#0b57b0";

    /// <summary>Returns the absolute address of a path on this server.</summary>
    /// <param name="path">The path, escaped, with a slash at the beginning.</param>
    public string Address(string path) => options.PublicUrl + path;

    /// <param name="to">The recipient's address.</param>
    /// <param name="login">The login name in the salutation; null if the message concerns several accounts.</param>
    /// <param name="subject">The subject without the name of the service. It is also the heading.</param>
    public MailContent Compose(string to, string? login, string subject, params IReadOnlyList<MailPart> parts)
    {
        MailPart[] body =
        [
            new MailParagraph(login is null ? texts["Hello,"].Value : texts["Hello {0},", login].Value),
            .. parts,
        ];
        return new MailContent(
            to, $"{_site}: {subject}", TextOf(body), HtmlOf(subject, body), Language.Current.Code,
            MimeUtils.GenerateMessageId(MailSettings.SenderOf(options.Mail.From!)!.Domain));
    }

    private string TextOf(MailPart[] parts)
    {
        var text = new StringBuilder();
        foreach (var (part, i) in parts.Select((part, i) => (part, i)))
        {
            if (i > 0 && !(part is MailFact && parts[i - 1] is MailFact))
                text.Append('\n');
            text.Append(part switch
            {
                MailFact fact => $"{fact.Name}: {fact.Value}\n",
                MailLink link => $"{link.Text}:\n{link.Address}\n",
                _ => Wrap(((MailParagraph)part).Text),
            });
        }

        return text.Append($"\n-- \n{_site}\n{options.PublicUrl}\n").ToString();
    }

    private static string Wrap(string paragraph)
    {
        var (lines, length) = (new StringBuilder(), 0);
        foreach (var word in paragraph.Split(' '))
        {
            if (length > 0)
                lines.Append(length + 1 + word.Length > Width ? '\n' : ' ');
            length = length > 0 && length + 1 + word.Length <= Width ? length + 1 + word.Length : word.Length;
            lines.Append(word);
        }

        return lines.Append('\n').ToString();
    }

    private string HtmlOf(string subject, MailPart[] parts)
    {
        var body = new StringBuilder();
        for (var i = 0; i < parts.Length; i++)
        {
            body.Append(parts[i] switch
            {
                MailFact fact =>
                    (i > 0 && parts[i - 1] is MailFact ? "" : "<table style=\"margin:16px 0;border-spacing:0\">\n")
                    + "<tr><td style=\"padding:2px 16px 2px 0;vertical-align:top\">"
                    + $"{Html.Encode(fact.Name)}</td><td><strong>{Html.Encode(fact.Value)}</strong></td></tr>\n"
                    + (i + 1 < parts.Length && parts[i + 1] is MailFact ? "" : "</table>\n"),
                MailLink link =>
                    "<p style=\"margin:24px 0\"><a style=\"display:inline-block;padding:12px 20px;border-radius:8px;"
                    + $"background:{_accent};color:#ffffff;text-decoration:none;font-weight:600\" "
                    + $"href=\"{Html.Encode(link.Address)}\">{Html.Encode(link.Text)}</a></p>\n"
                    + $"<p style=\"font-size:14px;word-break:break-all\">{Html.Encode(link.Address)}</p>\n",
                _ => $"<p>{Html.Encode(((MailParagraph)parts[i]).Text)}</p>\n",
            });
        }

        return $"""
            <!DOCTYPE html>
            <html lang="{Language.Current.Code}">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="color-scheme" content="light dark">
            <title>{Html.Encode(subject)}</title>
            </head>
            <body style="margin:0;padding:24px 16px;font-family:system-ui,sans-serif;font-size:16px;line-height:1.5">
            <div style="max-width:560px;margin:0 auto">
            <p style="font-weight:600">{Html.Encode(_site)}</p>
            <h1 style="font-size:22px;line-height:1.3">{Html.Encode(subject)}</h1>
            {body}<p style="margin-top:32px;font-size:14px">{Html.Encode($"{_site}, {options.PublicUrl}")}</p>
            </div>
            </body>
            </html>

            """;
    }
}
