using System.Net;
using System.Text;
using System.Xml.Linq;
using TokenAuth.Tests.Infrastructure;
using TokenAuth.Tests.Kernel.XmlRpc;

namespace TokenAuth.Tests.Dreamwidth;

/// <summary>
/// The answer to any request has the endpoint's own form, and no request without a session is accepted.
/// </summary>
public sealed class DoorPropertyTests(DreamwidthWorld shared) : IClassFixture<DreamwidthWorld>
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Any_bytes_get_a_method_response(int seed)
    {
        var chance = new Seeded(seed);
        var good = Encoding.UTF8.GetBytes(DreamwidthClient.Envelope(
            "sessiongenerate", ("username", "nobody"), ("auth_method", "cookie"), ("ipfixed", "<int>1</int>")));
        var (read, refused) = (0, 0);
        for (var round = 0; round < 400; round++)
        {
            var body = chance.OneIn(10) ? chance.Bytes(chance.Below(300)) : Mutation.Of(good, chance);

            var answer = await shared.Client.AskAsync(shared.Client.Xml(body));

            Assert.True(answer.Status == HttpStatusCode.OK, $"{answer.StatusLine} for {Convert.ToHexString(body)}");
            Assert.Equal("text/xml", answer.Head("Content-Type"));
            var root = XElement.Parse(answer.Body);
            Assert.Equal(("methodResponse", "fault"), (root.Name.LocalName, root.Elements().Single().Name.LocalName));
            Assert.Equal(
                "faultCode faultString", string.Join(' ', root.Descendants("name").Select(name => name.Value)));
            Assert.Matches("^(Client|100|101|200|201|202|203)$", answer.Code!);
            _ = answer.Code == "Client" ? refused++ : read++;
        }

        Assert.True(read > 10 && refused > 100, $"{read} read, {refused} refused");
    }

    [Fact]
    public async Task Any_form_gets_lines()
    {
        var chance = new Seeded(3);
        string[] pieces =
        [
            "mode=", "login", "fly", "&", "=", "user=", "nobody", "%", "%0A", "%00", "%FF", "+", "\r", "\n",
            "expire_id_1", "responseenc=urlenc", "é", "password=x",
        ];
        for (var round = 0; round < 200; round++)
        {
            var body = chance.Joined(pieces, 12);
            var request = new HttpRequestMessage(HttpMethod.Post, new Uri(shared.World.Server.Http, "/interface/flat"));
            request.Content = new ByteArrayContent(Encoding.Latin1.GetBytes(body))
            {
                Headers = { { "Content-Type", "application/x-www-form-urlencoded" } },
            };

            var answer = await shared.Client.AskAsync(request);

            Assert.Equal(
                (HttpStatusCode.OK, "text/plain; charset=utf-8"), (answer.Status, answer.Head("Content-Type")));
            Assert.Matches("^(errmsg\n[^\r\n]+\nsuccess\nFAIL\n|errmsg=[^\r\n&]+&success=FAIL&)$", answer.Body);
        }
    }

    [Fact]
    public async Task A_text_that_is_not_a_session_is_refused()
    {
        var chance = new Seeded(4);
        var session = await shared.Client.SessionAsync(DreamwidthWorld.Alice);
        string[] pieces =
        [
            .. session.Split(':'), session, "ws:", "ws", ":", "alice", "Alice", "1", "0", "-1", "99999999999999999999",
            "%", "%3A", "%00", "+", "\"", "'", " ", "\t", "&", "//", "v1:u1:s1:a", "; ", ", ", "ljsession=",
            "ljmastersession=",
        ];
        var refused = 0;
        for (var round = 0; round < 500; round++)
        {
            var cookies = "ljsession=" + chance.Joined(pieces, 8);
            var login = await shared.Client.VerifyAsync(cookies);
            if (login is null)
                refused++;
            else
                Assert.Contains(session, Uri.UnescapeDataString(cookies), StringComparison.Ordinal);
        }

        Assert.True(refused > 300, $"{refused} refused");
        Assert.Equal("Alice", await shared.Client.VerifyAsync("ljsession=" + session));
    }
}
