using System.Diagnostics;
using System.Net;
using System.Text;
using Microsoft.AspNetCore.Http.Features;

namespace TokenAuth.Kernel.Calls.Methods;

/// <summary>
/// Sends requests to the server's own endpoints, through the same pipeline as those of clients, but without a
/// connection: nothing leaves the process, and no address can be chosen. A request has the headers that it states and
/// no others, so that the session of a browser cannot get into it.
/// </summary>
internal sealed class OwnCalls(IServiceScopeFactory scopes)
{
    private RequestDelegate? _pipeline;

    /// <summary>Remembers the rest of the pipeline.</summary>
    /// <param name="app">The application, after the middleware that reads forwarded headers.</param>
    public void Join(IApplicationBuilder app) => app.Use(next => _pipeline = next);

    /// <summary>Sends a request.</summary>
    /// <param name="origin">The origin that it is sent to, such as <c>https://auth.example.org</c>.</param>
    /// <param name="from">The address that the server sees as the caller's.</param>
    public async Task<ClientAnswer> SendAsync(
        ClientRequest request, string origin, IPAddress from, CancellationToken cancellation)
    {
        await using var scope = scopes.CreateAsyncScope();
        using var answer = new MemoryStream();
        var context = new DefaultHttpContext { RequestServices = scope.ServiceProvider };
        var response = new StartedResponse();
        context.Features.Set<IHttpResponseFeature>(response);
        context.Features.Set<IHttpResponseBodyFeature>(new StreamResponseBodyFeature(answer));
        context.RequestAborted = cancellation;
        context.Connection.RemoteIpAddress = from;
        Fill(context.Request, request, new Uri(origin));
        var since = Stopwatch.GetTimestamp();
        await _pipeline!(context);
        await response.StartAsync();
        await context.Response.CompleteAsync();
        return new ClientAnswer(
            context.Response.StatusCode,
            [
                .. context.Response.Headers.SelectMany(
                    header => header.Value.Select(value => (header.Key, value ?? ""))),
            ],
            Encoding.UTF8.GetString(answer.GetBuffer(), 0, (int)answer.Length),
            Stopwatch.GetElapsedTime(since));
    }

    private static void Fill(HttpRequest into, ClientRequest request, Uri origin)
    {
        var target = new Uri(origin, request.Target);
        var body = Encoding.UTF8.GetBytes(request.Body);
        (into.Method, into.Protocol, into.Scheme) = (request.Verb, HttpProtocol.Http11, target.Scheme);
        into.Host = new HostString(target.Authority);
        into.Path = PathString.FromUriComponent(target);
        into.QueryString = QueryString.FromUriComponent(target);
        foreach (var (name, value) in request.Headers)
            into.Headers.Append(name, value);
        if (request.ContentType is not { } type)
            return;
        (into.ContentType, into.ContentLength) = (type, body.Length);
        into.Body = new MemoryStream(body, writable: false);
    }

    /// <summary>Runs what is to happen before an answer starts, as a server does.</summary>
    private sealed class StartedResponse : HttpResponseFeature
    {
        private readonly Stack<(Func<object, Task> Callback, object State)> _starting = [];

        public override void OnStarting(Func<object, Task> callback, object state) =>
            _starting.Push((callback, state));

        public async Task StartAsync()
        {
            while (_starting.TryPop(out var next))
                await next.Callback(next.State);
        }
    }
}

/// <summary>Puts <see cref="OwnCalls"/> into the pipeline.</summary>
internal static class OwnCallsPipeline
{
    public static IApplicationBuilder UseOwnCalls(this IApplicationBuilder app)
    {
        app.ApplicationServices.GetRequiredService<OwnCalls>().Join(app);
        return app;
    }
}
