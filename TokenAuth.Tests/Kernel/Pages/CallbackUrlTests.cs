using TokenAuth.Kernel.Pages;
using TokenAuth.Tests.Kernel.Configuration;

namespace TokenAuth.Tests.Kernel.Pages;

public sealed class CallbackUrlTests
{
    [Theory]
    [InlineData("http://müller.example.test/é", null, "http://xn--mller-kva.example.test/%C3%A9?t=1")]
    [InlineData("http://a.example.test:8080/é?x=ü", null, "http://a.example.test:8080/%C3%A9?x=%C3%BC&t=1")]
    [InlineData("http://müller.example.test:8080/", "http://xn--mller-kva.example.test:8080/b", "http://xn--mller-kva.example.test:8080/?t=1")]
    public void A_header_can_carry_it(string registered, string? added, string expected) =>
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
    public void An_application_on_the_person_s_own_machine_listens_where_it_can(string registered, string added, string expected) =>
        Assert.Equal(expected, CallbackUrl.With(registered, added, ("t", "1")));

    [Theory]
    [InlineData("?t=2")]
    [InlineData("?T=2")]
    [InlineData("?u2=2")]
    public void What_is_added_names_none_of_ours(string added) =>
        Assert.Equal("http://a.example.test/?t=1&u=2", CallbackUrl.With("http://a.example.test/", added, ("t", "1"), ("u", "2")));

    /// <summary>What is appended must not turn the registered address into another one beside it.</summary>
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
    public void What_would_change_the_registered_address_is_ignored(string registered, string added, string expected) =>
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
    public void What_begins_where_a_part_of_the_address_begins_is_added(
        string registered, string added, string expected) =>
        Assert.Equal(expected, CallbackUrl.With(registered, added, ("t", "1")));

    [Theory]
    [InlineData("?x=1;t=2")]
    [InlineData("?;t=2")]
    [InlineData("?%74=2")]
    [InlineData("?+t=2")]
    [InlineData("?%20t=2")]
    [InlineData("?t[]=2")]
    public void A_token_is_not_brought_along_in_another_spelling(string added) =>
        Assert.Equal("http://a.example.test/?t=1", CallbackUrl.With("http://a.example.test/", added, ("t", "1")));

    [Theory]
    [InlineData("?auth.token=2")]
    [InlineData("?auth+token=2")]
    [InlineData("?auth[token=2")]
    public void Nor_in_one_that_only_PHP_takes_for_the_same(string added) =>
        Assert.Equal(
            "http://a.example.test/?auth_token=1",
            CallbackUrl.With("http://a.example.test/", added, ("auth_token", "1")));

    [Theory]
    [MemberData(nameof(WebAddressTests.Sloppy), MemberType = typeof(WebAddressTests))]
    public void No_address_of_two_readings_leads_anywhere_else(string added)
    {
        foreach (var registered in (string[])["http://good.test/back", "http://good.test/back/", "http://good.test"])
        {
            var target = new Uri(CallbackUrl.With(registered, added, ("t", "1")));

            Assert.Equal(("good.test", "", 80), (target.Host, target.UserInfo, target.Port));
            Assert.StartsWith(new Uri(registered).AbsolutePath, target.AbsolutePath, StringComparison.Ordinal);
            Assert.DoesNotContain('@', target.AbsoluteUri.Split('?')[0].Split('/')[2]);
        }
    }

    /// <summary>A store may hold one that was registered when it was still accepted.</summary>
    [Theory]
    [InlineData("http://@127.0.0.1:9/callback")]
    [InlineData("http://user:pw@127.0.0.1:9/callback")]
    public void User_information_of_an_old_registration_does_not_reach_the_browser(string registered)
    {
        Assert.Equal("http://127.0.0.1:9/callback?t=1", CallbackUrl.With(registered, null, ("t", "1")));
        Assert.Equal("http://127.0.0.1:9/callback?t=1", CallbackUrl.With(registered, "?id=5", ("t", "1")));
    }
}
