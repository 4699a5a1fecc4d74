using System.Collections.Frozen;

namespace TokenAuth.Kernel.Calls.Methods;

/// <summary>A call and its answer, as a test has performed them.</summary>
/// <param name="Request">The request as raw HTTP.</param>
/// <param name="Answer">The status, the type and the body of the answer.</param>
internal sealed record MethodExample(string Request, string Answer);

/// <summary>
/// The examples of a dialect's methods. A test performs them, writes the file <c>docs/examples/DIALECT.txt</c>, and
/// fails if a call is answered otherwise. What is random is a word in capitals there.
/// </summary>
internal static class MethodExamples
{
    /// <summary>The beginning of the line with an example's method and format.</summary>
    public const string Head = "#### ";

    /// <summary>The line between the request and the answer.</summary>
    public const string Between = "----";

    private const string Prefix = "examples/";

    private static readonly Lazy<FrozenDictionary<string, MethodExample>> Known = new(() =>
    {
        var assembly = typeof(MethodExamples).Assembly;
        return assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(Prefix, StringComparison.Ordinal))
            .SelectMany(name =>
            {
                using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!);
                return Read(name[Prefix.Length..], reader.ReadToEnd());
            })
            .ToFrozenDictionary(example => example.Name, example => example.Example, StringComparer.Ordinal);
    });

    /// <summary>Returns an example; null if there is none.</summary>
    public static MethodExample? Of(string dialect, MethodPage page, CallFormat format) =>
        Known.Value.GetValueOrDefault($"{dialect} {page.Name} {format.Name}");

    private static IEnumerable<(string Name, MethodExample Example)> Read(string dialect, string text)
    {
        foreach (var part in $"\n{text}".Split($"\n{Head}").Skip(1))
        {
            var lines = part.Split('\n', 2);
            var sides = lines[1].Split($"\n{Between}\n", 2);
            yield return ($"{dialect} {lines[0]}", new MethodExample(sides[0].Trim('\n'), sides[1].Trim('\n')));
        }
    }
}
