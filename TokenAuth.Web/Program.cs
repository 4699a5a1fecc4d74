using TokenAuth.Admin;
using TokenAuth.Commands;
using TokenAuth.Demo;
using TokenAuth.Developers;
using TokenAuth.Dreamwidth;
using TokenAuth.Introspection;
using TokenAuth.Ipernity;
using TokenAuth.Kernel.Calls;
using TokenAuth.Kernel.Calls.Methods;
using TokenAuth.Kernel.Configuration;
using TokenAuth.Kernel.Hosting;
using TokenAuth.Kernel.Http;
using TokenAuth.Kernel.Pages;
using TokenAuth.Kernel.Telemetry;
using TokenAuth.MediaPost;
using TokenAuth.MyAccount;
using TokenAuth.OpenId;
using TokenAuth.PeopleAggregator;
using TokenAuth.Reference;
using TokenAuth.Wetpaint;

namespace TokenAuth;

/// <summary>Lists every feature once and builds the request pipeline.</summary>
internal static class Program
{
    /// <summary>The dialects. Their order has no meaning.</summary>
    public static readonly IReadOnlyList<IDialect> Dialects =
    [
        new MediaPostFeature(),
        new IpernityFeature(),
        new DreamwidthFeature(),
        new PeopleAggregatorFeature(),
        new WetpaintFeature(),
    ];

    private static Task<int> Main(string[] args) => CommandLine.RunAsync(args);

    /// <summary>Builds the server without starting it.</summary>
    /// <param name="args">Configuration as <c>--Name value</c>; it overrides files and the environment.</param>
    /// <param name="adjust">Lets tests replace services such as the clock.</param>
    /// <param name="dialects">Lets tests serve other dialects than <see cref="Dialects"/>.</param>
    /// <param name="create">Lets <c>config check</c> change the configuration before it is checked.</param>
    public static WebApplication Build(
        string[] args, Action<WebApplicationBuilder>? adjust = null, IReadOnlyList<IDialect>? dialects = null,
        Func<string[], WebApplicationBuilder>? create = null)
    {
        dialects ??= Dialects;
        var builder = (create ?? Server.CreateBuilder)(args);
        var options = Server.ReadOptions(builder, dialects);
        adjust?.Invoke(builder);
        builder.Services
            .AddKernel(builder.Configuration, options)
            .AddKernelHosting(options)
            .AddTelemetryExport(builder.Configuration, options)
            .AddPages(options).AddReference().AddAdmin().AddDevelopers().AddDemo(builder.Environment)
            .AddOpenId(options, dialects).AddDialects(dialects, builder.Configuration);

        var app = builder.Build();
        app.UseDrain();
        app.UseForwardedHeaders().UseOwnCalls().UseMergedSlashes().UsePublicHost();
        app.UseRouting(); // Endpoints answer inside this middleware; the rest is for pages.
        app.UsePageTelemetry();
        app.UseSecurityHeaders().UseRequestLocalization();
        app.UseExceptionHandler().UseStatusCodePagesWithReExecute("/error");
        app.UseAdmin();
        app.UseVerbRefusals();
        app.UsePageForms();
        app.UseSignedInPeople();

        app.MapKernel();
        app.MapPages(); // LoginFeature consists of pages only.
        app.MapAccount();
        app.MapIntrospection();
        app.MapOpenId();
        foreach (var dialect in dialects)
            dialect.Map(app);
        return app;
    }
}
