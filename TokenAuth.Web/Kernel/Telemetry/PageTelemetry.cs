using System.Diagnostics;

namespace TokenAuth.Kernel.Telemetry;

/// <summary>
/// Measures requests of pages and files, and makes each one activity, so that its log lines have a trace id. Calls of
/// programs never get here; <c>DialectPipeline</c> measures them.
/// </summary>
internal static class PageTelemetry
{
    public static IApplicationBuilder UsePageTelemetry(this IApplicationBuilder app)
    {
        app.UseRequestLogScope();
        var telemetry = app.ApplicationServices.GetRequiredService<Metrics>();
        return app.Use(async (context, next) =>
        {
            // An address that nothing answers could be any text.
            var route = (context.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText ?? "none";
            var started = TimeProvider.System.GetTimestamp();
            using var activity = Metrics.Activities.StartActivity("page", ActivityKind.Server);
            try
            {
                await next(context);
            }
            finally
            {
                var status = context.Response.StatusCode;
                telemetry.Page(route, status, TimeProvider.System.GetElapsedTime(started));
                activity?.SetTag("http.route", route).SetTag("http.response.status_code", status);
            }
        });
    }
}
