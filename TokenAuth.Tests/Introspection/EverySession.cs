using System.Net;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using TokenAuth.Kernel.Accounts;
using TokenAuth.Kernel.Applications;
using TokenAuth.Kernel.Secrets;
using TokenAuth.Kernel.Sessions;
using TokenAuth.Tests.Ipernity;
using TokenAuth.Tests.World;

namespace TokenAuth.Tests.Introspection;

/// <summary>
/// One valid session of each kind, opened at each dialect's own endpoint, for the tests of endpoints that accept every
/// kind.
/// </summary>
/// <param name="Wiki">The application that Wetpaint's users belong to.</param>
/// <param name="Owners">The application that each session belongs to; null for an account's own.</param>
internal sealed record EverySession(
    App Wiki, IReadOnlyDictionary<string, string> Texts, IReadOnlyDictionary<string, App?> Owners)
{
    public static async Task<EverySession> OpenAsync(IpernityWorld own)
    {
        var world = own.World;
        var app = await own.RegisterAsync(
            new NewApplication("Wiki", ApplicationKind.Web, null, ["mywiki"], [], null, Nonproduction: false));
        var texts = new Dictionary<string, string>(StringComparer.Ordinal);
        var owners = new Dictionary<string, App?>(StringComparer.Ordinal);
        foreach (var dialect in TestDialect.All)
        {
            foreach (var (kind, text) in await dialect.OpenSessionsAsync(world, app))
                (texts[kind], owners[kind]) = (text, dialect.OwnerOf(world, app));
        }

        return new EverySession(app, texts, owners);
    }

    public static async Task<string> PostAsync(
        TestWorld world, string path, params (string Name, string Value)[] fields)
    {
        using var http = Infrastructure.LiveServer.CreateClient();
        using var response = await http.PostAsync(new Uri(world.Server.Http, path), new FormUrlEncodedContent(
            fields.Select(field => KeyValuePair.Create(field.Name, field.Value))));
        return await response.Content.ReadAsStringAsync();
    }

    public static async Task<string> TicketAsync(
        TestWorld world, App wiki, string user, string? role = null, string ns = "mywiki")
    {
        var now = world.Clock.GetUtcNow().ToUnixTimeSeconds().ToString();
        var signature = Convert.ToHexStringLower(
            HMACSHA1.HashData(Encoding.UTF8.GetBytes(wiki.Secret), Encoding.UTF8.GetBytes(wiki.ApiKey + user + now)));
        (string, string)[] fields =
        [
            ("key", wiki.ApiKey), ("ns", ns), ("output", "api"), ("cred.ts", now), ("cred.sig", signature),
            ("user.userId", user),
            ("user.email", "bob@example.test"), ("user.emailOptIn", "no"), ("user.displayName", "Bob ☃"),
        ];
        var answer = await PostAsync(
            world, "/UserService/login.do", role is null ? fields : [.. fields, ("user.role", role)]);
        return answer.Split("<ticket>") is [_, var rest] ? rest.Split('<')[0] : answer;
    }

    /// <summary>
    /// An ljsession of Bob's that is valid from one address only. The server must trust the tests' headers.
    /// </summary>
    public static async Task<string> BoundAsync(TestWorld world, string address)
    {
        var key = await world.Server.Services.GetRequiredService<AccountKeys>().AddAsync(
            world.Bob.Id, address, null, default);
        using var http = Infrastructure.LiveServer.CreateClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(world.Server.Http, "/interface/flat"))
        {
            Headers = { { "X-Forwarded-For", address } },
            Content = new FormUrlEncodedContent(
                [new("mode", "sessiongenerate"), new("user", "bob-2"), new("password", key), new("ipfixed", "1")]),
        };
        using var response = await http.SendAsync(request);
        return (await response.Content.ReadAsStringAsync()).Split('\n')[1];
    }

    /// <summary>A session of MediaPost's. A desktop application's session slides.</summary>
    public static async Task<string> MediaPostAsync(TestWorld world, App application, bool slides)
    {
        var handshakes = world.Server.Services.GetRequiredService<HandshakeStore>();
        var token = RandomToken.Hex(32);
        await handshakes.OpenAsync(
            new NewHandshake(
                "mediapost",
                token,
                application.Id,
                TimeSpan.FromMinutes(5),
                TimeSpan.FromDays(1),
                slides,
                IPAddress.Loopback),
            default);
        await world.ConfirmAsync("mediapost", application, token, world.Alice);
        var session = RandomToken.Hex(32);
        await handshakes.ExchangeAsync(
            "mediapost", application.Id, token, session, sessionSecret: null, IPAddress.Loopback, default);
        return session;
    }

    /// <summary>The introspection answer of a server for a session, whatever its status.</summary>
    public static async Task<string> IntrospectAsync(Uri server, App caller, string token)
    {
        using var http = Infrastructure.LiveServer.CreateClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(server, "/introspect"))
        {
            Content = new FormUrlEncodedContent([new("token", token)]),
        };
        request.Headers.Authorization = new(
            "Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{caller.ApiKey}:{caller.Secret}")));
        using var response = await http.SendAsync(request);
        return await response.Content.ReadAsStringAsync();
    }
}
