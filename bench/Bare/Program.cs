using System.Text.Json.Serialization;

namespace TokenAuth.Bench.Bare;

/// <summary>
/// The framework's JSON answer, with Kestrel, routing and a source-generated serializer only. It is the benchmarks'
/// reference, 1.00.
/// </summary>
internal static class Program
{
    private static void Main(string[] args)
    {
        var builder = WebApplication.CreateSlimBuilder(args);
        builder.Logging.ClearProviders();
        var app = builder.Build();
        app.MapGet("/json", () => TypedResults.Json(new Greeting("Hello, World!"), Greetings.Default.Greeting));
        app.Run();
    }
}

internal sealed record Greeting(string Message);

[JsonSerializable(typeof(Greeting))]
internal sealed partial class Greetings : JsonSerializerContext;
