using TokenAuth.Tests.World;

namespace TokenAuth.Tests.MediaPost;

/// <summary>Which parameters and secrets sign a call.</summary>
public sealed class SignatureTests(MediaPostWorld shared) : IClassFixture<MediaPostWorld>
{
    private TestWorld World => shared.World;

    /// <summary>Computed with another program, from the documentation.</summary>
    [Theory]
    [InlineData(
        "8266d6909cc4c7899c50d9217aed3731",
        "api_key=a1b2c3d4e5f60718293a4b5c6d7e8f90|method=Up.auth.createToken|format=XML")]
    [InlineData(
        "feda9f96f4a6007d54a100c56b0d6972",
        "apiKey=a1b2c3d4e5f60718293a4b5c6d7e8f90|community=mashable|method=up.auth.createToken|expires=0")]
    [InlineData(
        "17a80a54b0901e9284643b55b3164c7d",
        "api_key=a1b2c3d4e5f60718293a4b5c6d7e8f90|method=auth.createToken|note=naïve ☃ +&=")]
    [InlineData("3adfe1b355336661da5e2a05887dcc7e", "api_key=a1b2c3d4e5f60718293a4b5c6d7e8f90|"
        + "auth_token=122ba2c4f0d19a3be58c7766554433221100aa|method=facebook.auth.getSession|"
        + "session_key=|generate_session_secret=|call_id=1173309298.25|v=1.0|locale=en_US")]
    [InlineData("66ecf1df8784bc78c0789cea798970a1", "api_key=k|apiKey=k|Zed=1|a_b=2|aB=3|method=auth.createToken")]
    public void The_tests_client_signs_as_the_documentation_says(string signature, string parameters) =>
        Assert.Equal(signature, MediaPostClient.Signature(
            parameters.Split('|').Select(pair => pair.Split('=', 2)).Select(
                pair => KeyValuePair.Create(pair[0], pair[1])),
            "0123456789abcdef0123456789abcdef"));

    [Fact]
    public async Task A_call_of_the_official_PHP_client_is_signed_with_its_blanks()
    {
        var token = await shared.Client.ConfirmedTokenAsync(World.Gallery, World.Alice);
        var call = new MediaPostCall(
            World.Gallery, "facebook.auth.getSession", ("session_key", ""), ("auth_token", token),
            ("generate_session_secret", ""),
            ("call_id", "1173309298.25"), ("v", "1.0"), ("format", "XML"), ("locale", "en_US"))
        { Path = "/restserver.php" };

        var withoutBlanks = call with
        {
            Signature = MediaPostClient.Signature(
                call.Pairs.Where(pair => pair is { Key: not "sig", Value: not "" }), World.Gallery.Secret),
        };
        Assert.Equal(104, (await shared.Client.AskAsync(withoutBlanks)).Code);
        Assert.Contains("<session_key>", (await shared.Client.AskAsync(call)).Body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("lg", "de")]
    [InlineData("call_id", "1173309298.25")]
    [InlineData("community", "")]
    [InlineData("Zed", "1")]
    [InlineData("aB", "3")]
    [InlineData("generate_session_secret", "0")]
    [InlineData("note", "naïve ☃ +&=")]
    [InlineData("note", "Ünïcödé \U0001F600")]
    [InlineData("näme", "x")]
    public async Task An_unknown_parameter_is_signed_like_any_other(string name, string value)
    {
        var call = new MediaPostCall(World.Gallery, "auth.createToken", (name, value));
        Assert.Null((await shared.Client.AskAsync(call)).Code);

        var withoutIt = call with
        {
            Signature = MediaPostClient.Signature(
                call.Pairs.Where(pair => pair.Key != "sig" && pair.Key != name), World.Gallery.Secret),
        };
        Assert.Equal(104, (await shared.Client.AskAsync(withoutIt)).Code);
    }

    [Theory]
    [InlineData(Style.Seed, 104)]
    [InlineData(Style.Native, 95)]
    public async Task A_signature_that_is_shortened_empty_missing_or_in_upper_case_is_refused(Style style, int code)
    {
        var call = new MediaPostCall(World.Gallery, "auth.createToken", ("community", "c")) { Style = style };
        var right = call.Pairs[^1].Value;

        Assert.Equal(code, (await shared.Client.AskAsync(call with { Signature = right.ToUpperInvariant() })).Code);
        Assert.Equal(code, (await shared.Client.AskAsync(call with { Signature = right[..31] })).Code);
        Assert.Equal(code, (await shared.Client.AskAsync(call with { Signature = right + "0" })).Code);
        Assert.Equal(code, (await shared.Client.AskAsync(call with { Signature = "" })).Code);
        Assert.Equal(code, (await shared.Client.AskAsync(call with { Unsigned = true })).Code);
        Assert.Null((await shared.Client.AskAsync(call)).Code);
    }

    [Theory]
    [InlineData(Style.Seed, 104)]
    [InlineData(Style.Native, 95)]
    public async Task An_application_in_development_may_omit_createTokens_signature_but_may_not_send_a_wrong_one(
        Style style, int code)
    {
        var call = new MediaPostCall(World.Draft, "auth.createToken", ("community", "c")) { Style = style };

        Assert.Null((await shared.Client.AskAsync(call with { Unsigned = true })).Code);
        Assert.Null((await shared.Client.AskAsync(call)).Code);
        Assert.Equal(code, (await shared.Client.AskAsync(call with { Signature = new string('0', 32) })).Code);
    }

    [Fact]
    public async Task An_application_in_development_must_sign_every_other_method()
    {
        var token = await shared.Client.ConfirmedTokenAsync(World.Draft, World.Alice);
        var call = new MediaPostCall(World.Draft, "auth.getSession", ("auth_token", token));

        Assert.Equal(104, (await shared.Client.AskAsync(call with { Unsigned = true })).Code);
        Assert.Equal(104, (await shared.Client.AskAsync(
            new MediaPostCall(World.Draft, "users.getInfo", ("uids", "1")) { Unsigned = true })).Code);
        Assert.Null((await shared.Client.AskAsync(call)).Code);
    }

    [Fact]
    public async Task Another_applications_secret_is_refused() =>
        Assert.Equal(104, (await shared.Client.AskAsync(
            new MediaPostCall(World.Gallery, "auth.createToken") { Secret = World.Uploader.Secret })).Code);
}
