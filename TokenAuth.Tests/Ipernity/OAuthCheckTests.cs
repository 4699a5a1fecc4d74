using TokenAuth.Tests.World;

namespace TokenAuth.Tests.Ipernity;

/// <summary>The requirements for an OAuth call: version, parameters, method, clock, signature.</summary>
public sealed class OAuthCheckTests(OAuthCheckTests.Granted shared) : IClassFixture<OAuthCheckTests.Granted>
{
    private OAuthCall Call => new(shared.Own.World.Gallery, shared.Token, "/api/auth.checkToken");

    [Theory]
    [InlineData("HMAC-SHA1")]
    [InlineData("HMAC_SHA1")]
    [InlineData("hmac-sha1")]
    [InlineData("MD5")]
    public async Task A_call_may_be_signed_in_two_ways_over_http(string method)
    {
        foreach (var carrier in Enum.GetValues<Carrier>())
            Assert.Null(await CodeAsync(Call with { SignatureMethod = method, Carrier = carrier }));
    }

    [Fact]
    public async Task Plaintext_is_accepted_over_https_only()
    {
        var call = Call with { SignatureMethod = "PLAINTEXT" };

        Assert.Equal(135, await CodeAsync(call));
        Assert.Null(await CodeAsync(call with { Server = shared.Own.World.Server.Https }));
        Assert.Equal(105, await CodeAsync(call with { Server = shared.Own.World.Server.Https, Secret = "guess" }));
    }

    [Theory]
    [InlineData("RSA-SHA1")]
    [InlineData("HMAC-SHA256")]
    [InlineData("none")]
    [InlineData("HMAC-SHA1 ")]
    public async Task A_signature_method_that_the_dialect_does_not_name_is_not_supported(string method) =>
        Assert.Equal(135, await CodeAsync(Call with { SignatureMethod = method }));

    [Theory]
    [InlineData(null, null)]
    [InlineData("1.0", null)]
    [InlineData("", null)]
    [InlineData("1.0a", null)]
    [InlineData("1.0A", null)]
    [InlineData("1.1", 130)]
    [InlineData("2.0", 130)]
    public async Task The_version_is_1_0_or_absent(string? version, int? code) =>
        Assert.Equal(code, await CodeAsync(Call with { Parameters = [("oauth_version", version)] }));

    [Theory]
    [InlineData("oauth_signature_method")]
    [InlineData("oauth_timestamp")]
    [InlineData("oauth_nonce")]
    [InlineData("oauth_signature_method", "oauth_timestamp", "oauth_nonce")]
    public async Task The_error_names_the_missing_parameters(params string[] names)
    {
        foreach (var nothing in new[] { null, "" })
        {
            var answer = await shared.Own.OAuth.AskAsync(
                Call with { Parameters = [.. names.Select(name => (name, nothing))] });
            Assert.Equal(131, answer.Code);
            Assert.Equal("Some of the OAuth parameters were not sent: " + string.Join(", ", names), answer.Message);
        }
    }

    [Fact]
    public async Task A_call_without_a_consumer_key_lacks_the_api_key() =>
        Assert.Equal(100, await CodeAsync(Call with { Parameters = [("oauth_consumer_key", null)] }));

    [Fact]
    public async Task A_call_without_a_token_lacks_the_token() =>
        Assert.Equal(106, await CodeAsync(Call with { Token = null }));

    [Theory]
    [InlineData(-601, 132)]
    [InlineData(-600, null)]
    [InlineData(600, null)]
    [InlineData(601, 132)]
    public async Task Clocks_may_differ_by_ten_minutes(int seconds, int? code)
    {
        await using var own = await IpernityWorld.StartAsync();
        var token = await own.OAuth.AccessTokenAsync(own.World, own.World.Gallery, own.World.Alice);

        var answer = await own.OAuth.AskAsync(new OAuthCall(
            own.World.Gallery, token, "/api/auth.checkToken",
            ("oauth_timestamp", (own.OAuth.Now + seconds).ToString())));

        Assert.Equal(code, answer.Code);
    }

    [Theory]
    [InlineData("noon")]
    [InlineData("-1")]
    [InlineData("+1")]
    [InlineData("1.5")]
    [InlineData("0x10")]
    [InlineData(" 1")]
    [InlineData("01772366400")]
    [InlineData("99999999999999999999")]
    [InlineData("٣")]
    public async Task A_timestamp_that_is_not_a_plain_number_is_refused(string timestamp) =>
        Assert.Equal(134, await CodeAsync(Call with { Parameters = [("oauth_timestamp", timestamp)] }));

    /// <summary>The signature of the query does not cover a multipart form.</summary>
    [Theory]
    [InlineData("/api/auth.checkToken", "oauth_nonce", "\"code\":\"131\"")]
    [InlineData("/api/auth.checkToken", "oauth_timestamp", "\"code\":\"131\"")]
    [InlineData("/apps/oauth/request", "oauth_nonce", "131 ")]
    [InlineData("/apps/oauth/request", "oauth_timestamp", "131 ")]
    [InlineData("/apps/oauth/access", "oauth_nonce", "131 ")]
    [InlineData("/api/auth.checkToken", "oauth_signature", "\"code\":\"105\"")]
    public async Task A_parameter_in_an_unsigned_part_of_the_call_is_ignored(string path, string name, string refusal)
    {
        var call =
            Call with { Path = path, Token = path.EndsWith("request", StringComparison.Ordinal) ? null : shared.Token };

        var answer = await AskAsync(await WithMultipartAsync(call with { Parameters = [(name, null)] }, name, "1"));

        Assert.Contains(refusal, answer.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_callback_in_an_unsigned_part_of_the_call_is_not_confirmed()
    {
        var call = new OAuthCall(shared.Own.World.Gallery, Token: null, "/apps/oauth/request");

        var answer = await AskAsync(await WithMultipartAsync(call, "oauth_callback", TestWorld.GalleryCallback));

        OAuthClient.TokenIn(answer);
        Assert.DoesNotContain("oauth_callback_confirmed", answer.Body, StringComparison.Ordinal);
    }

    /// <summary>The call signed as a POST with everything in its query, and a multipart form of one field.</summary>
    private async Task<HttpRequestMessage> WithMultipartAsync(OAuthCall call, string name, string value)
    {
        var request = shared.Own.OAuth.Request(call with { Carrier = Carrier.Form });
        var signed = (await request.Content!.ReadAsStringAsync()).Split('&').Where(
            pair => !pair.StartsWith(name + "=", StringComparison.Ordinal));
        request.RequestUri = new UriBuilder(request.RequestUri!) { Query = string.Join('&', signed) }.Uri;
        request.Content = new MultipartFormDataContent { { new StringContent(value), name } };
        return request;
    }

    [Fact]
    public async Task A_wrong_signature_is_refused()
    {
        Assert.Equal(105, await CodeAsync(Call with { Secret = "guess" }));
        Assert.Equal(105, await CodeAsync(Call with { Token = shared.Token with { Secret = "guess" } }));
        Assert.Equal(105, await CodeAsync(Call with { Token = shared.Token with { Secret = "" } }));
        Assert.Equal(105, await CodeAsync(Call with { SignatureMethod = "MD5", Secret = "guess" }));
        Assert.Equal(105, await CodeAsync(
            Call with { SignedUrl = new Uri(shared.Own.World.Server.Http, "/api/user.get").AbsoluteUri }));
    }

    [Fact]
    public async Task A_change_to_any_signed_part_is_refused()
    {
        var request = shared.Own.OAuth.Request(
            Call with { Parameters = [("extra", "pref"), ("lg", "a b+c&ü~☃*'()!")] });
        Assert.Null((await AskAsync(request)).Code);

        foreach (var change in new Func<string, string>[]
        {
            url => url + "&x=1", url => url.Replace("extra=pref", "extra=none", StringComparison.Ordinal),
            url => url.Replace("extra=pref&", "", StringComparison.Ordinal),
        })
        {
            request = shared.Own.OAuth.Request(Call with { Parameters = [("extra", "pref"), ("lg", "1")] });
            request.RequestUri = new Uri(change(request.RequestUri!.AbsoluteUri));
            Assert.Equal(105, (await AskAsync(request)).Code);
        }
    }

    [Theory]
    [InlineData("a", "b")]
    [InlineData("b", "a")]
    [InlineData("a", "a")]
    [InlineData("", "a")]
    public async Task A_parameter_that_is_sent_twice_is_signed_twice(string first, string second)
    {
        var oauth = shared.Own.OAuth.Parameters(Call);
        List<KeyValuePair<string, string>> all = [.. oauth, new("lg", first), new("lg", second), new("realm", "mine")];
        var url = new Uri(shared.Own.World.Server.Http, Call.Path);
        var signature = OAuthClient.Sign(
            "HMAC-SHA1", OAuthClient.BaseString("GET", url.AbsoluteUri, all), Call.Secret, shared.Token.Secret);

        var answer = await AskAsync(new HttpRequestMessage(HttpMethod.Get, $"{url}?lg={first}&lg={second}&realm=mine")
        {
            Headers = { { "Authorization", OAuthClient.Header([.. oauth, new("oauth_signature", signature)]) } },
        });

        Assert.True(answer.Code is null, answer.Body);
    }

    [Fact]
    public async Task A_multipart_form_that_the_header_does_not_sign_is_accepted_over_https_only()
    {
        foreach (var server in new[] { shared.Own.World.Server.Http, shared.Own.World.Server.Https })
        {
            var url = new Uri(server, Call.Path);
            var signed = shared.Own.OAuth.Parameters(Call);
            signed.Add(new("oauth_signature", OAuthClient.Sign("HMAC-SHA1", OAuthClient.BaseString(
                "POST", url.AbsoluteUri, signed), Call.Secret, shared.Token.Secret)));

            var answer = await AskAsync(new HttpRequestMessage(HttpMethod.Post, url)
            {
                Headers = { { "Authorization", OAuthClient.Header(signed) } },
                Content = new MultipartFormDataContent { { new StringContent("pref"), "extra" } },
            });

            Assert.True(answer.Code is null, answer.Body);
            Assert.Equal(server.Scheme == "https", answer.Body.Contains("\"timezone\"", StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task A_multipart_form_may_carry_all_parameters()
    {
        var all = shared.Own.OAuth.Parameters(Call with { Parameters = [("extra", "pref")] });
        var url = new Uri(shared.Own.World.Server.Http, Call.Path);
        var content = new MultipartFormDataContent();
        foreach (var (name, value) in all.Append(new("oauth_signature", OAuthClient.Sign(
            "HMAC-SHA1", OAuthClient.BaseString("POST", url.AbsoluteUri, all), Call.Secret, shared.Token.Secret))))
            content.Add(new StringContent(value), name);

        var answer = await AskAsync(new HttpRequestMessage(HttpMethod.Post, url) { Content = content });

        Assert.True(answer.Code is null, answer.Body);
    }

    [Theory]
    [InlineData(
        "/api/soap/json",
        "<s:Envelope xmlns:s=\"http://www.w3.org/2003/05/soap-envelope\"><s:Body><ipernityRequest>"
            + "<method>auth.checkToken</method><extra>pref</extra></ipernityRequest></s:Body></s:Envelope>")]
    [InlineData(
        "/api/xmlrpc/json",
        "<methodCall><methodName>auth.checkToken</methodName><params><param><value><struct><member><name>"
            + "extra</name><value>pref</value></member></struct></value></param></params></methodCall>")]
    public async Task An_envelope_whose_method_OAuth_does_not_sign_is_accepted_over_https_only(
        string path, string envelope)
    {
        foreach (var (inHeader, server) in new[]
        {
            (true, shared.Own.World.Server.Https), (false, shared.Own.World.Server.Https),
            (true, shared.Own.World.Server.Http),
        })
        {
            var url = new Uri(server, path);
            var all = shared.Own.OAuth.Parameters(Call);
            all.Add(new("oauth_signature", OAuthClient.Sign(
                "HMAC-SHA1", OAuthClient.BaseString("POST", url.AbsoluteUri, all), Call.Secret, shared.Token.Secret)));
            var request = new HttpRequestMessage(
                HttpMethod.Post, inHeader ? url : new Uri($"{url}?{IpernityClient.Urlencoded(all)}"))
            {
                Content = new StringContent(envelope),
            };
            if (inHeader)
                request.Headers.Add("Authorization", OAuthClient.Header(all));

            var answer = await AskAsync(request);

            Assert.Equal(server.Scheme == "https" ? null : 100, answer.Code);
            Assert.Equal(server.Scheme == "https", answer.Body.Contains("\"timezone\"", StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task Plaintext_needs_neither_timestamp_nor_nonce_but_needs_both_where_one_is_sent()
    {
        var call = Call with { Server = shared.Own.World.Server.Https, SignatureMethod = "PLAINTEXT" };
        Assert.Null(await CodeAsync(call with { Parameters = [("oauth_timestamp", null), ("oauth_nonce", null)] }));
        Assert.Null(await CodeAsync(call with { Parameters = [("oauth_timestamp", null), ("oauth_nonce", null)] }));
        Assert.Equal(131, await CodeAsync(call with { Parameters = [("oauth_nonce", null)] }));
        Assert.Equal(131, await CodeAsync(call with { Parameters = [("oauth_timestamp", null)] }));
        Assert.Equal(132, await CodeAsync(call with { Parameters = [("oauth_timestamp", "1")] }));
    }

    [Theory]
    [InlineData("pref", true)]
    [InlineData("pref,foo", true)]
    [InlineData("foo,pref", true)]
    [InlineData("foo, pref,", true)]
    [InlineData("foo", false)]
    [InlineData("foo,bar", false)]
    [InlineData("", false)]
    public async Task Extras_are_a_list_whose_unknown_words_are_ignored(string extra, bool preferences)
    {
        var token = await shared.Own.Client.TokenAsync(shared.Own.World.Gallery, shared.Own.World.Alice);
        var plain = await shared.Own.Client.AskAsync(
            shared.Own.World.Gallery, "auth.checkToken", ("auth_token", token), ("extra", extra));

        foreach (var answer in new[]
        {
            plain,
            await shared.Own.OAuth.AskAsync(Call with { Parameters = [("extra", extra)] }),
        })
        {
            Assert.True(answer.Code is null, answer.Body);
            Assert.Equal(preferences, answer.Body.Contains("\"timezone\"", StringComparison.Ordinal));
        }
    }

    [Theory]
    [InlineData("realm=\"a,oauth_token=b\",")]
    [InlineData("Realm=\"\" ,\t")]
    [InlineData("")]
    [InlineData(",,")]
    public async Task The_header_is_read_with_its_quotes(string start)
    {
        var request = shared.Own.OAuth.Request(Call);
        var header = request.Headers.GetValues("Authorization").Single().Replace(
            "OAuth realm=\"\", ", "OAuth " + start, StringComparison.Ordinal);
        request.Headers.Remove("Authorization");
        request.Headers.TryAddWithoutValidation("Authorization", header);

        Assert.Null((await AskAsync(request)).Code);
    }

    [Fact]
    public async Task An_unknown_token_or_one_of_another_application_is_refused()
    {
        var other = await shared.Own.OAuth.AccessTokenAsync(
            shared.Own.World, shared.Own.World.Uploader, shared.Own.World.Bob);

        Assert.Equal(107, await CodeAsync(Call with { Token = other }));
        Assert.Equal(
            107, await CodeAsync(Call with { Token = new OAuthToken("1-00000000000000000000000000000000", "") }));
    }

    [Fact]
    public async Task Permissions_apply_as_they_do_without_oauth()
    {
        Assert.Null(await CodeAsync(Call with { Path = "/api/account.getQuota" }));
        var reader = await shared.Own.OAuth.AccessTokenAsync(
            shared.Own.World, shared.Own.World.Gallery, shared.Own.World.Bob, "doc=read");
        Assert.Equal(110, await CodeAsync(Call with { Path = "/api/account.getQuota", Token = reader }));
    }

    [Fact]
    public async Task The_two_ways_of_signing_may_share_a_token()
    {
        Assert.Null((await shared.Own.Client.CheckAsync(shared.Own.World.Gallery, shared.Token.Text)).Code);

        var frobbed = await shared.Own.Client.TokenAsync(shared.Own.World.Gallery, shared.Own.World.Alice);
        Assert.Null(await CodeAsync(Call with { Token = new OAuthToken(frobbed, "") }));
    }

    private async Task<int?> CodeAsync(OAuthCall call) => (await shared.Own.OAuth.AskAsync(call)).Code;

    private async Task<IpernityAnswer> AskAsync(HttpRequestMessage request)
    {
        using var response = await shared.Own.OAuth.SendAsync(request);
        return await IpernityAnswer.ReadAsync(response);
    }

    /// <summary>One access token for all tests.</summary>
    public sealed class Granted : IAsyncLifetime
    {
        internal IpernityWorld Own { get; private set; } = null!;

        internal OAuthToken Token { get; private set; } = null!;

        public async ValueTask InitializeAsync()
        {
            Own = await IpernityWorld.StartAsync();
            Token = await Own.OAuth.AccessTokenAsync(Own.World, Own.World.Gallery, Own.World.Alice, "doc=write");
        }

        public ValueTask DisposeAsync() => Own.DisposeAsync();
    }
}
