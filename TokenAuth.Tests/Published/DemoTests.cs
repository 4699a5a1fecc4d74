using System.Text.RegularExpressions;
using TokenAuth.Tests.Infrastructure;
using TokenAuth.Tests.World;

namespace TokenAuth.Tests.Published;

/// <summary>The demo data, in Development only.</summary>
[Collection(PublishedCopy.Collection)]
public sealed partial class DemoTests(PublishedCopy copy)
{
    [Fact]
    public async Task In_Development_a_demo_is_created_once_and_its_printed_credentials_work()
    {
        await using var installation = new PublishedInstallation(copy);
        var first = await installation.ServeAsync(
            [("ASPNETCORE_ENVIRONMENT", "Development")], "--urls=http://127.0.0.1:0;https://127.0.0.1:0");
        var printed = Credentials().Match(first.Process.Output);
        Assert.True(printed.Success, first.Process.Output);
        App Application(string kind) => new(
            Id: 0, printed.Groups[kind + "Key"].Value, printed.Groups[kind + "Secret"].Value, kind);

        using var wire = new Wire();
        using var demo = await FormBrowser.SignedInAsync(
            first.Https, printed.Groups["login"].Value, printed.Groups["password"].Value);
        await wire.SignInAsync(first.Https, Application("web"), demo);
        await wire.SignInAsync(first.Https, Application("desktop"), demo);
        await first.StopAsync();

        var second = await installation.ServeAsync([("ASPNETCORE_ENVIRONMENT", "Development")]);
        Assert.Equal(printed.Value, Credentials().Match(second.Process.Output).Value);
        Assert.Equal(2, (await installation.RunAsync("app", "list", "--json")).Json().GetProperty(
            "applications").GetArrayLength());
    }

    [Fact]
    public async Task A_newcomer_walks_through_a_handshake_from_the_printed_address()
    {
        await using var installation = new PublishedInstallation(copy);
        var server = await installation.ServeAsync(
            [("ASPNETCORE_ENVIRONMENT", "Development")], "--urls=http://127.0.0.1:0");
        var printed = Credentials().Match(server.Process.Output);
        Assert.Contains("/demo\n", server.Process.Output, StringComparison.Ordinal);
        using var person = await FormBrowser.SignedInAsync(
            server.Http, printed.Groups["login"].Value, printed.Groups["password"].Value);

        var created = await person.SubmitAsync("/demo");
        var link = LoginLink().Match(created.Html);
        Assert.True(link.Success, created.Html);
        var back = await person.SubmitAsync(
            link.Groups["path"].Value.Replace("&amp;", "&", StringComparison.Ordinal), ("decision", "allow"));
        Assert.Contains("/demo/callback?auth_token=", back.Location!.AbsoluteUri, StringComparison.Ordinal);

        var done = await person.GetAsync(back.Location!.PathAndQuery);
        Assert.Contains("Up.users.getLoggedInUser", done.Html, StringComparison.Ordinal);
        Assert.Contains("The application has a session", done.Html, StringComparison.Ordinal);
        var again = await person.GetAsync(back.Location!.PathAndQuery);
        Assert.Contains("could not be exchanged", again.Html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task There_is_no_demo_outside_of_Development()
    {
        await using var installation = new PublishedInstallation(copy);
        var server = await installation.ServeAsync();

        Assert.DoesNotContain("demo", server.Process.Output, StringComparison.OrdinalIgnoreCase);
        using var stranger = new FormBrowser(server.Http);
        Assert.Equal(System.Net.HttpStatusCode.NotFound, (await stranger.GetAsync("/demo")).Status);
        Assert.Equal(System.Net.HttpStatusCode.NotFound, (await stranger.GetAsync("/demo/callback?auth_token=1")).Status);
        Assert.False(File.Exists(Path.Combine(installation.Data, "demo.json")));
        Assert.Equal("{\"applications\":[]}\n", (await installation.RunAsync("app", "list", "--json")).Output);
    }

    [GeneratedRegex(
        """
        Demo account: +login (?<login>\w+)  password (?<password>\w+)
        Demo web application: +api_key (?<webKey>[0-9a-f]{32})  secret (?<webSecret>[0-9a-f]{32})  callback \S+
        Demo desktop application: +api_key (?<desktopKey>[0-9a-f]{32})  secret (?<desktopSecret>[0-9a-f]{32})
        """)]
    private static partial Regex Credentials();

    [GeneratedRegex("<a href=\"(?<path>/login\\.php[^\"]+)\"")]
    private static partial Regex LoginLink();
}
