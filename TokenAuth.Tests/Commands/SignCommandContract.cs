using System.Security.Cryptography;
using System.Text;
using TokenAuth.Tests.Infrastructure;
using TokenAuth.Tests.Kernel.Storage;
using TokenAuth.Tests.World;

namespace TokenAuth.Tests.Commands;

/// <summary><c>sign explain</c> finds the caller's secrets in the store, and prints none of them.</summary>
public abstract class SignCommandContract<TEngine> : StoreContract<TEngine>
    where TEngine : StoreEngine, new()
{
    [Fact]
    public async Task A_right_signature_is_right_and_a_mistake_is_named()
    {
        var (gallery, uploader) = (Fixture.Gallery, Fixture.Uploader);
        var signed = $"api_key={gallery.ApiKey}method=Up.auth.createToken";

        Assert.Contains(
            "The signature is right.",
            (await ExplainAsync(gallery, signed + gallery.Secret)).Succeeded().Output, StringComparison.Ordinal);
        AssertPrints(await ExplainAsync(gallery, signed), "No secret was used.");
        AssertPrints(await ExplainAsync(gallery, signed + uploader.Secret), "made with the secret of Uploader");
        AssertPrints(await ExplainAsync(gallery, "nonsense"), "no usual mistake explains it");
    }

    [Fact]
    public async Task The_previous_secret_is_right_until_it_expires()
    {
        var old = Fixture.Gallery.Secret;
        await Engine.CommandAsync("app", "rotate", Fixture.Gallery.ApiKey);
        var signed = $"api_key={Fixture.Gallery.ApiKey}method=Up.auth.createToken{old}";

        (await ExplainAsync(Fixture.Gallery, signed)).Succeeded();
        Engine.Clock.Advance(TimeSpan.FromHours(25));
        AssertPrints(await ExplainAsync(Fixture.Gallery, signed), "no usual mistake explains it");
    }

    [Fact]
    public async Task An_unknown_application_and_an_unreadable_request_are_errors()
    {
        (await RunAsync("https://auth.example.test/api.php?api_key=0&sig=0")).Failed(1, "application");
        (await RunAsync("hello")).Failed(1, "neither a URL");
        (await Engine.CommandAsync("sign", "explain", "--dialect", "mediapost", "--request", "/missing/file"))
            .Failed(1, "cannot be read");
    }

    private void AssertPrints(Finished run, string text)
    {
        Assert.Equal(1, run.Status);
        Assert.Contains(text, run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain(Fixture.Gallery.Secret, run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain(Fixture.Uploader.Secret, run.Output, StringComparison.Ordinal);
    }

    private Task<Finished> ExplainAsync(App application, string signed) => RunAsync(
        $"https://auth.example.test/api.php?method=Up.auth.createToken&api_key={application.ApiKey}"
        + $"&sig={Convert.ToHexStringLower(MD5.HashData(Encoding.UTF8.GetBytes(signed)))}");

    private async Task<Finished> RunAsync(string request)
    {
        var file = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(file, request);
            return await Engine.CommandAsync("sign", "explain", "--dialect", "mediapost", "--request", file);
        }
        finally
        {
            File.Delete(file);
        }
    }
}
