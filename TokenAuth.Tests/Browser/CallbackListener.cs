using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;

namespace TokenAuth.Tests.Browser;

/// <summary>The web application's own server. It records its requests and answers with a small page.</summary>
internal sealed class CallbackListener : IAsyncDisposable
{
    private const string Greeting = "<h1>Welcome to the gallery</h1>";

    private readonly WebApplication _app;
    private readonly ConcurrentQueue<string> _targets = new();
    private readonly ConcurrentDictionary<string, string> _pages = new(StringComparer.Ordinal);

    private readonly ConcurrentDictionary<string, string> _redirects = new(StringComparer.Ordinal);

    private CallbackListener(WebApplication app) => _app = app;

    public string Root => _app.Urls.Single();

    public string Callback => Root + "/apps/gallery";

    /// <summary>The requested paths and queries as they arrived.</summary>
    public IReadOnlyCollection<string> Targets => _targets;

    public static async Task<CallbackListener> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var listener = new CallbackListener(builder.Build());
        listener._app.Run(listener.AnswerAsync);
        await listener._app.StartAsync();
        return listener;
    }

    /// <summary>Serves a custom page at a path. An application can be malicious.</summary>
    public string Serve(string path, string html)
    {
        _pages[path] = html;
        return Root + path;
    }

    /// <summary>Redirects a path to another address.</summary>
    public void Redirect(string path, string address) => _redirects[path] = address;

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private Task AnswerAsync(HttpContext context)
    {
        _targets.Enqueue(context.Features.Get<IHttpRequestFeature>()!.RawTarget);
        if (_redirects.TryGetValue(context.Request.Path, out var address))
        {
            context.Response.Redirect(address);
            return Task.CompletedTask;
        }

        context.Response.ContentType = "text/html; charset=utf-8";
        return context.Response.WriteAsync(
            "<!DOCTYPE html><html lang=en><title>Gallery</title><link rel=icon "
                + $"href='data:,'>{_pages.GetValueOrDefault(context.Request.Path, Greeting)}");
    }
}
