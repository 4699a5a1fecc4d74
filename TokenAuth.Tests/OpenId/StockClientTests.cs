using System.Text.Json;
using TokenAuth.Tests.Infrastructure;
using TokenAuth.Tests.World;

namespace TokenAuth.Tests.OpenId;

/// <summary>Authlib, used as its documentation shows: sign-in, JWKS, userinfo, refresh and revocation.</summary>
public sealed class StockClientTests
{
    [Fact]
    public async Task Authlib_signs_a_person_in_to_the_end()
    {
        var python = await Tool.NeedWithAsync("python3", "-c", "import authlib, requests");
        await using var world = await TestWorld.StartAsync();
        using var client = await OpenIdClient.RegisterAsync(world.Server);

        // The library reads the machine's clock, so the server's clock must agree with it.
        world.Clock.Advance(TimeProvider.System.GetUtcNow() - world.Clock.GetUtcNow());
        var output = await Tool.RunAsync(
            python,
            [
                Path.Combine(AppContext.BaseDirectory, "OpenId", "Data", "authlib_client.py"),
                world.Server.Http.ToString(), client.App.ApiKey, client.App.Secret, OpenIdClient.Redirect,
                world.Alice.Login, TestWorld.Password,
            ],
            new Dictionary<string, string>(StringComparer.Ordinal)
            {
                ["NO_PROXY"] = "*",
                ["AUTHLIB_INSECURE_TRANSPORT"] = "1",
            });

        var result = JsonDocument.Parse(output).RootElement;
        Assert.Equal(world.Alice.Id.ToString(), result.GetProperty("sub").GetString());
        Assert.Equal("Alice", result.GetProperty("person").GetProperty("preferred_username").GetString());
        Assert.Equal(200, result.GetProperty("revoked").GetInt32());
        Assert.Equal(401, result.GetProperty("after").GetInt32());
    }
}
