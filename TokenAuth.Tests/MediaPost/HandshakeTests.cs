using System.Text.Json;
using System.Text.RegularExpressions;
using TokenAuth.Tests.World;

namespace TokenAuth.Tests.MediaPost;

/// <summary>The handshake from end to end, as an application sees it.</summary>
public sealed partial class HandshakeTests
{
    [Fact]
    public async Task A_web_application_gets_a_session_without_a_secret_once_the_person_has_allowed_it()
    {
        await using var world = await TestWorld.StartAsync();
        using var client = new MediaPostClient(world);
        var token = TokenIn(await client.CallAsync(world.Gallery, "Up.auth.createToken"));

        await world.ConfirmAsync("mediapost", world.Gallery, token, world.Alice);
        var session = JsonDocument.Parse(await client.CallAsync(
            world.Gallery, "Up.auth.getSession", ("auth_token", token), ("format", "JSON"))).RootElement;

        Assert.Matches("^[0-9a-f]{32}$", session.GetProperty("session_key").GetString());
        Assert.Equal(world.Alice.Id.ToString(), session.GetProperty("uid").GetString());
        Assert.Equal(world.Clock.GetUtcNow().AddHours(24).ToUnixTimeSeconds(), session.GetProperty("expires").GetInt64());
        Assert.False(session.TryGetProperty("secret", out _));
    }

    [Fact]
    public async Task Of_twenty_simultaneous_exchanges_of_one_token_one_wins()
    {
        await using var world = await TestWorld.StartAsync();
        using var client = new MediaPostClient(world);
        var token = TokenIn(await client.CallAsync(world.Gallery, "Up.auth.createToken"));
        await world.ConfirmAsync("mediapost", world.Gallery, token, world.Alice);

        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ =>
            client.CallAsync(world.Gallery, "Up.auth.getSession", ("auth_token", token))));

        Assert.Single(answers, answer => answer.Contains("<session_key>", StringComparison.Ordinal));
        Assert.Equal(19, answers.Count(answer => answer.Contains("<error_code>100</error_code>", StringComparison.Ordinal)));
    }

    private static string TokenIn(string answer) => TokenText().Match(answer).Value;

    [GeneratedRegex("(?<=>)[0-9a-f]{38}(?=<)")]
    private static partial Regex TokenText();
}
