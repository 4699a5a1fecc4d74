using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace TokenAuth.Tests.Infrastructure;

/// <summary>
/// A collector of OpenTelemetry data over http/protobuf, which stores everything that is posted to it. Names are plain
/// text in protocol buffers.
/// </summary>
internal sealed class Collector(WebApplication app) : IAsyncDisposable
{
    private readonly List<(string Path, string Body)> _received = [];

    public string Address => app.Urls.Single();

    public static async Task<Collector> StartAsync()
    {
        var app = WebApplication.CreateSlimBuilder(["--urls=http://127.0.0.1:0"]).Build();
        var collector = new Collector(app);
        app.MapPost("/{**path}", collector.ReceiveAsync);
        await app.StartAsync();
        return collector;
    }

    public string Received(string path)
    {
        lock (_received)
            return string.Concat(
                _received.Where(post => post.Path.StartsWith(path, StringComparison.Ordinal)).Select(
                    post => post.Body));
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();

    private async Task ReceiveAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        lock (_received)
            _received.Add((context.Request.Path, Encoding.Latin1.GetString(body.ToArray())));
    }
}
