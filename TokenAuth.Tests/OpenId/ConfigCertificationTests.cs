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

    [Fact]
    public async Task Discovery_lists_what_is_supported_and_nothing_else()
    {
        var (_, document) = await Client.GetAsync("/.well-known/openid-configuration");
        foreach (var (member, expected) in new[]
        {
            ("response_types_supported", "code"),
            ("response_modes_supported", "query"),
            ("subject_types_supported", "pairwise public"),
            ("id_token_signing_alg_values_supported", "RS256"),
            ("code_challenge_methods_supported", "S256"),
            ("token_endpoint_auth_methods_supported", "client_secret_basic client_secret_post none"),
            ("introspection_endpoint_auth_methods_supported", "client_secret_basic client_secret_post"),
            ("revocation_endpoint_auth_methods_supported", "client_secret_basic client_secret_post none"),
            ("prompt_values_supported", "consent login none select_account"),
            ("ui_locales_supported", "de en fr"),
        })
        {
            Assert.Equal(expected, string.Join(
                ' ', document.GetProperty(member).EnumerateArray().Select(value => value.GetString())
                    .Order(StringComparer.Ordinal)));
        }

        foreach (var (member, expected) in new[]
        {
            ("claims_parameter_supported", false),
            ("request_parameter_supported", false),
            ("request_uri_parameter_supported", false),
            ("require_pushed_authorization_requests", false),
            ("authorization_response_iss_parameter_supported", true),
        })
        {
            Assert.Equal(expected, document.GetProperty(member).GetBoolean());
        }
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
        Assert.Equal(keys.Count, keys.Select(key => key.GetProperty("kid").GetString()).Distinct(StringComparer.Ordinal).Count());
        Assert.All(keys, key =>
        {
            Assert.Equal("RSA sig RS256", string.Join(' ', Of(key, "kty"), Of(key, "use"), Of(key, "alg")));
            Assert.DoesNotContain(key.EnumerateObject(), member => member.Name is "d" or "p" or "q" or "dp" or "qi");
            Assert.True(Of(key, "n").Length >= 342, "RSA keys have 2048 bits");
        });

        static string Of(JsonElement key, string member) => key.GetProperty(member).GetString()!;
    }
}
