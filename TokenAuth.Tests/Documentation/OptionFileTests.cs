using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using TokenAuth.Kernel.Configuration;
using TokenAuth.Kernel.Hosting;

namespace TokenAuth.Tests.Documentation;

/// <summary>
/// The schema and the sample of the configuration name every option with its default, and nothing else. Options of new
/// classes are found by themselves: those that the server logs the times of.
/// </summary>
public sealed class OptionFileTests : IAsyncDisposable
{
    private const string Sample = "tokenauth.sample.json";

    private static readonly JsonDocumentOptions WithComments = new() { CommentHandling = JsonCommentHandling.Skip };

    private readonly WebApplication _app = Build();

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    [Fact]
    public void The_schema_has_every_option_with_its_type_and_default()
    {
        using var schema = JsonDocument.Parse(Page.Text("appsettings.schema.json"));
        var described = Described("TokenAuth", schema.RootElement.GetProperty("properties").GetProperty("TokenAuth"))
            .ToDictionary(option => option.Name, option => option.Schema, StringComparer.Ordinal);

        Assert.Equal(
            Options().Select(option => option.Name).Order(StringComparer.Ordinal),
            described.Keys.Order(StringComparer.Ordinal), StringComparer.Ordinal);
        Assert.All(Options(), option =>
        {
            var schema = described[option.Name];
            Assert.Equal(JsonOf(option), schema.GetProperty("default").GetRawText());
            Assert.NotEmpty(schema.GetProperty("description").GetString()!);
            Assert.Equal(TypeOf(option), TypeOf(schema));
        });
    }

    [Fact]
    public void The_sample_has_every_option_with_its_default_and_a_comment()
    {
        var text = Page.Text(Sample);
        using var sample = JsonDocument.Parse(text, WithComments);
        var given = Leaves("TokenAuth", sample.RootElement.GetProperty("TokenAuth")).ToList();

        Assert.Equal(
            Options().Select(option => $"{option.Name} {JsonOf(option)}").Order(StringComparer.Ordinal),
            given.Select(leaf => $"{leaf.Name} {leaf.Value.GetRawText()}").Order(StringComparer.Ordinal),
            StringComparer.Ordinal);
        var lines = text.Split('\n').Select(line => line.Trim()).ToList();
        Assert.All(given, leaf =>
        {
            var start = $"\"{leaf.Name.Split(':')[^1]}\":";
            var line = lines.FindIndex(one => one.StartsWith(start, StringComparison.Ordinal));
            Assert.StartsWith("//", lines[line - 1], StringComparison.Ordinal);
        });
    }

    /// <summary>An operator may copy the whole file.</summary>
    [Fact]
    public async Task The_server_reads_the_sample_and_it_changes_nothing()
    {
        var folder = Path.GetDirectoryName(typeof(OptionFileTests).Assembly.Location)!;
        var file = Path.Combine(folder, $"sample-{Path.GetRandomFileName()}.json");
        await File.WriteAllTextAsync(file, Page.Text(Sample));
        try
        {
            await using var app = Build(builder => builder.Configuration.AddJsonFile(file));

            Assert.Equal(Values(_app), Values(app), StringComparer.Ordinal);
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static WebApplication Build(Action<WebApplicationBuilder>? configure = null) => Program.Build(
        ["--environment=Production", "--hostBuilder:reloadConfigOnChange=false"],
        create: args =>
        {
            var builder = Server.CreateBuilder(args);
            configure?.Invoke(builder);
            return builder;
        });

    private static IEnumerable<string> Values(WebApplication app) =>
        from section in app.Services.GetServices<Lifetimes>()
        from option in OptionValue.Of(section.Section, section.Options)
        select $"{option.Name} {option.Text}";

    /// <summary>Every option of the server with its default.</summary>
    private IEnumerable<OptionValue> Options() => _app.Services.GetServices<Lifetimes>().SelectMany(section =>
        OptionValue.Of(section.Section, Activator.CreateInstance(section.Options.GetType())!));

    private static IEnumerable<(string Name, JsonElement Schema)> Described(string path, JsonElement schema)
    {
        if (!schema.TryGetProperty("properties", out var properties))
            return [(path, schema)];
        Assert.False(schema.GetProperty("additionalProperties").GetBoolean(), path);
        return properties.EnumerateObject().SelectMany(option => Described($"{path}:{option.Name}", option.Value));
    }

    private static IEnumerable<(string Name, JsonElement Value)> Leaves(string path, JsonElement value) =>
        value.ValueKind == JsonValueKind.Object
            ? value.EnumerateObject().SelectMany(option => Leaves($"{path}:{option.Name}", option.Value))
            : [(path, value)];

    private static string JsonOf(OptionValue option) => option.Value switch
    {
        null => "null",
        bool or int => option.Text!,
        string[] list => JsonSerializer.Serialize(list),
        _ => JsonSerializer.Serialize(option.Text),
    };

    private static string TypeOf(OptionValue option) =>
        option.Type == typeof(bool) ? "boolean"
        : option.Type == typeof(int) ? "integer"
        : option.Type == typeof(TimeSpan) ? "time"
        : option.Type.IsEnum ? $"enum {string.Join(' ', Enum.GetNames(option.Type))}"
        : option.Type.IsArray ? "array string"
        : option.Value is null ? "string null"
        : "string";

    private static string TypeOf(JsonElement schema) =>
        schema.TryGetProperty("enum", out var values)
            ? $"enum {string.Join(' ', values.EnumerateArray().Select(value => value.GetString()))}"
        : schema.TryGetProperty("allOf", out _) ? "time"
        : schema.GetProperty("type") is { ValueKind: JsonValueKind.Array } types
            ? string.Join(' ', types.EnumerateArray().Select(type => type.GetString()))
        : schema.GetProperty("type").GetString()!;
}
