using System.Net;
using TokenAuth.Tests.Infrastructure;

namespace TokenAuth.Tests.Login;

/// <summary>The limit of accounts that people may create, as the page reports it.</summary>
public sealed class SignUpLimitTests
{
    [Fact]
    public async Task Ten_of_twenty_five_accounts_from_one_network_are_created_and_the_page_says_when_to_retry()
    {
        await using var server = await LiveServer.StartAsync(FormBrowser.TrustedProxy);
        var visits = new List<FormPage>();
        for (var i = 1; i <= 25; i++)
        {
            using var visitor = new FormBrowser(server.Http, from: $"2001:db8:0:1::{i:x}");
            visits.Add(await visitor.SignUpAsync($"person_{i}", $"person_{i}@example.test"));
        }

        Assert.All(visits.Take(10), visit => Assert.True(visit.IsRedirect));
        Assert.All(visits.Skip(10), visit => Assert.Equal(
            (
                HttpStatusCode.TooManyRequests,
                TimeSpan.FromHours(1),
                "Too many accounts were created from your network or with this e-mail address. Try again in 60 minutes."),
            (visit.Status, visit.RetryAfter, visit.Alert)));

        using var elsewhere = new FormBrowser(server.Http, from: "198.51.100.7");
        Assert.True((await elsewhere.SignUpAsync("person_26", "person_26@example.test")).IsRedirect);
    }

    [Fact]
    public async Task An_email_address_that_three_accounts_have_gets_the_same_answer_from_any_network()
    {
        await using var server = await LiveServer.StartAsync(FormBrowser.TrustedProxy);
        for (var i = 0; i < 4; i++)
        {
            using var visitor = new FormBrowser(server.Http, from: $"198.51.100.{i}");
            var visit = await visitor.SignUpAsync(
                $"person_{i}", i % 2 == 0 ? "Carol@example.test" : "carol+x@example.test");
            Assert.Equal(i < 3, visit.IsRedirect);
            if (i == 3)
                Assert.StartsWith(
                    "Too many accounts were created from your network or with this e-mail address.",
                    visit.Alert,
                    StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task An_operator_can_raise_the_limit()
    {
        await using var server = await LiveServer.StartAsync("--TokenAuth:SignUpsPerNetworkAndHour=0");
        for (var i = 0; i < 15; i++)
        {
            using var visitor = new FormBrowser(server.Http, from: "192.0.2.1");
            Assert.True((await visitor.SignUpAsync($"person_{i}", $"person_{i}@example.test")).IsRedirect);
        }
    }
}
