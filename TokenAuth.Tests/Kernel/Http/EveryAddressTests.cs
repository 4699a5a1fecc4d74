using System.Text;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Constraints;
using Microsoft.AspNetCore.Routing.Patterns;
using Microsoft.Extensions.DependencyInjection;
using TokenAuth.Tests.Infrastructure;
using TokenAuth.Tests.MediaPost;

namespace TokenAuth.Tests.Kernel.Http;

/// <summary>Rules for every address that the server serves. A new address is tested automatically.</summary>
public sealed class EveryAddressTests(EveryAddressTests.Served shared) : IClassFixture<EveryAddressTests.Served>
{
    private const string ErrorPage = "/error";

    private static readonly string[] Verbs =
        ["GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "PROPFIND", "FOO"];

    [Fact]
    public void The_tests_find_all_addresses()
    {
        Assert.True(shared.Paths.Count > 40);
        string[] some =
        [
            "/", "/signin", "/account", "/login.php", "/css/site.css", "/health/ready", "/introspect", "/auth/verify",
            "/api.php",
            "/api/test.hello", "/interface/flat", "/api/xml/peopleaggregator/echo", "/UserService/login.do",
        ];
        Assert.Empty(some.Except(shared.Paths, StringComparer.Ordinal));
    }

    [Fact]
    public async Task An_unsupported_verb_is_answered_with_405_and_Allow_and_one_line_of_text()
    {
        foreach (var path in shared.Paths.Where(path => path != ErrorPage))
        {
            var served = (await AskAsync("FOO", path)).Allow;
            Assert.True(served.Length > 0, $"{path} does not say what it serves");
            // Browsers ask with OPTIONS whether a script of another site may call.
            string[] asked = path.StartsWith("/connect/", StringComparison.Ordinal)
                || path.StartsWith("/.well-known/", StringComparison.Ordinal) ? ["OPTIONS"] : [];
            Assert.Empty(served.Except(["GET", "HEAD", "POST", .. asked], StringComparer.Ordinal));
            Assert.Equal(
                served.Contains("GET", StringComparer.Ordinal), served.Contains("HEAD", StringComparer.Ordinal));

            foreach (var verb in Verbs)
            {
                var answer = await AskAsync(verb, path);
                if (served.Contains(verb, StringComparer.Ordinal))
                {
                    Assert.True(answer.Status is >= 200 and < 500 and not 405, $"{verb} {path}: {answer.Head}");
                    continue;
                }

                Assert.True(answer.Status == 405, $"{verb} {path}: {answer.Head}");
                Assert.Equal(served, answer.Allow);
                Assert.Equal("text/plain; charset=utf-8", answer["Content-Type"]);
                Assert.Equal("nosniff", answer["X-Content-Type-Options"]);
                Assert.Equal(
                    verb == "HEAD" ? "" : $"This address serves {string.Join(", ", served)} only.\n", answer.Body);
            }
        }
    }

    /// <summary>A page loads and runs only what this server serves, is not framed and is not kept.</summary>
    [Fact]
    public async Task Every_answer_has_the_security_headers()
    {
        var pages = 0;
        foreach (var path in shared.Paths)
        {
            var answer = await AskAsync("GET", path);
            Assert.True(answer["X-Content-Type-Options"] == "nosniff", $"{path}: {answer.Head}");
            Assert.True(answer["Referrer-Policy"] is "same-origin" or "strict-origin", $"{path}: {answer.Head}");
            if (!answer["Content-Type"].StartsWith("text/html", StringComparison.Ordinal))
                continue;
            pages++;
            Assert.Equal("text/html; charset=utf-8", answer["Content-Type"]);
            Assert.Contains("no-store", answer["Cache-Control"], StringComparison.Ordinal);
            Assert.StartsWith(
                "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; "
                + "base-uri 'none'; frame-ancestors 'none'",
                answer["Content-Security-Policy"], StringComparison.Ordinal);
        }

        Assert.True(pages > 10);
    }

    [Fact]
    public async Task HEAD_is_answered_like_GET_without_the_body()
    {
        foreach (var path in shared.Paths)
        {
            var (get, head) = (await AskAsync("GET", path), await AskAsync("HEAD", path));
            Assert.Equal(get.Status, head.Status);
            Assert.Equal("", head.Body);
            Assert.True(head["Content-Length"] == "" || head["Content-Length"] == get["Content-Length"], path);
            Assert.Equal(string.Join('\n', get.Comparable), string.Join('\n', head.Comparable));
        }
    }

    [Fact]
    public async Task The_error_page_cannot_be_requested()
    {
        string[] numbered =
            ["/error/404", "/error/500", "/error/204", "/error/100", "/error/0", "/error/-1", "/Error/999"];
        foreach (var path in numbered.Append(ErrorPage).Append("/nowhere"))
        {
            foreach (var verb in Verbs)
            {
                var answer = await AskAsync(verb, path);
                Assert.True(answer.Status == 404, $"{verb} {path}: {answer.Head}");
                Assert.Contains(verb == "HEAD" ? "" : "Page not found", answer.Body, StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public async Task A_compressed_body_is_answered_with_415()
    {
        var taken = 0;
        foreach (var path in shared.Paths.Where(path => path != ErrorPage))
        {
            var answer = await AskAsync(
                "POST", path, "Content-Encoding: gzip\nContent-Type: application/x-www-form-urlencoded", "a=b");
            if (answer.Status == 405)
                continue;
            taken++;
            Assert.True(answer.Status == 415, $"{path}: {answer.Head}");
            Assert.Equal("identity", answer["Accept-Encoding"]);
        }

        Assert.True(taken > 30);
    }

    /// <summary>Routing precedes every other check.</summary>
    [Fact]
    public void No_route_has_a_regular_expression() => Assert.DoesNotContain(
        shared.Endpoints.SelectMany(endpoint => endpoint.RoutePattern.ParameterPolicies.Values).SelectMany(
            policies => policies),
        policy => policy.ParameterPolicy is RegexRouteConstraint
            || policy.Content?.StartsWith("regex", StringComparison.OrdinalIgnoreCase) == true
                || policy.Content == "alpha");

    private async Task<Answer> AskAsync(string verb, string path, string headers = "X: y", string body = "")
    {
        var head =
            $"{verb} {path} HTTP/1.1\nHost: localhost\nConnection: close\nContent-Length: {body.Length}\n{headers}";
        return Answer.Of(await RawHttp.AskAsync(shared.Server.Http, head, body));
    }

    private sealed record Answer(int Status, string Head, string Body)
    {
        public string this[string name] => Headers.FirstOrDefault(header => header.Name == name).Value ?? "";

        public string[] Allow => this["Allow"].Split(", ", StringSplitOptions.RemoveEmptyEntries);

        /// <summary>
        /// The headers that are the same in every answer. Headers about the body's transfer are left out, since HEAD
        /// may omit them.
        /// </summary>
        public IEnumerable<string> Comparable => Headers
            .Where(header => header.Name is not ("Date" or "Set-Cookie" or "Transfer-Encoding" or "Content-Length"))
            .Select(header => $"{header.Name}: {header.Value}");

        private IEnumerable<(string Name, string Value)> Headers =>
            Head.Split("\r\n").Skip(1).Select(line => line.Split(": ", 2)).Select(header => (header[0], header[1]));

        public static Answer Of(string raw)
        {
            var parts = raw.Split("\r\n\r\n", 2);
            return new Answer(int.Parse(parts[0].AsSpan("HTTP/1.1 ".Length, 3)), parts[0], parts[1]);
        }
    }

    /// <summary>
    /// A published server: in a build, the server looks up paths that resemble files among the static files.
    /// </summary>
    public sealed class Served : IAsyncLifetime
    {
        internal LiveServer Server { get; private set; } = null!;

        internal IReadOnlyList<RouteEndpoint> Endpoints { get; private set; } = [];

        internal IReadOnlyList<string> Paths { get; private set; } = [];

        public async ValueTask InitializeAsync()
        {
            Server = await LiveServer.StartAsync("--ReloadStaticAssetsAtRuntime=false");
            Endpoints = [.. Server.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()];
            Paths =
            [
                .. Endpoints.Select(endpoint => PathOf(endpoint.RoutePattern))
                    .Where(path => !path.StartsWith("/admin", StringComparison.Ordinal)) // see Admin/AccessTests
                    .Distinct(StringComparer.Ordinal),
            ];
        }

        public ValueTask DisposeAsync() => Server.DisposeAsync();

        /// <summary>Makes an address that matches the pattern.</summary>
        private static string PathOf(RoutePattern pattern)
        {
            var path = new StringBuilder();
            foreach (var segment in pattern.PathSegments)
            {
                path.Append('/');
                foreach (var part in segment.Parts)
                {
                    path.Append(part switch
                    {
                        RoutePatternLiteralPart literal => literal.Content,
                        RoutePatternSeparatorPart separator => separator.Content,
                        RoutePatternParameterPart { Name: "method" } => "test.hello",
                        RoutePatternParameterPart { Name: "format" } => "xml",
                        RoutePatternParameterPart { Name: "topic" } => "clients",
                        RoutePatternParameterPart { Name: "id" } => "1",
                        RoutePatternParameterPart { Name: "dialect" } => "ipernity",
                        _ => "peopleaggregator/echo",
                    });
                }
            }

            return path.Length == 0 ? "/" : path.ToString();
        }
    }
}
