using System.Security.Cryptography;
using System.Text;
using TokenAuth.Tests.Introspection;
using TokenAuth.Tests.World;

namespace TokenAuth.Tests.Shoebox;

/// <summary>The dialect for the tests that all dialects share, with a client of it.</summary>
internal static class ShoeboxDialect
{
    public static readonly TestDialect Tested = new(
        new ShoeboxFeature(),
        "/services/rest",
        [new("shoebox", fault => (ShoeboxFaults.Of(fault).Code.ToString(), ShoeboxFaults.Of(fault).Message))],
        (world, _) => world.Gallery,
        async (world, _) => [(ShoeboxFeature.Dialect, await TokenAsync(world))]);

    /// <summary>The whole handshake.</summary>
    public static async Task<string> TokenAsync(TestWorld world)
    {
        var frob = TextIn("frob", await AskAsync(world, "shoebox.auth.getFrob"));
        await world.ConfirmAsync(ShoeboxFeature.Dialect, world.Gallery, frob, world.Alice);
        return TextIn("token", await AskAsync(world, "shoebox.auth.getToken", ("frob", frob)));
    }

    /// <summary>Posts a signed form of the gallery's.</summary>
    public static Task<string> AskAsync(
        TestWorld world, string method, params (string Name, string Value)[] parameters) =>
        EverySession.PostAsync(world, "/services/rest", Signed(world, [("method", method), .. parameters]));

    public static (string Name, string Value)[] Signed(
        TestWorld world, params IEnumerable<(string Name, string Value)> parameters)
    {
        (string Name, string Value)[] pairs = [("api_key", world.Gallery.ApiKey), .. parameters];
        var joined = string.Concat(
            pairs.OrderBy(pair => pair.Name, StringComparer.Ordinal).Select(pair => pair.Name + pair.Value));
        var hash = MD5.HashData(Encoding.UTF8.GetBytes(world.Gallery.Secret + joined));
        return [.. pairs, ("api_sig", Convert.ToHexStringLower(hash))];
    }

    public static string TextIn(string element, string answer)
    {
        Assert.Contains($"<{element}>", answer, StringComparison.Ordinal);
        return answer.Split($"<{element}>")[1].Split('<')[0];
    }
}
