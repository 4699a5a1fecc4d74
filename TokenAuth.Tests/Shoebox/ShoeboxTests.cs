using System.Text;
using TokenAuth.Tests.Infrastructure;
using TokenAuth.Tests.World;

namespace TokenAuth.Tests.Shoebox;

/// <summary>The sixth dialect's own words, over REST and XML-RPC.</summary>
public sealed class ShoeboxTests : IAsyncLifetime
{
    private TestWorld _world = null!;

    public async ValueTask InitializeAsync() => _world = await TestWorld.StartAsync();

    public ValueTask DisposeAsync() => _world.DisposeAsync();

    [Fact]
    public async Task A_confirmed_frob_gives_a_token_once()
    {
        var token = await ShoeboxDialect.TokenAsync(_world);

        Assert.Equal(
            $"<rsp stat=\"ok\"><auth><token>{token}</token><username>Alice</username></auth></rsp>",
            await ShoeboxDialect.AskAsync(_world, "shoebox.auth.checkToken", ("auth_token", token)));
        Assert.Equal(
            "<rsp stat=\"fail\"><err code=\"108\" msg=\"Invalid frob\"/></rsp>",
            await ShoeboxDialect.AskAsync(_world, "shoebox.auth.getToken", ("frob", new string('7', 32))));
    }

    [Fact]
    public async Task A_call_that_was_recut_from_a_signed_one_is_refused()
    {
        var token = new string('7', 32);
        var signed = ShoeboxDialect.Signed(
            _world, ("method", "shoebox.auth.checkToken"), ("auth_token", token), ("b", "c"));
        (string, string)[] recut =
            [.. signed.Where(pair => pair.Name is not ("auth_token" or "b")), ("auth_token", token + "bc")];

        var answer = await Introspection.EverySession.PostAsync(_world, "/services/rest", recut);

        Assert.Contains("code=\"96\"", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task XML_RPC_answers_and_refuses_in_kind()
    {
        var frob = await PostAsync(ShoeboxDialect.Signed(_world, ("method", "shoebox.auth.getFrob")));
        var unsigned = await PostAsync([("method", "shoebox.auth.getFrob"), ("api_key", _world.Gallery.ApiKey)]);

        Assert.Contains("&lt;frob&gt;", frob, StringComparison.Ordinal);
        Assert.Contains("<int>97</int>", unsigned, StringComparison.Ordinal);
    }

    private async Task<string> PostAsync((string Name, string Value)[] parameters)
    {
        var members = parameters.Where(pair => pair.Name != "method").Select(
            pair => $"<member><name>{pair.Name}</name><value>{pair.Value}</value></member>");
        var body = $"<methodCall><methodName>{parameters.Single(pair => pair.Name == "method").Value}</methodName>"
            + $"<params><param><value><struct>{string.Concat(members)}</struct></value></param></params></methodCall>";
        using var http = LiveServer.CreateClient();
        using var content = new StringContent(body, Encoding.UTF8, "text/xml");
        using var response = await http.PostAsync(new Uri(_world.Server.Http, "/services/xmlrpc"), content);
        return await response.Content.ReadAsStringAsync();
    }
}
