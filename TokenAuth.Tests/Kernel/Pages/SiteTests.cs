using System.Net;
using System.Text;
using TokenAuth.Kernel.Configuration;
using TokenAuth.Tests.Infrastructure;

namespace TokenAuth.Tests.Kernel.Pages;

/// <summary>The site's name, logo, colour and help are on every page.</summary>
public sealed class SiteTests : IDisposable
{
    private static readonly byte[] Png = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 1, 2, 3];

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("tokenauth-logo-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task Every_page_has_the_name_the_logo_the_colour_and_the_help()
    {
        var logo = Write("logo", Png);
        await using var server = await LiveServer.StartAsync(
            "--TokenAuth:Site:Name=Cats & Co", $"--TokenAuth:Site:Logo={logo}", "--TokenAuth:Site:Accent=#ffcc00",
            "--TokenAuth:Site:SupportUrl=mailto:help@example.test?subject=a&body=b");
        using var browser = new FormBrowser(server.Http);

        foreach (var path in new[] { "/signin", "/nowhere" })
        {
            var page = (await browser.GetAsync(path)).Html;
            Assert.Contains(" - Cats &amp; Co</title>", page, StringComparison.Ordinal);
            Assert.Contains("alt=\"\">Cats &amp; Co</p>", page, StringComparison.Ordinal);
            Assert.Contains("<img src=\"/site/logo?v=", page, StringComparison.Ordinal);
            Assert.Contains("<link rel=\"icon\" href=\"/site/logo?v=", page, StringComparison.Ordinal);
            Assert.Contains("<link rel=\"stylesheet\" href=\"/site/accent.css?v=", page, StringComparison.Ordinal);
            Assert.Contains(
                "<a href=\"mailto:help@example.test?subject=a&amp;body=b\">Help</a>", page, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Without_options_the_pages_have_no_link_to_help_and_no_second_style_sheet()
    {
        await using var server = await LiveServer.StartAsync();
        using var browser = new FormBrowser(server.Http);

        var page = (await browser.GetAsync("/signin")).Html;

        Assert.Contains(" - TokenAuth</title>", page, StringComparison.Ordinal);
        Assert.Contains("<img src=\"/icon.svg\"", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<footer>", page, StringComparison.Ordinal);
        Assert.DoesNotContain("/site/", page, StringComparison.Ordinal);
        using var client = LiveServer.CreateClient();
        Assert.Equal(HttpStatusCode.NotFound, (await client.GetAsync(new Uri(server.Http, "/site/logo"))).StatusCode);
    }

    [Fact]
    public async Task The_logo_is_kept_under_its_version_and_runs_no_scripts()
    {
        var logo = Write("logo.png", Encoding.UTF8.GetBytes(
            "<?xml version=\"1.0\"?><!DOCTYPE svg><svg xmlns=\"http://www.w3.org/2000/svg\"/>"));
        await using var server = await LiveServer.StartAsync($"--TokenAuth:Site:Logo={logo}");
        using var browser = new FormBrowser(server.Http);
        var page = (await browser.GetAsync("/signin")).Html;
        var start = page.IndexOf("/site/logo?v=", StringComparison.Ordinal);
        var address = page[start..page.IndexOf('"', start)];
        using var client = LiveServer.CreateClient();

        using var current = await client.GetAsync(new Uri(server.Http, address));
        using var other = await client.GetAsync(new Uri(server.Http, "/site/logo?v=0"));
        using var head = await client.SendAsync(new(HttpMethod.Head, new Uri(server.Http, address)));
        using var post = await client.PostAsync(new Uri(server.Http, address), null);

        Assert.Equal("image/svg+xml", current.Content.Headers.ContentType?.ToString());
        Assert.Equal(await File.ReadAllBytesAsync(logo), await current.Content.ReadAsByteArrayAsync());
        Assert.Equal("public, max-age=31536000, immutable", current.Headers.CacheControl?.ToString());
        Assert.Equal("nosniff", Assert.Single(current.Headers.GetValues("X-Content-Type-Options")));
        Assert.Equal(
            "default-src 'none'; style-src 'unsafe-inline'; sandbox",
            Assert.Single(current.Headers.GetValues("Content-Security-Policy")));
        Assert.Equal("no-store", other.Headers.CacheControl?.ToString());
        Assert.Equal(HttpStatusCode.OK, head.StatusCode);
        Assert.Equal(HttpStatusCode.MethodNotAllowed, post.StatusCode);
    }

    [Theory]
    [InlineData("<svg/>")]
    [InlineData("<html xmlns=\"http://www.w3.org/1999/xhtml\"/>")]
    [InlineData("<svg xmlns=\"http://www.w3.org/2000/svg\">")]
    [InlineData("<!DOCTYPE svg [<!ENTITY a \"b\">]><svg xmlns=\"http://www.w3.org/2000/svg\">&a;</svg>")]
    [InlineData("RIFF")]
    [InlineData("")]
    public void A_file_that_is_no_picture_is_refused(string content) => Assert.Throws<SettingsException>(
        () => LogoFile.Read(Write("logo.svg", Encoding.UTF8.GetBytes(content)), "TokenAuth:Site:Logo"));

    [Fact]
    public void The_content_decides_about_the_type()
    {
        Assert.Equal("image/png", LogoFile.Read(Write("logo.svg", Png), "").ContentType);
        Assert.Equal(
            "image/webp", LogoFile.Read(Write("logo.svg", "RIFF\0\0\0\0WEBPVP8 "u8.ToArray()), "").ContentType);
    }

    [Fact]
    public void A_large_file_is_refused()
    {
        var content = new byte[LogoFile.MaxBytes];
        Png.CopyTo(content, 0);
        Assert.Equal("image/png", LogoFile.Read(Write("a.png", content), "").ContentType);
        Assert.Throws<SettingsException>(() => LogoFile.Read(Write("b.png", [.. content, 0]), ""));
    }

    private string Write(string name, byte[] content)
    {
        var path = Path.Combine(_folder.FullName, name);
        File.WriteAllBytes(path, content);
        return path;
    }
}
