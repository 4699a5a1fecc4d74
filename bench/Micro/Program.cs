using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Exporters;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;

namespace TokenAuth.Bench.Micro;

/// <summary>
/// The cost of the parts of a call, with allocations: <c>dotnet run -c Release --project bench/Micro -- --filter
/// '*'</c>.
/// </summary>
internal static class MicroProgram
{
    /// <param name="args">BenchmarkDotNet's arguments, such as <c>--filter '*Signature*'</c>.</param>
    private static void Main(string[] args)
    {
        // In this process: the benchmarked code is internal, and a generated project could not access it.
        var config = ManualConfig.CreateEmpty()
            .AddJob(Job.ShortRun.WithToolchain(InProcessEmitToolchain.Instance))
            .AddDiagnoser(MemoryDiagnoser.Default)
            .AddColumnProvider(DefaultColumnProviders.Instance)
            .AddExporter(MarkdownExporter.GitHub)
            .AddLogger(ConsoleLogger.Default)
            .WithArtifactsPath("artifacts/bench/micro");
        BenchmarkSwitcher.FromAssembly(typeof(MicroProgram).Assembly).Run(args, config);
    }
}
