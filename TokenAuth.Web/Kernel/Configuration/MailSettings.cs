using System.Globalization;
using System.Net;
using MimeKit;
using TokenAuth.Kernel.Formats;

namespace TokenAuth.Kernel.Configuration;

internal sealed class MailOptions
{
    /// <summary>The mail server, such as <c>mail.example.org:587</c>. Null means that no mail is sent.</summary>
    public string? Server { get; set; }

    /// <summary>The sender, such as <c>Example &lt;noreply@example.org&gt;</c>.</summary>
    public string? From { get; set; }

    public string? User { get; set; }

    public string? Password { get; set; }

    public MailTls Tls { get; set; } = MailTls.Required;
}

internal enum MailTls
{
    /// <summary>TLS with a certificate that is valid for the server's name. Otherwise nothing is sent.</summary>
    Required,

    /// <summary>TLS with any certificate if the server offers it; otherwise none.</summary>
    Opportunistic,

    None,
}

/// <summary>Where the mail server listens.</summary>
internal sealed record MailServerAddress(string Host, int Port)
{
    /// <summary>Reads <c>host:port</c>. An IPv6 address is in brackets. Null if the text is none of them.</summary>
    public static MailServerAddress? Read(string text)
    {
        var colon = text.LastIndexOf(':');
        if (colon <= 0
            || !ushort.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port)
            || port == 0)
            return null;
        var host = text[..colon];
        return Uri.CheckHostName(host) switch
        {
            UriHostNameType.Dns or UriHostNameType.IPv4 => new MailServerAddress(host, port),
            UriHostNameType.IPv6 when host.StartsWith('[') => new MailServerAddress(host.Trim('[', ']'), port),
            _ => null,
        };
    }

    /// <summary>Tells whether the server is on this machine.</summary>
    public bool IsLocal => Host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(Host, out var address) && IPAddress.IsLoopback(address));
}

/// <summary>Checks the options of outgoing mail.</summary>
internal static class MailSettings
{
    private const string Section = "TokenAuth:Mail";

    /// <exception cref="SettingsException">An option is wrong. The message has no secret.</exception>
    public static void Check(TokenAuthOptions options)
    {
        var mail = options.Mail;
        if (mail.Server is null)
        {
            if ((mail.From ?? mail.User ?? mail.Password) is not null)
            {
                throw new SettingsException(
                    $"{Section}:{(mail.From is not null ? "From" : mail.User is not null ? "User" : "Password")}",
                    $"has no meaning without {Section}:Server");
            }

            return;
        }

        if (MailServerAddress.Read(mail.Server) is not { } server)
        {
            throw new SettingsException(
                $"{Section}:Server", "is not a host and a port, such as mail.example.org:587");
        }

        if (mail.From is null || SenderOf(mail.From) is null)
        {
            throw new SettingsException(
                $"{Section}:From", "is not a name and an address, such as Example <noreply@example.org>");
        }

        if (mail.User is null != mail.Password is null)
        {
            throw new SettingsException(
                $"{Section}:{(mail.User is null ? "User" : "Password")}",
                "is missing: the mail server needs both a user and a password, or neither");
        }

        if (mail.Password is not null && mail.Tls != MailTls.Required && !server.IsLocal)
        {
            throw new SettingsException(
                $"{Section}:Tls", "is not Required, so the password could be read on its way to the mail server");
        }

        if (options.PublicUrl is null)
        {
            throw new SettingsException(
                "TokenAuth:PublicUrl", $"is missing: {Section}:Server needs it for the links in messages");
        }
    }

    /// <summary>Reads the sender. Null unless it is one address with a domain, with or without a name.</summary>
    public static MailboxAddress? SenderOf(string text) =>
        OneLine.Is(text) && MailboxAddress.TryParse(text, out var sender) && sender.Domain.Length > 0 ? sender : null;
}
