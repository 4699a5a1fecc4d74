using System.Net.Http.Headers;
using System.Text;
using System.Text.RegularExpressions;
using TokenAuth.Kernel.Formats;
using TokenAuth.Tests.World;

namespace TokenAuth.Tests.MediaPost;

/// <summary>Recorded requests of stock clients get answers that those clients can use.</summary>
public sealed partial class StockClientTests(StockClientTests.Setting setting) : IClassFixture<StockClientTests.Setting>
{
    private static readonly Dictionary<string, Exchange[]> Clients = Read();

    public static TheoryData<string> Names => [.. Clients.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_stock_clients_request_gets_the_answer_that_it_expects(string name)
    {
        var (world, client) = (setting.Own.World, setting.Own.Client);
        var application = name.EndsWith(", desktop", StringComparison.Ordinal) ? world.Uploader : world.Gallery;
        var token = await client.ConfirmedTokenAsync(application, world.Alice, ("expires", "0"));
        var (session, secret) = ("", "");
        foreach (var (line, form, expected) in Clients[name])
        {
            string Filled(string text) => text
                .Replace("KEY", application.ApiKey, StringComparison.Ordinal)
                .Replace("TOKEN", token, StringComparison.Ordinal)
                .Replace("session_key=SESSION", "session_key=" + session, StringComparison.Ordinal);
            var (target, body) = (Filled(line), Filled(form));
            var signer =
                $"{target}&{body}".Contains("sig=SESSION", StringComparison.Ordinal) ? secret : application.Secret;
            var query = target[(target.IndexOf('?', StringComparison.Ordinal) + 1)..];
            var signature = "sig=" + MediaPostClient.Signature(Parameters(query, body), signer);

            var answer = await AskAsync(
                SignaturePlace().Replace(target, signature), SignaturePlace().Replace(body, signature));

            Assert.Matches(expected, answer.Body);
            if (SessionKey().Match(answer.Body) is { Success: true } issued)
                (session, secret) = (issued.Value, SessionSecret().Match(answer.Body).Value);
        }
    }

    private Task<Answer> AskAsync(string target, string form)
    {
        var (verb, path) = (target.Split(' ')[0], target.Split(' ')[1]);
        var request = new HttpRequestMessage(new HttpMethod(verb), new Uri(setting.Own.World.Server.Http, path));
        if (form != "-")
            request.Content = new StringContent(
                form, Encoding.ASCII, new MediaTypeHeaderValue("application/x-www-form-urlencoded"));
        return setting.Own.Client.AskAsync(request);
    }

    /// <summary>The parameters of the query and the form, without the signature.</summary>
    private static IEnumerable<KeyValuePair<string, string>> Parameters(params string[] encoded)
    {
        var parameters = new List<Parameter>();
        foreach (var text in encoded.Where(text => text.Contains('=', StringComparison.Ordinal)))
            Assert.True(FormDecoder.TryDecode(Encoding.ASCII.GetBytes(text), parameters, 100));
        return parameters.Where(parameter => parameter.Name != "sig")
            .Select(parameter => KeyValuePair.Create(parameter.Name, parameter.Value));
    }

    private static Dictionary<string, Exchange[]> Read()
    {
        var text = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "MediaPost", "Data", "stock-clients.txt"));
        return text.Split("==== ")[1..].Select(part => part.Split('\n', 2)).ToDictionary(
            part => part[0],
            part => part[1].Trim().Split("\n\n").Select(block => block.Split('\n'))
                .Select(lines => new Exchange(lines[0], lines[1], lines[2])).ToArray(),
            StringComparer.Ordinal);
    }

    [GeneratedRegex("(?<=<session_key>)[0-9a-f]+")]
    private static partial Regex SessionKey();

    [GeneratedRegex("(?<=<secret>)[^<]+")]
    private static partial Regex SessionSecret();

    [GeneratedRegex("sig=(APPLICATION|SESSION)")]
    private static partial Regex SignaturePlace();

    /// <param name="Line">The verb and the target.</param>
    /// <param name="Form">The body, or a dash where there is none.</param>
    /// <param name="Expected">A pattern that the answer matches.</param>
    private sealed record Exchange(string Line, string Form, string Expected);

    /// <summary>A server configured for old clients: desktop applications may use http too.</summary>
    public sealed class Setting : IAsyncLifetime
    {
        internal MediaPostWorld Own { get; private set; } = null!;

        public async ValueTask InitializeAsync() =>
            Own = await MediaPostWorld.StartAsync("--TokenAuth:MediaPost:AllowDesktopSessionOverHttp=true");

        public ValueTask DisposeAsync() => Own.DisposeAsync();
    }
}
