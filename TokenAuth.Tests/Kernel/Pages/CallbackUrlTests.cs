using TokenAuth.Kernel.Pages;
using TokenAuth.Tests.Kernel.Configuration;

namespace TokenAuth.Tests.Kernel.Pages;

public sealed class CallbackUrlTests
{
    [Theory]
    [InlineData("http://müller.example.test/é", null, "http://xn--mller-kva.example.test/%C3%A9?t=1")]
    [InlineData("http://a.example.test:8080/é?x=ü", null, "http://a.example.test:8080/%C3%A9?x=%C3%BC&t=1")]
    [InlineData(
        "http://müller.example.test:8080/", "http://xn--mller-kva.example.test:8080/b",
        "http://xn--mller-kva.example.test:8080/?t=1")]
    public void An_international_address_is_encoded_for_a_header(string registered, string? added, string expected) =>
        Assert.Equal(expected, CallbackUrl.With(registered, added, ("t", "1")));

    [Theory]
    [InlineData("http://127.0.0.1/", "http://127.0.0.1:54321/", "http://127.0.0.1:54321/?t=1")]
    [InlineData("http://127.0.0.1/cb", "http://127.0.0.1:54321/cb", "http://127.0.0.1:54321/cb?t=1")]
    [InlineData("http://127.0.0.1/cb", "http://127.0.0.1:54321/other", "http://127.0.0.1/cb?t=1")]
    [InlineData("http://[::1]/", "http://[::1]:54321/", "http://[::1]:54321/?t=1")]
    [InlineData("http://127.0.0.1:8080/", "http://127.0.0.1:54321/", "http://127.0.0.1:8080/?t=1")]
    [InlineData("http://127.0.0.1/", "https://127.0.0.1:54321/", "http://127.0.0.1/?t=1")]
    [InlineData("http://127.0.0.1/", "http://127.0.0.2:54321/", "http://127.0.0.1/?t=1")]
    [InlineData("http://192.0.2.1/", "http://192.0.2.1:54321/", "http://192.0.2.1/?t=1")]
    [InlineData("http://localhost/", "http://localhost:54321/", "http://localhost/?t=1")]
    public void A_loopback_callback_without_a_port_may_name_any_port(
        string registered, string added, string expected) =>
        Assert.Equal(expected, CallbackUrl.With(registered, added, ("t", "1")));

    [Theory]
    [InlineData("?t=2")]
    [InlineData("?T=2")]
    [InlineData("?u2=2")]
    public void An_addition_cannot_contain_the_servers_own_parameters(string added) =>
        Assert.Equal(
            "http://a.example.test/?t=1&u=2",
            CallbackUrl.With("http://a.example.test/", added, ("t", "1"), ("u", "2")));

    /// <summary>An addition must not change the registered address into a neighbouring one.</summary>
    [Theory]
    [InlineData("https://host.test/~al", "ice/x", "https://host.test/~al?t=1")]
    [InlineData("https://host.test/~al", "ice", "https://host.test/~al?t=1")]
    [InlineData("https://host.test/~al", "&x=1", "https://host.test/~al?t=1")]
    [InlineData("https://host.test/~al", ";x", "https://host.test/~al?t=1")]
    [InlineData("https://host.test/~al", "%2f..%2f~alice", "https://host.test/~al?t=1")]
    [InlineData("https://host.test/~al", "/../~alice", "https://host.test/~al?t=1")]
    [InlineData("https://host.test/~al", "/%2e%2e/~alice", "https://host.test/~al?t=1")]
    [InlineData("https://host.test/~al", "/%252e%252e/~alice", "https://host.test/~al?t=1")]
    [InlineData("https://host.test/~al", "/%25252e%25252E/~alice", "https://host.test/~al?t=1")]
    [InlineData("https://host.test/~al", "/..;/~alice", "https://host.test/~al?t=1")]
    [InlineData("https://host.test/~al", "/..\\~alice", "https://host.test/~al?t=1")]
    [InlineData("https://host.test/~al", "?x#y", "https://host.test/~al?t=1")]
    [InlineData("https://host.test/~al", "https://host.test/~alice/x", "https://host.test/~al?t=1")]
    [InlineData("https://host.test/~al/", "../~alice", "https://host.test/~al/?t=1")]
    [InlineData("https://host.test", "ile.test/", "https://host.test/?t=1")]
    [InlineData("https://host.test", ":81/", "https://host.test/?t=1")]
    [InlineData("https://host.test", "@evil.test/", "https://host.test/?t=1")]
    [InlineData("https://host.test/?user=al", "ice", "https://host.test/?user=al&t=1")]
    [InlineData("https://host.test/?user=al", "/ice", "https://host.test/?user=al&t=1")]
    [InlineData("https://host.test/?user=al", "?ice", "https://host.test/?user=al&t=1")]
    [InlineData("https://host.test/?dir=/", "ice", "https://host.test/?dir=/&t=1")]
    public void An_addition_that_would_change_the_registered_address_is_ignored(
        string registered, string added, string expected) =>
        Assert.Equal(expected, CallbackUrl.With(registered, added, ("t", "1")));

    [Theory]
    [InlineData("https://host.test/~al", "", "https://host.test/~al?t=1")]
    [InlineData("https://host.test/~al", "/photos", "https://host.test/~al/photos?t=1")]
    [InlineData("https://host.test/~al", "?id=5", "https://host.test/~al?id=5&t=1")]
    [InlineData("https://host.test/~al/", "photos", "https://host.test/~al/photos?t=1")]
    [InlineData("https://host.test/~al/", "?id=5", "https://host.test/~al/?id=5&t=1")]
    [InlineData("https://host.test", "/photos", "https://host.test/photos?t=1")]
    [InlineData("https://host.test/?user=al", "&id=5", "https://host.test/?user=al&id=5&t=1")]
    [InlineData("https://host.test/cb?", "id=5", "https://host.test/cb?id=5&t=1")]
    public void An_addition_that_starts_a_new_part_of_the_address_is_appended(
        string registered, string added, string expected) =>
        Assert.Equal(expected, CallbackUrl.With(registered, added, ("t", "1")));

    [Theory]
    [InlineData("?x=1;t=2")]
    [InlineData("?;t=2")]
    [InlineData("?%74=2")]
    [InlineData("?+t=2")]
    [InlineData("?%20t=2")]
    [InlineData("?t[]=2")]
    public void A_token_cannot_be_added_in_another_spelling(string added) =>
        Assert.Equal("http://a.example.test/?t=1", CallbackUrl.With("http://a.example.test/", added, ("t", "1")));

    [Theory]
    [InlineData("?auth.token=2")]
    [InlineData("?auth+token=2")]
    [InlineData("?auth[token=2")]
    public void A_token_cannot_be_added_in_a_spelling_that_PHP_treats_as_equal(string added) =>
        Assert.Equal(
            "http://a.example.test/?auth_token=1",
            CallbackUrl.With("http://a.example.test/", added, ("auth_token", "1")));

    [Theory]
    [MemberData(nameof(WebAddressTests.Sloppy), MemberType = typeof(WebAddressTests))]
    public void An_ambiguous_addition_does_not_change_the_target(string added)
    {
        foreach (var registered in (string[])["http://good.test/back", "http://good.test/back/", "http://good.test"])
        {
            var target = new Uri(CallbackUrl.With(registered, added, ("t", "1")));

            Assert.Equal(("good.test", "", 80), (target.Host, target.UserInfo, target.Port));
            Assert.StartsWith(new Uri(registered).AbsolutePath, target.AbsolutePath, StringComparison.Ordinal);
            Assert.DoesNotContain('@', target.AbsoluteUri.Split('?')[0].Split('/')[2]);
        }
    }

    /// <summary>A store may hold an address that was registered when user information was still accepted.</summary>
    [Theory]
    [InlineData("http://@127.0.0.1:9/callback")]
    [InlineData("http://user:pw@127.0.0.1:9/callback")]
    public void User_information_of_an_old_registration_is_not_sent_to_the_browser(string registered)
    {
        Assert.Equal("http://127.0.0.1:9/callback?t=1", CallbackUrl.With(registered, null, ("t", "1")));
        Assert.Equal("http://127.0.0.1:9/callback?t=1", CallbackUrl.With(registered, "?id=5", ("t", "1")));
    }
}
