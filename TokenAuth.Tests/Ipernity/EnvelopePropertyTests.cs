using System.Net;
using System.Xml.Linq;
using TokenAuth.Tests.Infrastructure;
using TokenAuth.Tests.Kernel.XmlRpc;

namespace TokenAuth.Tests.Ipernity;

/// <summary>The answer to any envelope is well-formed and in the endpoint's own form.</summary>
public sealed class EnvelopePropertyTests(IpernityWorld shared) : IClassFixture<IpernityWorld>
{
    private static readonly XNamespace Soap = "http://www.w3.org/2003/05/soap-envelope";

    [Theory]
    [InlineData(Entrance.Soap)]
    [InlineData(Entrance.XmlRpc)]
    public async Task Any_bytes_get_an_answer_in_the_endpoints_own_form(Entrance entrance)
    {
        using var honest = shared.Client.Request(new IpernityCall(
            shared.World.Gallery, "test.echo", ("echo", "é <&>"))
        { Entrance = entrance, Unsigned = true });
        var (accepted, refused) = (0, 0);
        await Mutation.Of(await honest.Content!.ReadAsByteArrayAsync()).HoldsAsync(1000, async body =>
        {
            using var request =
                new HttpRequestMessage(HttpMethod.Post, honest.RequestUri) { Content = new ByteArrayContent(body) };
            var answer = await shared.Client.AskAsync(request);

            Assert.True(
                answer.Status is HttpStatusCode.OK or HttpStatusCode.RequestEntityTooLarge,
                $"{answer.StatusLine} for {Convert.ToHexString(body)}");
            // A call with a damaged method name belongs to the other dialect.
            if (entrance == Entrance.XmlRpc
                && answer.Body.Contains("<string>system_error</string>", StringComparison.Ordinal))
            {
                refused++;
                return;
            }

            Assert.Equal("text/xml; charset=utf-8", answer.ContentType);
            AssertForm(entrance, XElement.Parse(answer.Body));
            Assert.True(answer.Code is null or (> 99 and < 500), answer.Body);
            _ = answer.Code is null ? accepted++ : refused++;
        });

        Assert.True(accepted > 10 && refused > 200, $"{accepted} accepted, {refused} refused");
    }

    private static void AssertForm(Entrance entrance, XElement answer)
    {
        if (entrance == Entrance.XmlRpc)
            Assert.True(
                answer.Name == "methodResponse" && answer.Elements().Single().Name.LocalName is "params" or "fault",
                answer.ToString());
        else
            Assert.True(
                answer.Name == Soap + "Envelope" && answer.Element(Soap + "Body")!.Elements()
                    .Single().Name.LocalName is "ipernityResponse" or "Fault",
                answer.ToString());
    }
}
