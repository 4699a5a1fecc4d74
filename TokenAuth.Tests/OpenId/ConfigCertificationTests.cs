using System.Net;
using System.Text.Json;

namespace TokenAuth.Tests.OpenId;

/// <summary>
/// The case of the OpenID Foundation's plan <c>oidcc-config-certification-test-plan</c>,
/// <c>oidcc-discovery-endpoint-verification</c>, with one test for each of its checks.
/// </summary>
public sealed class ConfigCertificationTests : OpenIdTests
{
    [Theory]
    [InlineData("/.well-known/openid-configuration")]
    [InlineData("/.well-known/oauth-authorization-server")] // RFC 8414
    public async Task Oidcc_discovery_endpoint_verification(string path)
    {
        var (status, document, response) = await SendAsync(HttpMethod.Get, path);

        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal("application/json", response.Content.Headers.ContentType?.MediaType);
        Assert.Equal(World.Server.Http.ToString(), document.GetProperty("issuer").GetString());
        foreach (var required in new[]
        {
            "authorization_endpoint", "token_endpoint", "userinfo_endpoint", "jwks_uri", "end_session_endpoint",
        })
        {
            var address = new Uri(document.GetProperty(required).GetString()!);
            Assert.Equal(World.Server.Http.Authority, address.Authority);
            Assert.Equal("", address.Fragment);
        }
    }

    [Theory]
    [InlineData("response_types_supported", "code")]
    [InlineData("response_modes_supported", "query")]
    [InlineData("subject_types_supported", "pairwise public")]
    [InlineData("id_token_signing_alg_values_supported", "RS256")]
    [InlineData("code_challenge_methods_supported", "S256")]
    [InlineData("token_endpoint_auth_methods_supported", "client_secret_basic client_secret_post none")]
    [InlineData("introspection_endpoint_auth_methods_supported", "client_secret_basic client_secret_post")]
    [InlineData("revocation_endpoint_auth_methods_supported", "client_secret_basic client_secret_post none")]
    [InlineData("prompt_values_supported", "consent login none select_account")]
    [InlineData("ui_locales_supported", "de en fr")]
    public async Task Discovery_lists_what_is_supported_and_nothing_else(string member, string expected)
    {
        var (_, document) = await Client.GetAsync("/.well-known/openid-configuration");

        Assert.Equal(expected, string.Join(
            ' ', document.GetProperty(member).EnumerateArray().Select(value => value.GetString())
                .Order(StringComparer.Ordinal)));
    }

    [Theory]
    [InlineData("claims_parameter_supported", false)]
    [InlineData("request_parameter_supported", false)]
    [InlineData("request_uri_parameter_supported", false)]
    [InlineData("require_pushed_authorization_requests", false)]
    [InlineData("authorization_response_iss_parameter_supported", true)]
    public async Task Discovery_says_what_is_not_supported(string member, bool expected)
    {
        var (_, document) = await Client.GetAsync("/.well-known/openid-configuration");

        Assert.Equal(expected, document.GetProperty(member).GetBoolean());
    }

    [Fact]
    public async Task Discovery_names_the_scopes_and_claims_of_OpenID_Connect()
    {
        var (_, document) = await Client.GetAsync("/.well-known/openid-configuration");

        string[] scopes = ["openid", "profile", "email", "offline_access", "ipernity:doc.read"];
        Assert.Empty(scopes.Except(Listed("scopes_supported"), StringComparer.Ordinal));
        string[] claims = ["sub", "iss", "aud", "exp", "iat", "auth_time", "name", "email", "email_verified"];
        Assert.Empty(claims.Except(Listed("claims_supported"), StringComparer.Ordinal));

        IEnumerable<string> Listed(string member) =>
            document.GetProperty(member).EnumerateArray().Select(value => value.GetString()!);
    }

    [Fact]
    public async Task The_keys_are_public_signing_keys_with_different_names()
    {
        var (status, document) = await Client.GetAsync("/.well-known/jwks");

        Assert.Equal(HttpStatusCode.OK, status);
        var keys = document.GetProperty("keys").EnumerateArray().ToList();
        Assert.NotEmpty(keys);
        Assert.Equal(keys.Count, keys.Select(key => key.GetProperty("kid").GetString()).Distinct().Count());
        Assert.All(keys, key =>
        {
            Assert.Equal("RSA sig RS256", string.Join(' ', Of(key, "kty"), Of(key, "use"), Of(key, "alg")));
            Assert.DoesNotContain(key.EnumerateObject(), member => member.Name is "d" or "p" or "q" or "dp" or "qi");
            Assert.True(Of(key, "n").Length >= 342, "RSA keys have 2048 bits");
        });

        static string Of(JsonElement key, string member) => key.GetProperty(member).GetString()!;
    }
}
