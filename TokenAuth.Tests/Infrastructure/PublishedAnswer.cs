using System.Text.Json;

namespace TokenAuth.Tests.Infrastructure;

/// <summary>A finished process: its exit status and its output.</summary>
internal sealed record Finished(int Status, string Output, string Error)
{
    /// <summary>Expects standard output to be one JSON object on one line.</summary>
    public JsonElement Json()
    {
        Succeeded();
        Assert.Equal('\n', Output[^1]);
        Assert.DoesNotContain('\n', Output[..^1]);
        var answer = JsonDocument.Parse(Output).RootElement;
        Assert.Equal(JsonValueKind.Object, answer.ValueKind);
        return answer;
    }

    public Finished Succeeded()
    {
        Assert.True(Status == 0, $"It ended with status {Status}: {Error}");
        Assert.Empty(Error);
        return this;
    }

    /// <summary>Expects empty standard output, and one line on standard error that contains these texts.</summary>
    public void Failed(int status, params string[] saying)
    {
        Assert.True(Status == status, $"It ended with status {Status}, not {status}. It printed: {Output}{Error}");
        Assert.Empty(Output);
        Assert.Equal('\n', Error[^1]);
        Assert.DoesNotContain('\n', Error[..^1]);
        foreach (var part in saying)
            Assert.Contains(part, Error, StringComparison.Ordinal);
    }
}

internal static class JsonMembers
{
    extension(JsonElement element)
    {
        /// <summary>The object's member names, in order.</summary>
        public string[] Members => [.. element.EnumerateObject().Select(member => member.Name)];

        public string Text(string member) => element.GetProperty(member).GetString()!;
    }
}
