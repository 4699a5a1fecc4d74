using System.Net;
using Microsoft.Extensions.DependencyInjection;
using TokenAuth.Kernel.Applications;

namespace TokenAuth.Tests.OpenId;

/// <summary>
/// An application that is a script in a browser: it reads the answers of the endpoints from the origin of its redirect
/// URL, and from no other.
/// </summary>
public sealed class CrossOriginTests : OpenIdTests
{
    private const string Origin = "https://spa.example.test";

    private const string Redirect = Origin + "/app/back";

    [Fact]
    public async Task A_browser_may_ask_for_a_registered_origin_only()
    {
        using var spa = await SpaAsync();
        foreach (var (path, verb, header) in new[]
        {
            ("/.well-known/openid-configuration", "GET", ""), ("/.well-known/jwks", "GET", ""),
            ("/connect/token", "POST", "content-type"), ("/connect/userinfo", "GET", "authorization"),
            ("/connect/revoke", "POST", "content-type"),
        })
        {
            foreach (var (origin, isAllowed) in new[]
            {
                (Origin, true), ("https://evil.example.test", false), ("http://spa.example.test", false),
                ("https://spa.example.test:8443", false), ("https://spa.example.test.evil.test", false),
                ("null", false),
                ("https://photos.example.test", false), // of a confidential application, whose server calls
            })
            {
                var (status, _, response) = await SendAsync(
                    HttpMethod.Options, path, null, ("Origin", origin), ("Access-Control-Request-Method", verb),
                    ("Access-Control-Request-Headers", header));
                Assert.Equal(HttpStatusCode.NoContent, status);
                Assert.Equal(isAllowed ? origin : null, Header(response, "Access-Control-Allow-Origin"));
                Assert.Null(Header(response, "Access-Control-Allow-Credentials"));
                if (!isAllowed)
                    continue;
                Assert.Contains(verb, Header(response, "Access-Control-Allow-Methods"), StringComparison.Ordinal);
                Assert.Contains(
                    header, Header(response, "Access-Control-Allow-Headers"), StringComparison.OrdinalIgnoreCase);
                Assert.Equal("Origin", Header(response, "Vary"));
            }
        }
    }

    [Fact]
    public async Task Endpoints_of_servers_and_devices_are_closed_to_scripts()
    {
        using var spa = await SpaAsync();
        foreach (var path in new[] { "/connect/introspect", "/connect/par", "/connect/device" })
        {
            var (_, _, response) = await SendAsync(
                HttpMethod.Options, path, null, ("Origin", Origin), ("Access-Control-Request-Method", "POST"));
            Assert.Null(Header(response, "Access-Control-Allow-Origin"));
            (_, _, response) = await SendAsync(
                HttpMethod.Post, path, Form(("client_id", spa.App.ApiKey)), ("Origin", Origin));
            Assert.Null(Header(response, "Access-Control-Allow-Origin"));
        }
    }

    [Fact]
    public async Task A_script_signs_in_refreshes_reads_the_person_and_revokes()
    {
        using var spa = await SpaAsync();
        var code = await spa.CodeAsync(Browser, "openid offline_access");
        var tokens = await ReadAsync(
            "/connect/token", ("grant_type", "authorization_code"), ("code", code), ("redirect_uri", Redirect),
            ("code_verifier", spa.Verifier), ("client_id", spa.App.ApiKey));
        tokens = await ReadAsync(
            "/connect/token", ("grant_type", "refresh_token"), ("refresh_token", RefreshOf(tokens)),
            ("client_id", spa.App.ApiKey));

        var (status, _, response) = await SendAsync(
            HttpMethod.Get, "/connect/userinfo", null, ("Origin", Origin),
            ("Authorization", "Bearer " + AccessOf(tokens)));
        Assert.Equal((HttpStatusCode.OK, Origin), (status, Header(response, "Access-Control-Allow-Origin")));
        await ReadAsync("/connect/revoke", ("token", RefreshOf(tokens)), ("client_id", spa.App.ApiKey));
        (status, _, response) = await SendAsync(
            HttpMethod.Get, "/connect/userinfo", null, ("Origin", Origin),
            ("Authorization", "Bearer " + AccessOf(tokens)));
        Assert.Equal((HttpStatusCode.Unauthorized, Origin), (status, Header(response, "Access-Control-Allow-Origin")));

        async Task<System.Text.Json.JsonElement> ReadAsync(string path, params (string, string)[] fields)
        {
            var (status, body, response) = await SendAsync(HttpMethod.Post, path, Form(fields), ("Origin", Origin));
            Assert.True(status == HttpStatusCode.OK, body.ToString());
            Assert.Equal(Origin, Header(response, "Access-Control-Allow-Origin"));
            Assert.Equal("no-store", Header(response, "Cache-Control"));
            return body;
        }
    }

    /// <summary>A script of one application does not read the tokens of another.</summary>
    [Fact]
    public async Task An_origin_counts_for_its_own_application()
    {
        using var spa = await SpaAsync();
        using var other = await OpenIdClient.RegisterAsync(
            World.Server, "Other", new OpenIdChange(Redirects: ["https://other.example.test/"], IsPublic: true));

        foreach (var key in new[] { other.App.ApiKey, Client.App.ApiKey })
        {
            var (_, _, response) = await SendAsync(
                HttpMethod.Post, "/connect/token", Form(("client_id", key), ("grant_type", "refresh_token")),
                ("Origin", Origin));
            Assert.Null(Header(response, "Access-Control-Allow-Origin"));
        }
    }

    [Fact]
    public async Task A_disabled_application_loses_its_origin_at_once()
    {
        using var spa = await SpaAsync();
        Assert.Equal(Origin, await AllowedAsync());

        await World.Server.Services.GetRequiredService<ApplicationAdministration>()
            .SetEnabledAsync(spa.App.ApiKey, enabled: false, default);

        Assert.Null(await AllowedAsync());

        async Task<string?> AllowedAsync() => Header(
            (await SendAsync(HttpMethod.Get, "/.well-known/jwks", null, ("Origin", Origin))).Response,
            "Access-Control-Allow-Origin");
    }

    /// <summary>A developer's server listens on some port of the loopback address, as redirects may.</summary>
    [Fact]
    public async Task On_the_loopback_address_the_port_does_not_count()
    {
        using var spa = await OpenIdClient.RegisterAsync(
            World.Server, "Draft", new OpenIdChange(Redirects: ["http://localhost/back"], IsPublic: true));

        var (_, _, response) = await SendAsync(
            HttpMethod.Get, "/.well-known/jwks", null, ("Origin", "http://localhost:5173"));

        Assert.Equal("http://localhost:5173", Header(response, "Access-Control-Allow-Origin"));
    }

    private Task<OpenIdClient> SpaAsync() => OpenIdClient.RegisterAsync(
        World.Server, "Script", new OpenIdChange(Redirects: [Redirect, "org.example.app:/back"], IsPublic: true));

    private static string? Header(HttpResponseMessage response, string name) =>
        response.Headers.TryGetValues(name, out var values) ? string.Join(", ", values) : null;
}
