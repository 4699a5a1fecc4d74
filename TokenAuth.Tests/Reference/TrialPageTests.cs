using System.Net;
using Microsoft.Extensions.DependencyInjection;
using TokenAuth.Kernel.Calls.Methods;
using TokenAuth.Kernel.Limits;
using TokenAuth.Tests.Infrastructure;
using TokenAuth.Tests.World;

namespace TokenAuth.Tests.Reference;

/// <summary>Live testing: every method can be called from its page, by the owner of an application only.</summary>
public sealed class TrialPageTests : IAsyncLifetime
{
    private const string Hello = "/docs/ipernity/test.hello/try";

    private TestWorld _world = null!;

    public static TheoryData<string> Dialects => [.. ExampleCalls.Dialects];

    public async ValueTask InitializeAsync() => _world = await ReferenceWorld.StartAsync();

    public ValueTask DisposeAsync() => _world.DisposeAsync();

    /// <summary>Walks all forms. In each format the method answers, and no page shows a secret.</summary>
    [Theory]
    [MemberData(nameof(Dialects))]
    public async Task Every_method_can_be_called_in_every_format(string name)
    {
        using var browser = await FormBrowser.SignedInAsync(_world.Server, _world.Alice);
        var dialect = _world.Server.Services.GetRequiredService<ServedDialects>().Find(name)!;
        foreach (var method in dialect.Reference.Pages)
        {
            foreach (var format in dialect.Reference.Formats)
            {
                var (path, passwords) = ($"/docs/{name}/{method.Name}/try", method.Parameters.Where(
                    parameter => parameter.Source == ParameterSource.Password));
                var page = await browser.TryAsync(
                    _world, path,
                    [
                        ("format", format.Name), ("confirm", "yes"),
                        .. passwords.Select(parameter => ($"p.{parameter.Name}", TestWorld.Password)),
                    ]);

                Assert.True(page.Text("section .notice[role=status]")?.StartsWith("Status 200", StringComparison.Ordinal),
                    $"{path} {format.Name}: {page.Alert}");
                AssertWorked(method, page.Texts("section pre")[0], $"{path} {format.Name}");
                Assert.DoesNotContain(_world.Gallery.Secret, page.Html, StringComparison.Ordinal);
                Assert.DoesNotContain("correct", page.Html, StringComparison.Ordinal); // the password
            }
        }
    }

    /// <summary>A person may empty every field. The method then answers with its own error.</summary>
    [Theory]
    [MemberData(nameof(Dialects))]
    public async Task Every_method_can_be_called_without_its_parameters(string name)
    {
        using var browser = await FormBrowser.SignedInAsync(_world.Server, _world.Alice);
        var dialect = _world.Server.Services.GetRequiredService<ServedDialects>().Find(name)!;
        foreach (var method in dialect.Reference.Pages)
        {
            foreach (var format in dialect.Reference.Formats)
            {
                var path = $"/docs/{name}/{method.Name}/try";
                var page = await browser.TryAsync(
                    _world, path,
                    [
                        ("format", format.Name), ("confirm", "yes"),
                        .. method.Parameters.Select(parameter => ($"p.{parameter.Name}", "")),
                    ]);

                Assert.True(page.Status == HttpStatusCode.OK, $"{path} {format.Name}: {page.Status}");
            }
        }
    }

    [Fact]
    public async Task The_request_can_be_sent_as_it_is_shown()
    {
        using var browser = await FormBrowser.SignedInAsync(_world.Server, _world.Alice);
        var page = await browser.TryAsync(_world, "/docs/mediapost/auth.createToken/try");
        var curl = page.Texts("section pre").Single(text => text.StartsWith("curl ", StringComparison.Ordinal));
        var parts = curl.Split('\'');
        using var http = LiveServer.CreateClient();
        using var content = new StringContent(parts[3]);
        content.Headers.ContentType = new(ClientRequest.Form);
        using var answer = await http.PostAsync(new Uri(parts[1]), content);

        Assert.Contains(
            "auth_createToken_response", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_stranger_is_asked_to_sign_in()
    {
        using var browser = new FormBrowser(_world.Server.Http);

        Assert.True((await browser.GetAsync(Hello)).IsRedirect);
        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync("/docs/ipernity/test.hello")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await browser.GetAsync("/docs/ipernity/test.nothing")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await browser.GetAsync("/docs/nothing/test.hello")).Status);
    }

    [Fact]
    public async Task Only_ones_own_enabled_applications_can_be_chosen()
    {
        using var browser = await FormBrowser.SignedInAsync(_world.Server, _world.Alice);

        Assert.Equal(["Gallery", "Uploader"], (await browser.GetAsync(Hello)).Texts("#application option"));
        foreach (var other in new[] { _world.Draft.ApiKey, _world.Janitor.ApiKey, "0" })
        {
            var page = await browser.TryAsync(_world, Hello, ("application", other));
            Assert.Equal("Choose one of your applications.", page.Alert);
        }

        using var sybil = await FormBrowser.SignedInAsync(_world.Server, _world.Bob);
        Assert.Equal(["Draft"], (await sybil.GetAsync(Hello)).Texts("#application option"));
    }

    [Fact]
    public async Task A_form_without_its_token_calls_nothing()
    {
        using var browser = await FormBrowser.SignedInAsync(_world.Server, _world.Alice);
        browser.Token = "";
        var page = await browser.PostAsync(
            Hello, [("application", _world.Gallery.ApiKey), ("format", "json"), ("origin", _world.Server.Http.OriginalString)]);

        Assert.NotEqual(HttpStatusCode.OK, page.Status);
    }

    [Theory]
    [InlineData("format", "yaml", "Choose a format.")]
    [InlineData("origin", "http://192.0.2.1", "Choose an address.")]
    [InlineData("caller", "token", "Enter a token, or sign in as yourself.")]
    public async Task Whatever_the_form_does_not_offer_is_refused(string field, string value, string problem)
    {
        using var browser = await FormBrowser.SignedInAsync(_world.Server, _world.Alice);
        var page = await browser.TryAsync(_world, "/docs/ipernity/auth.checkToken/try", (field, value));

        Assert.Equal(problem, page.Alert);
        Assert.Equal(0, page.Count("section pre"));
    }

    [Fact]
    public async Task A_method_that_changes_something_wants_a_confirmation()
    {
        using var browser = await FormBrowser.SignedInAsync(_world.Server, _world.Alice);
        var page = await browser.TryAsync(_world, "/docs/mediapost/auth.expireSession/try");

        Assert.Equal("This method changes something. Confirm that you want that.", page.Alert);
        Assert.Null(page.Text("section pre"));
    }

    /// <summary>The browser's session is not part of the call, even where a cookie would sign in.</summary>
    [Fact]
    public async Task The_session_of_the_browser_does_not_sign_the_call_in()
    {
        using var browser = await FormBrowser.SignedInAsync(_world.Server, _world.Alice);
        var page = await browser.TryAsync(
            _world, "/docs/dreamwidth/getdaycounts/try", ("caller", "nobody"), ("format", "flat"));

        Assert.Contains("FAIL", page.Texts("section pre")[0], StringComparison.Ordinal);
        Assert.DoesNotContain("TokenAuth", string.Concat(page.Texts("section pre")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_trial_counts_against_the_quota()
    {
        await _world.ChangeStoreAsync(
            $"UPDATE applications SET owner_id = {_world.Alice.Id} WHERE id = {_world.Frugal.Id}");
        using var browser = await FormBrowser.SignedInAsync(_world.Server, _world.Alice);
        var form = (await browser.GetAsync(Hello)).Fields.Where(field => field.Name != "application")
            .Append(("application", _world.Frugal.ApiKey)).ToArray();
        var answers = new List<string>();
        for (var i = 0; i < 4; i++)
            answers.Add((await browser.PostAsync(Hello, form)).Texts("section pre")[0]);

        Assert.All(answers.Take(3), answer => Assert.Contains("hello world!", answer, StringComparison.Ordinal));
        Assert.Contains("112", answers[3], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Too_many_trials_are_refused_for_a_while()
    {
        using var browser = await FormBrowser.SignedInAsync(_world.Server, _world.Alice);
        var form = (await browser.GetAsync(Hello)).Fields.ToArray();
        for (var i = 0; i < DeveloperLimit.PerWindow; i++)
            Assert.Equal(HttpStatusCode.OK, (await browser.PostAsync(Hello, form)).Status);
        var refused = await browser.PostAsync(Hello, form);

        Assert.Equal(HttpStatusCode.TooManyRequests, refused.Status);
        Assert.Equal(TimeSpan.FromMinutes(10), refused.RetryAfter);
        _world.Clock.Advance(TimeSpan.FromMinutes(10));
        Assert.Equal(HttpStatusCode.OK, (await browser.PostAsync(Hello, form)).Status);
    }

    private static void AssertWorked(MethodPage method, string body, string where)
    {
        // The page says so.
        if (method.Name == "exceptionTest" || where == "/docs/ipernity/api.methods.get/try soap")
            return;
        string[] failures =
            ["error_code", "status=\"error\"", "\"status\":\"error\"", "\"error\"", "FAIL", "<fault>", "Fault", "failure", "success>false"];
        Assert.True(
            !failures.Any(failure => body.Contains(failure, StringComparison.Ordinal)), $"{where}: {body}");
    }
}
