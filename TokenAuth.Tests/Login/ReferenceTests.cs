using System.Text.RegularExpressions;
using TokenAuth.Tests.Infrastructure;
using TokenAuth.Tests.World;

namespace TokenAuth.Tests.Login;

/// <summary>What an error page tells a person to pass on leads an operator to the line in the log.</summary>
public sealed partial class ReferenceTests
{
    [Fact]
    public async Task The_reference_on_an_error_page_stands_in_the_log_beside_the_failure()
    {
        await using var world = await TestWorld.StartAsync();
        await world.ChangeStoreAsync("ALTER TABLE applications RENAME TO lost");
        using var client = LiveServer.CreateClient();

        var page = await client.GetAsync(new Uri(world.Server.Http, $"/login.php?api_key={world.Gallery.ApiKey}"));

        var reference = Reference().Match(await page.Content.ReadAsStringAsync()).Value;
        Assert.True((int)page.StatusCode >= 500);
        Assert.NotEmpty(reference);
        Assert.Contains(world.Server.Log.Lines, line => line.StartsWith("Error ", StringComparison.Ordinal) && line.Contains(reference, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_door_s_failure_names_its_request_too()
    {
        await using var world = await TestWorld.StartAsync();
        await world.ChangeStoreAsync("ALTER TABLE applications RENAME TO lost");
        using var client = LiveServer.CreateClient();

        await client.GetAsync(new Uri(world.Server.Http, $"/api/test.hello?api_key={world.Gallery.ApiKey}"));

        Assert.Contains(world.Server.Log.Lines, line => line.StartsWith("Error ", StringComparison.Ordinal) && InLog().IsMatch(line));
    }

    [GeneratedRegex("(?<=Reference: )[0-9A-Z]+:[0-9A-F]+")]
    private static partial Regex Reference();

    [GeneratedRegex(@"\(request [0-9A-Z]+:[0-9A-F]+[;)]")]
    private static partial Regex InLog();
}
