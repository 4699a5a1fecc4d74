using TokenAuth.Fuzzing;
using TokenAuth.Tests.Architecture;

namespace TokenAuth.Tests.Fuzzing;

/// <summary>Replays the inputs that <c>fuzz/run.sh</c> has found to reach further code.</summary>
public sealed class FuzzCorpusTests
{
    public static TheoryData<string> Targets => [.. FuzzTargets.All.Keys];

    [Theory]
    [MemberData(nameof(Targets))]
    public void No_input_of_the_corpus_breaks_its_target(string name)
    {
        var inputs = Directory.GetFiles(Path.Combine(SourceTree.Root.FullName, "fuzz", "corpus", name));

        Assert.NotEmpty(inputs);
        Assert.All(inputs, input => FuzzLimits.Run(FuzzTargets.All[name], File.ReadAllBytes(input)));
    }

    [Fact]
    public void Every_folder_of_the_corpus_has_a_target() => Assert.Equal(
        FuzzTargets.All.Keys.Order(StringComparer.Ordinal),
        Directory.GetDirectories(Path.Combine(SourceTree.Root.FullName, "fuzz", "corpus"))
            .Select(Path.GetFileName)
            .Order(StringComparer.Ordinal));
}
