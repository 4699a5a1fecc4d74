using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using TokenAuth.Kernel.Http;

namespace TokenAuth.Tests.Kernel.Http;

/// <summary>A connection whose body broke off is used for nothing else, so that Kestrel has no failure to log.</summary>
public sealed class BrokenBodyTests
{
    [Fact]
    public void A_connection_that_was_reset_is_left() =>
        Assert.Equal((true, ""), Leave(new ConnectionResetException("gone"), HttpProtocol.Http11));

    [Fact]
    public void A_connection_whose_body_is_too_short_is_closed_after_the_answer() =>
        Assert.Equal((false, "close"), Leave(new BadHttpRequestException("short"), HttpProtocol.Http11));

    /// <summary>There the header may not be, and a stream ends by itself.</summary>
    [Fact]
    public void A_connection_of_http_2_stays() =>
        Assert.Equal((false, ""), Leave(new BadHttpRequestException("short"), HttpProtocol.Http2));

    [Fact]
    public void What_is_wrong_with_the_form_alone_leaves_the_connection_as_it_is() =>
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
