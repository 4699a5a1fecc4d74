using TokenAuth.Commands;
using TokenAuth.Dreamwidth;
using TokenAuth.Introspection;
using TokenAuth.Ipernity;
using TokenAuth.Kernel.Configuration;
using TokenAuth.Kernel.Hosting;
using TokenAuth.Kernel.Http;
using TokenAuth.Kernel.Pages;
using TokenAuth.Kernel.Telemetry;
using TokenAuth.MediaPost;
using TokenAuth.MyAccount;
using TokenAuth.PeopleAggregator;
using TokenAuth.Wetpaint;

namespace TokenAuth;

/// <summary>The table of contents: every feature is named here once.</summary>
internal static class Program
{
    /// <summary>Sections of the configuration that features read.</summary>
    public static readonly string[] FeatureSections =
        [MediaPostFeature.Section, IpernityFeature.Section, DreamwidthFeature.Section, PeopleAggregatorFeature.Section, WetpaintFeature.Section];

    private static Task<int> Main(string[] args) => CommandLine.RunAsync(args);

    /// <summary>The server, not started yet.</summary>
    /// <param name="args">Configuration as <c>--Name value</c>; it wins over files and environment.</param>
    /// <param name="adjust">For tests: replaces the clock and the like.</param>
    public static WebApplication Build(string[] args, Action<WebApplicationBuilder>? adjust = null)
    {
        var builder = Server.CreateBuilder(args);
        var configuration = builder.Configuration;
        var options = Server.ReadOptions(builder, FeatureSections);
        adjust?.Invoke(builder);
        builder.Services.AddKernel(configuration, options).AddKernelHosting(options).AddPages()
            .AddMediaPost(configuration)
            .AddIpernity(configuration)
            .AddDreamwidth(configuration)
            .AddPeopleAggregator(configuration)
            .AddWetpaint(configuration)
            .AddIntrospection();

        var app = builder.Build();
        app.UseDrain().UseForwardedHeaders().UseMergedSlashes().UsePublicHost();
        app.UseRouting(); // doors answer here
        app.UseRequestLogScope().UseSecurityHeaders();
        app.UseExceptionHandler();
        app.UseStatusCodePagesWithReExecute("/error").UseVerbRefusals();
        app.UsePageForms().UseAuthentication();
        app.UseAuthorization();

        app.MapKernel();
        app.MapPages(); // LoginFeature has only these
        app.MapAccount();
        app.MapMediaPost();
        app.MapIpernity();
        app.MapDreamwidth();
        app.MapPeopleAggregator();
        app.MapWetpaint();
        app.MapIntrospection();
        return app;
    }
}
