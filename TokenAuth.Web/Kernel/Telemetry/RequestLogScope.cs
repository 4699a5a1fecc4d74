namespace TokenAuth.Kernel.Telemetry;

/// <summary>
/// Adds the request's identifier to all messages that are logged during a page. The error page shows the same
/// identifier, so an operator can find the messages of a reported error. Endpoints include it only in messages that
/// need it (<c>DialectPipeline</c>).
/// </summary>
internal static class RequestLogScope
{
    private static readonly Func<ILogger, string, IDisposable?> Request =
        LoggerMessage.DefineScope<string>("Request {Reference}");

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
