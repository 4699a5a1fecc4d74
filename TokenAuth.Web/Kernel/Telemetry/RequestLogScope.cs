namespace TokenAuth.Kernel.Telemetry;

/// <summary>
/// What is logged while a page is made names the request as its error page does, so that a person's report leads to the line. Doors
/// name theirs in the few messages that need it (<c>DialectPipeline</c>).
/// </summary>
internal static class RequestLogScope
{
    private static readonly Func<ILogger, string, IDisposable?> Request = LoggerMessage.DefineScope<string>("Request {Reference}");

    public static IApplicationBuilder UseRequestLogScope(this IApplicationBuilder app)
    {
        var logger = app.ApplicationServices.GetRequiredService<ILoggerFactory>().CreateLogger(Metrics.Name);
        return app.Use(async (context, next) =>
        {
            using (Request(logger, context.TraceIdentifier))
                await next(context);
        });
    }
}
