using TokenAuth.Kernel.Hosting;

namespace TokenAuth.Tests.Kernel.Hosting;

public sealed class CallbackAddressTests
{
    [Theory]
    [InlineData("http://müller.example.test/é", null, "http://xn--mller-kva.example.test/%C3%A9?t=1")]
    [InlineData("http://a.example.test:8080/é?x=ü", null, "http://a.example.test:8080/%C3%A9?x=%C3%BC&t=1")]
    [InlineData("http://müller.example.test:8080/", "http://xn--mller-kva.example.test:8080/b", "http://xn--mller-kva.example.test:8080/?t=1")]
    public void A_header_can_carry_it(string registered, string? added, string expected) =>
        Assert.Equal(expected, CallbackAddress.With(registered, added, ("t", "1")));

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
        Assert.Equal(expected, CallbackAddress.With(registered, added, ("t", "1")));

    [Theory]
    [InlineData("?t=2")]
    [InlineData("?T=2")]
    [InlineData("?u2=2")]
    public void What_is_added_names_none_of_ours(string added) =>
        Assert.Equal("http://a.example.test/?t=1&u=2", CallbackAddress.With("http://a.example.test/", added, ("t", "1"), ("u", "2")));
}
