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
    [Fact]
    public async Task Any_bytes_get_a_method_response()
    {
        var good = Encoding.UTF8.GetBytes(DreamwidthClient.Envelope(
            "sessiongenerate", ("username", "nobody"), ("auth_method", "cookie"), ("ipfixed", "<int>1</int>")));
        var (read, refused) = (0, 0);
        await Mutation.Of(good).HoldsAsync(800, async body =>
        {
            var answer = await shared.Client.AskAsync(shared.Client.Xml(body));

            Assert.True(answer.Status == HttpStatusCode.OK, $"{answer.StatusLine} for {Convert.ToHexString(body)}");
            Assert.Equal("text/xml", answer.Head("Content-Type"));
            var root = XElement.Parse(answer.Body);
            Assert.Equal(("methodResponse", "fault"), (root.Name.LocalName, root.Elements().Single().Name.LocalName));
            Assert.Equal(
                "faultCode faultString", string.Join(' ', root.Descendants("name").Select(name => name.Value)));
            Assert.Matches("^(Client|100|101|200|201|202|203)$", answer.Code!);
            _ = answer.Code == "Client" ? refused++ : read++;
        });

        Assert.True(read > 20 && refused > 200, $"{read} read, {refused} refused");
    }

    [Fact]
    public Task Any_form_gets_lines() => Gens.Joined(
        12, "mode=", "login", "fly", "&", "=", "user=", "nobody", "%", "%0A", "%00", "%FF", "+", "\r", "\n",
        "expire_id_1", "responseenc=urlenc", "é", "password=x").HoldsAsync(200, async body =>
    {
        var request = new HttpRequestMessage(HttpMethod.Post, new Uri(shared.World.Server.Http, "/interface/flat"));
        request.Content = new ByteArrayContent(Encoding.Latin1.GetBytes(body))
        {
            Headers = { { "Content-Type", "application/x-www-form-urlencoded" } },
        };

        var answer = await shared.Client.AskAsync(request);

        Assert.Equal((HttpStatusCode.OK, "text/plain; charset=utf-8"), (answer.Status, answer.Head("Content-Type")));
        Assert.Matches("^(errmsg\n[^\r\n]+\nsuccess\nFAIL\n|errmsg=[^\r\n&]+&success=FAIL&)$", answer.Body);
    });

    [Fact]
    public async Task A_text_that_is_not_a_session_is_refused()
    {
        var session = await shared.Client.SessionAsync(DreamwidthWorld.Alice);
        var refused = 0;
        await Gens.Joined(
            8,
            [
                .. session.Split(':'), session, "ws:", "ws", ":", "alice", "Alice", "1", "0", "-1",
                "99999999999999999999", "%", "%3A", "%00", "+", "\"", "'", " ", "\t", "&", "//", "v1:u1:s1:a", "; ",
                ", ", "ljsession=", "ljmastersession=",
            ]).HoldsAsync(500, async text =>
        {
            if (await shared.Client.VerifyAsync("ljsession=" + text) is null)
                refused++;
            else
                Assert.Contains(session, Uri.UnescapeDataString(text), StringComparison.Ordinal);
        });

        Assert.True(refused > 300, $"{refused} refused");
        Assert.Equal("Alice", await shared.Client.VerifyAsync("ljsession=" + session));
    }
}
