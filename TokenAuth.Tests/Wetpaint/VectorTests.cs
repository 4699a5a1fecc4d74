using System.Text.Json;
using Microsoft.AspNetCore.Http;
using TokenAuth.Kernel.Calls;
using TokenAuth.Wetpaint;

namespace TokenAuth.Tests.Wetpaint;

/// <summary>Signatures that another program computed, verified against the server and the test client.</summary>
public sealed class VectorTests
{
    private static readonly JsonElement[] Vectors =
        [
            .. JsonDocument.Parse(File.ReadAllText(
                Path.Combine(AppContext.BaseDirectory, "Wetpaint", "Data", "vectors.json"))).RootElement.GetProperty(
                    "wetpaint").EnumerateArray(),
        ];

    public static TheoryData<string> Users => [.. Vectors.Select(vector => Text(vector, "user.userId"))];

    [Fact]
    public void All_vectors_are_loaded() => Assert.Equal(3, Users.Count);

    [Theory]
    [MemberData(nameof(Users))]
    public void A_signature_matches_the_vector(string user)
    {
        var vector = Vectors.Single(vector => Text(vector, "user.userId") == user);
        var (key, secret, timestamp, expected) =
            (Text(vector, "key"), Text(vector, "secret"), Text(vector, "cred.ts"), Text(vector, "cred.sig"));
        var request = new DefaultHttpContext().Request;
        request.QueryString = new QueryString(
            $"?key={key}&user.userId={Uri.EscapeDataString(user)}&cred.ts={timestamp}");

        Assert.Equal(expected, new WetpaintRequest(Call.OfQuery(request)).Sign(secret));
        Assert.Equal(expected, WetpaintCall.Sign(key + user + timestamp, secret));
    }

    private static string Text(JsonElement element, string name) => element.GetProperty(name).GetString()!;
}
