using TokenAuth.Kernel.Accounts;
using TokenAuth.Tests.Infrastructure;
using TokenAuth.Tests.World;

namespace TokenAuth.Tests.MediaPost;

/// <summary>Every answer of the dialect that is not an error.</summary>
public sealed class GoldenAnswerTests(MediaPostWorld shared) : IClassFixture<MediaPostWorld>
{
    internal static readonly Golden Files = new("MediaPost");

    private static readonly Style[] Both = [Style.Seed, Style.Native];

    private static readonly Dictionary<string, Func<MediaPostWorld, Task<MediaPostCall>>> Cases =
        new(StringComparer.Ordinal)
        {
            ["auth.createToken"] = world =>
                Task.FromResult(new MediaPostCall(world.World.Gallery, "auth.createToken", ("community", "mashable"))),
            ["auth.getSession of a web application"] = async world =>
                Exchange(
                    world.World.Gallery,
                    await world.Client.ConfirmedTokenAsync(world.World.Gallery, world.World.Alice)),
            ["auth.getSession of a desktop application"] = async world =>
                Exchange(
                    world.World.Uploader,
                    await world.Client.ConfirmedTokenAsync(world.World.Uploader, world.World.Alice)),
            ["auth.getSession with a secret"] = async world =>
                Exchange(
                    world.World.Gallery, await world.Client.ConfirmedTokenAsync(world.World.Gallery, world.World.Alice))
                    .With(("generate_session_secret", "1")),
            ["auth.getSession without end"] = async world =>
                Exchange(
                    world.World.Gallery,
                    await world.Client.ConfirmedTokenAsync(world.World.Gallery, world.World.Alice, ("expires", "0"))),
            ["auth.expireSession"] = async world => (await GalleryAsync(world)).Call("auth.expireSession"),
            ["auth.revokeAuthorization"] = async world => (await GalleryAsync(world)).Call("auth.revokeAuthorization"),
            ["auth.revokeAuthorization of nothing"] = async world =>
            {
                await world.ChangeStoreAsync("DELETE FROM consents");
                return new MediaPostCall(
                    world.World.Gallery, "auth.revokeAuthorization", ("uid", world.World.Bob.Id.ToString()));
            },
            ["auth.promoteSession"] = async world => (await GalleryAsync(world)).Call("auth.promoteSession"),
            ["users.getLoggedInUser"] = async world => (await GalleryAsync(world)).Call("users.getLoggedInUser"),
            ["users.isAppAdded"] = async world => (await GalleryAsync(world)).Call("users.isAppAdded"),
            ["users.isAppAdded not"] = async world =>
            {
                // Revoking consent also ends the sessions, so only a race could get this answer.
                var session = await GalleryAsync(world);
                await world.ChangeStoreAsync("DELETE FROM consents");
                return session.Call("users.isAppAdded");
            },
            ["users.isAppUser"] = async world => (await GalleryAsync(world)).Call("users.isAppUser"),
            ["users.isAppUser not"] = world => Task.FromResult(
                new MediaPostCall(world.World.Gallery, "users.isAppUser", ("uid", "99"))),
            ["users.getInfo of one"] = async world => await InfoAsync(world, consenting: 1),
            ["users.getInfo of none"] = async world => await InfoAsync(world, consenting: 0),
            ["users.getInfo of several"] = async world => await InfoAsync(world, consenting: 2),
        };

    public static TheoryData<string> Names => [.. Cases.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task The_answer_matches_the_approved_file_in_every_format_at_every_endpoint_and_in_every_spelling(
        string name) =>
        Files.Matches(name + ".txt", await GoldenCapture.TakeAsync(shared, Both, () => Cases[name](shared)));

    [Fact]
    public void Every_golden_file_has_a_test() =>
        Files.HasOnly(
            [.. Cases.Keys.Select(name => name + ".txt"), .. GoldenErrorTests.Names.Select(row => row.Data + ".txt")]);

    private static MediaPostCall Exchange(App application, string token) =>
        new(application, "auth.getSession", ("auth_token", token)) { Secure = true };

    private static Task<Granted> GalleryAsync(MediaPostWorld world) =>
        world.Client.GrantAsync(world.World.Gallery, world.World.Alice);

    private static async Task<MediaPostCall> InfoAsync(MediaPostWorld world, int consenting)
    {
        await world.ChangeStoreAsync("DELETE FROM consents");
        foreach (var person in new[] { world.World.Alice, world.World.Bob }.Take(consenting))
            await world.Client.GrantAsync(world.World.Gallery, person);
        return new(world.World.Gallery, "users.getInfo", ("uids", $"{world.World.Bob.Id},{world.World.Alice.Id},99"));
    }
}
