using System.Text.RegularExpressions;
using TokenAuth.Tests.Infrastructure;
using TokenAuth.Tests.World;

namespace TokenAuth.Tests.Login;

/// <summary>The reference that an error page shows leads an operator to the line in the log.</summary>
public sealed partial class ReferenceTests
{
    [Fact]
    public async Task The_log_records_the_error_pages_reference_with_the_failure()
    {
        await using var world = await TestWorld.StartAsync();
        await world.ChangeStoreAsync("ALTER TABLE applications RENAME TO lost");
        using var client = LiveServer.CreateClient();

        var page = await client.GetAsync(new Uri(world.Server.Http, $"/login.php?api_key={world.Gallery.ApiKey}"));

        var reference = Reference().Match(await page.Content.ReadAsStringAsync()).Value;
        Assert.True((int)page.StatusCode >= 500);
        Assert.NotEmpty(reference);
        Assert.Contains(
            world.Server.Log.Lines,
            line => line.StartsWith("Error ", StringComparison.Ordinal)
                && line.Contains(reference, StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_endpoints_failure_is_logged_with_its_request_too()
    {
        await using var world = await TestWorld.StartAsync();
        await world.ChangeStoreAsync("ALTER TABLE applications RENAME TO lost");
        using var client = LiveServer.CreateClient();

        await client.GetAsync(new Uri(world.Server.Http, $"/api/test.hello?api_key={world.Gallery.ApiKey}"));

        Assert.Contains(
            world.Server.Log.Lines,
            line => line.StartsWith("Error ", StringComparison.Ordinal) && InLog().IsMatch(line));
    }

    [GeneratedRegex("(?<=Reference: )[0-9A-Z]+:[0-9A-F]+")]
    private static partial Regex Reference();

    [GeneratedRegex(@"\(request [0-9A-Z]+:[0-9A-F]+[;)]")]
    private static partial Regex InLog();
}
