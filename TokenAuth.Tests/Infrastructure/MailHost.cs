using System.Buffers;
using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.RegularExpressions;
using System.Threading.Channels;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using MimeKit;
using SmtpServer;
using SmtpServer.Authentication;
using SmtpServer.ComponentModel;
using SmtpServer.Mail;
using SmtpServer.Protocol;
using SmtpServer.Storage;
using TokenAuth.Kernel.Mail;
using Smtp = SmtpServer.SmtpServer;

namespace TokenAuth.Tests.Infrastructure;

/// <summary>A mail server on loopback that keeps what it takes, and refuses what the test says.</summary>
internal sealed partial class MailHost : IMessageStore, IMailboxFilter, IUserAuthenticator, IAsyncDisposable
{
    public const string User = "relay";

    public const string Password = "relay's own password";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Channel<ReceivedMail> _arrived = Channel.CreateUnbounded<ReceivedMail>();
    private readonly X509Certificate2? _certificate;
    private readonly bool _needsPassword;
    private Smtp? _server;
    private Task _serving = Task.CompletedTask;

    private MailHost(X509Certificate2? certificate, bool needsPassword) =>
        (_certificate, _needsPassword) = (certificate, needsPassword);

    public int Port { get; } = Tool.FreePort();

    /// <summary>The reply to a recipient or to a message; null takes it.</summary>
    public Func<string, SmtpResponse?> ReplyTo { get; set; } = _ => null;

    /// <summary>Every message, in the order of its arrival.</summary>
    public ConcurrentQueue<ReceivedMail> Messages { get; } = [];

    /// <summary>Whether the last session was encrypted.</summary>
    public bool WasEncrypted { get; private set; }

    /// <summary>The options of a server that sends through this one, on the host that its tests name.</summary>
    public (string Name, string Value)[] Settings =>
    [
        ("TokenAuth:Mail:Server", $"localhost:{Port}"), ("TokenAuth:Mail:Tls", "None"),
        ("TokenAuth:Mail:From", "Example <noreply@example.test>"), ("TokenAuth:PublicUrl", "http://127.0.0.1"),
    ];

    /// <summary>The same as arguments.</summary>
    public string[] Arguments => [.. Settings.Select(setting => $"--{setting.Name}={setting.Value}")];

    /// <param name="certificate">Offers STARTTLS with this certificate.</param>
    /// <param name="needsPassword">Whether clients must sign in.</param>
    public static MailHost Start(X509Certificate2? certificate = null, bool needsPassword = false)
    {
        var host = new MailHost(certificate, needsPassword);
        host.StartAgain();
        return host;
    }

    /// <summary>Creates a certificate that nobody has reason to trust.</summary>
    public static X509Certificate2 SelfSigned()
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        request.CertificateExtensions.Add(names.Build());
        using var certificate = request.CreateSelfSigned(
            TimeProvider.System.GetUtcNow().AddDays(-1), TimeProvider.System.GetUtcNow().AddDays(1));
        return X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pkcs12), password: null);
    }

    /// <summary>Starts on the same port.</summary>
    public void StartAgain()
    {
        var options = new SmtpServerOptionsBuilder().ServerName("mail.example.test").Endpoint(endpoint =>
        {
            endpoint.Endpoint(new IPEndPoint(IPAddress.Loopback, Port));
            if (_certificate is not null)
                endpoint.Certificate(_certificate);
            endpoint.AllowUnsecureAuthentication(_certificate is null).AuthenticationRequired(_needsPassword);
        }).Build();
        var services = new SmtpServer.ComponentModel.ServiceProvider();
        services.Add((IMessageStore)this);
        services.Add((IMailboxFilter)this);
        services.Add((IUserAuthenticator)this);
        _server = new Smtp(options, services);
        _serving = _server.StartAsync(CancellationToken.None);
    }

    /// <summary>Stops listening; the port stays this host's.</summary>
    public async Task StopAsync()
    {
        _server?.Shutdown();
        _server = null;
        await _serving;
    }

    /// <summary>Waits for the next message.</summary>
    public async Task<ReceivedMail> NextAsync()
    {
        using var limit = new CancellationTokenSource(Patience, TimeProvider.System);
        return await _arrived.Reader.ReadAsync(limit.Token);
    }

    /// <summary>Waits for a message about something, and returns the latest one.</summary>
    public async Task<ReceivedMail> NextAsync(string subject)
    {
        while (true)
        {
            // A test may mark the texts (PageAudit.MarkTexts).
            var arrived = Messages.LastOrDefault(
                message => message.Subject.TrimEnd('\u00AD').EndsWith(subject, StringComparison.Ordinal));
            if (arrived is not null)
                return arrived;
            await NextAsync();
        }
    }

    /// <summary>Has a server send what is due now, requests that wait for a moment included.</summary>
    public static async Task SendAsync(LiveServer server)
    {
        server.Clock.Advance(TimeSpan.FromSeconds(3));
        await server.Services.GetServices<IHostedService>().OfType<MailSender>().Single().SendDueAsync(default);
    }

    /// <summary>The path and query of the links in a message, in their order.</summary>
    public static string[] LinksIn(ReceivedMail message) =>
        [.. Link().Matches(message.Text).Select(link => new Uri(link.Value).PathAndQuery)];

    public async Task<SmtpResponse> SaveAsync(
        ISessionContext context, IMessageTransaction transaction, ReadOnlySequence<byte> buffer,
        CancellationToken cancellationToken)
    {
        WasEncrypted = context.Pipe.IsSecure;
        using var stream = new MemoryStream(buffer.ToArray());
        var message = new ReceivedMail(await MimeMessage.LoadAsync(stream, cancellationToken));
        if (ReplyTo("DATA") is { } refusal)
            return refusal;
        Messages.Enqueue(message);
        _arrived.Writer.TryWrite(message);
        return SmtpResponse.Ok;
    }

    public Task<bool> CanAcceptFromAsync(
        ISessionContext context, IMailbox from, int size, CancellationToken cancellationToken) =>
        ReplyTo($"MAIL {from.AsAddress()}") is { } refusal
            ? throw new SmtpResponseException(refusal)
            : Task.FromResult(true);

    public Task<bool> CanDeliverToAsync(
        ISessionContext context, IMailbox to, IMailbox from, CancellationToken cancellationToken) =>
        ReplyTo(to.AsAddress()) is { } refusal
            ? throw new SmtpResponseException(refusal)
            : Task.FromResult(true);

    public Task<bool> AuthenticateAsync(
        ISessionContext context, string user, string password, CancellationToken cancellationToken) =>
        ReplyTo("AUTH") is { } refusal
            ? throw new SmtpResponseException(refusal)
            : Task.FromResult((user, password) == (User, Password));

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _certificate?.Dispose();
    }

    [GeneratedRegex(@"http://(?:127\.0\.0\.1|localhost)(:\d+)?/\S*\?\S+", RegexOptions.ExplicitCapture)]
    private static partial Regex Link();
}

/// <summary>A message that a mail server has taken.</summary>
internal sealed record ReceivedMail(MimeMessage Message)
{
    public string To => Message.To.ToString();

    public string Subject => Message.Subject ?? "";

    public string Text => (Message.TextBody ?? "").ReplaceLineEndings("\n");

    public string Html => (Message.HtmlBody ?? "").ReplaceLineEndings("\n");

    public string? Header(string name) => Message.Headers[name] ?? Message.Body?.Headers[name];

    public override string ToString() => Message.ToString();
}
