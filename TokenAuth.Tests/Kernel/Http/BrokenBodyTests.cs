using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using TokenAuth.Kernel.Http;

namespace TokenAuth.Tests.Kernel.Http;

/// <summary>A connection with a broken body is not reused, so that Kestrel has no failure to log.</summary>
public sealed class BrokenBodyTests
{
    [Fact]
    public void A_reset_connection_is_aborted() =>
        Assert.Equal((true, ""), Leave(new ConnectionResetException("gone"), HttpProtocol.Http11));

    [Fact]
    public void A_connection_with_a_short_body_is_closed_after_the_answer() =>
        Assert.Equal((false, "close"), Leave(new BadHttpRequestException("short"), HttpProtocol.Http11));

    /// <summary>HTTP/2 forbids the Connection header, and a stream ends by itself.</summary>
    [Fact]
    public void An_http_2_connection_stays_open() =>
        Assert.Equal((false, ""), Leave(new BadHttpRequestException("short"), HttpProtocol.Http2));

    [Fact]
    public void An_invalid_form_leaves_the_connection_open() =>
        Assert.Equal((false, ""), Leave(new InvalidDataException("too many fields"), HttpProtocol.Http11));

    private static (bool IsAborted, string Connection) Leave(Exception failure, string protocol)
    {
        var lifetime = new Lifetime();
        var context = new DefaultHttpContext();
        context.Features.Set<IHttpRequestLifetimeFeature>(lifetime);
        context.Request.Protocol = protocol;

        BrokenBody.Leave(context, failure);

        return (lifetime.IsAborted, context.Response.Headers.Connection.ToString());
    }

    private sealed class Lifetime : IHttpRequestLifetimeFeature
    {
        public bool IsAborted { get; private set; }

        public CancellationToken RequestAborted { get; set; }

        public void Abort() => IsAborted = true;
    }
}
