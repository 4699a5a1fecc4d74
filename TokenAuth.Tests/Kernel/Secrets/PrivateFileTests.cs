using TokenAuth.Kernel.Secrets;

namespace TokenAuth.Tests.Kernel.Secrets;

public sealed class PrivateFileTests : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("tokenauth-test-files-");

    public void Dispose() => _directory.Delete(recursive: true);

    /// <summary><see cref="File.Move(string, string)"/> lets several of them succeed.</summary>
    [Fact]
    public async Task Of_simultaneous_moves_to_one_name_one_succeeds()
    {
        for (var round = 0; round < 200; round++)
        {
            var target = In($"target{round}");
            using var start = new Barrier(4);
            var moves = Enumerable.Range(0, 4).Select(number => Task.Run(() =>
            {
                var own = In($"{round}.{number}");
                File.WriteAllText(own, $"{number}");
                start.SignalAndWait();
                return Record.Exception(() => PrivateFiles.MoveToFree(own, target)) is null ? number : -1;
            })).ToList();

            var winners = (await Task.WhenAll(moves)).Where(number => number >= 0);

            Assert.Equal($"{Assert.Single(winners)}", await File.ReadAllTextAsync(target));
        }
    }

    private string In(string name) => Path.Combine(_directory.FullName, name);
}
