using TokenAuth.Tests.World;

namespace TokenAuth.Tests.MediaPost;

/// <summary>The whole handshake, as an application sees it.</summary>
public sealed class HandshakeTests(MediaPostWorld shared) : IClassFixture<MediaPostWorld>
{
    private TestWorld World => shared.World;

    private MediaPostClient Client => shared.Client;

    [Fact]
    public async Task A_web_application_gets_a_session_without_a_secret_once_the_person_has_allowed_it()
    {
        var token = (await Client.AskAsync(World.Gallery, "Up.auth.createToken")).Token;
        await World.ConfirmAsync("mediapost", World.Gallery, token, World.Alice);

        var session = MediaPostClient.Session(
            World.Gallery, await Client.AskAsync(
                World.Gallery, "Up.auth.getSession", ("auth_token", token), ("format", "JSON")));

        Assert.Matches("^[0-9a-f]{32}$", session.Key);
        Assert.Equal(World.Alice.Id.ToString(), session.Uid);
        Assert.Equal(World.Clock.GetUtcNow().AddHours(24).ToUnixTimeSeconds(), session.Expires);
        Assert.Null(session.Secret);
        Assert.Equal(session.Uid, (await Client.AskAsync(session.Call("users.getLoggedInUser"))).Text);
    }

    [Fact]
    public async Task A_desktop_application_gets_a_secret_with_its_session_and_signs_with_it_from_then_on()
    {
        var session = await Client.GrantAsync(World.Uploader, World.Bob);

        Assert.Matches("^[0-9a-f]{32}$", session.Secret);
        Assert.Equal(World.Bob.Id.ToString(), (await Client.AskAsync(session.Call("users.getLoggedInUser"))).Text);
    }

    [Fact]
    public async Task One_of_twenty_simultaneous_exchanges_of_one_token_succeeds()
    {
        var token = await Client.ConfirmedTokenAsync(World.Gallery, World.Alice);

        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ =>
            Client.AskAsync(World.Gallery, "Up.auth.getSession", ("auth_token", token))));

        Assert.Single(answers, answer => answer.Body.Contains("<session_key>", StringComparison.Ordinal));
        Assert.Equal(19, answers.Count(answer => answer.Code == 100));
    }
}
