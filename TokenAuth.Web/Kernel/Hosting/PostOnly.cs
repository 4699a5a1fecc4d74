namespace TokenAuth.Kernel.Hosting;

/// <summary>Doors that are for posting only, and say so without a page.</summary>
internal static class PostOnly
{
    public static void MapPostOnly(this IEndpointRouteBuilder routes, string pattern, Delegate handler)
    {
        routes.MapPost(pattern, handler);
        // Left to the framework, a page of static files may answer a GET before it says 405.
        routes.MapMethods(pattern, [HttpMethods.Get, HttpMethods.Head], (HttpContext context) =>
        {
            context.Response.Headers.Allow = HttpMethods.Post;
            context.AnswerWithoutPage();
            return Results.StatusCode(StatusCodes.Status405MethodNotAllowed);
        });
    }
}
