using System.Globalization;
using System.Net;
using Microsoft.Extensions.DependencyInjection;
using TokenAuth.Kernel.Applications;
using TokenAuth.Kernel.Configuration;
using TokenAuth.Tests.World;

namespace TokenAuth.Tests.Wetpaint;

/// <summary>The form and lifetime of a ticket, and the callers who may introspect it.</summary>
public sealed class TicketTests(WetpaintWorld shared) : IClassFixture<WetpaintWorld>
{
    [Fact]
    public async Task A_ticket_is_64_lower_case_digits_and_is_not_stored()
    {
        var ticket = (await shared.LoginAsync("ann")).Ticket;

        Assert.Matches("^[0-9a-f]{64}\\z", ticket);
        Assert.False(await shared.World.Server.KeepsAsync(ticket));
        Assert.False(await shared.World.Server.KeepsAsync(shared.Wiki.Secret));
        Assert.True(await shared.World.Server.KeepsAsync("wetpaint"));
    }

    [Fact]
    public async Task A_ticket_ends_ten_hours_after_the_login_however_often_it_is_used()
    {
        await using var own = await WetpaintWorld.StartAsync();
        var ticket = (await own.LoginAsync("ann")).Ticket;
        for (var hour = 0; hour < 10; hour++)
        {
            Assert.Equal(HttpStatusCode.NoContent, (await own.Client.VerifyAsync(ticket)).Status);
            Assert.Equal("True", (await own.Client.IntrospectAsync(own.Wiki, ticket))["active"]);
            own.World.Clock.Advance(TimeSpan.FromHours(1) - (hour == 9 ? TimeSpan.FromMilliseconds(1) : TimeSpan.Zero));
        }

        Assert.Equal(HttpStatusCode.NoContent, (await own.Client.VerifyAsync(ticket)).Status);
        own.World.Clock.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal(HttpStatusCode.Unauthorized, (await own.Client.VerifyAsync(ticket)).Status);
        Assert.Equal("False", Assert.Single(await own.Client.IntrospectAsync(own.Wiki, ticket)).Value);
    }

    [Fact]
    public async Task The_lifetime_of_tickets_can_be_configured()
    {
        await using var own = await WetpaintWorld.StartAsync("--TokenAuth:Wetpaint:TicketLifetime=00:01:00");
        var ticket = (await own.LoginAsync("ann")).Ticket;

        own.World.Clock.Advance(TimeSpan.FromSeconds(59));
        Assert.Equal(HttpStatusCode.NoContent, (await own.Client.VerifyAsync(ticket)).Status);
        own.World.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(HttpStatusCode.Unauthorized, (await own.Client.VerifyAsync(ticket)).Status);
    }

    [Theory]
    [InlineData("00:00:00")]
    [InlineData("-00:01:00")]
    [InlineData("3651.00:00:00")]
    public async Task An_invalid_lifetime_stops_the_start(string life)
    {
        var wrong = await Assert.ThrowsAsync<SettingsException>(
            () => WetpaintWorld.StartAsync($"--TokenAuth:Wetpaint:TicketLifetime={life}"));

        Assert.Contains("TicketLifetime", wrong.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_service_and_the_developer_may_introspect_a_ticket_and_no_other_caller_may()
    {
        var ticket =
            (await shared.LoginAsync("told", ("user.displayName", "Tom & Co"), ("user.role", "moderator"))).Ticket;
        var now = shared.World.Clock.GetUtcNow().ToUnixTimeSeconds();

        foreach (var caller in new[] { shared.World.Janitor, shared.Wiki })
        {
            var told = await shared.Client.IntrospectAsync(caller, ticket);
            Assert.Equal(
                (
                    "True",
                    "wetpaint",
                    shared.Wiki.ApiKey,
                    "mywiki:told",
                    "mywiki:told",
                    "told",
                    "Tom & Co",
                    WetpaintWorld.Ns,
                    "moderator"),
                (
                    told["active"],
                    told["dialect"],
                    told["client_id"],
                    told["username"],
                    told["sub"],
                    told["user_id"],
                    told["displayName"],
                    told["ns"],
                    told["role"]));
            Assert.Equal(
                (now, now + 36000),
                (
                    long.Parse(told["iat"], CultureInfo.InvariantCulture),
                    long.Parse(told["exp"], CultureInfo.InvariantCulture)));
            Assert.False(told.ContainsKey("uid"));
            Assert.DoesNotContain(told.Values, value => value.Contains('@', StringComparison.Ordinal));
        }

        Assert.Equal("False", Assert.Single(await shared.Client.IntrospectAsync(shared.Rival, ticket)).Value);
        Assert.Equal(
            "invalid_client",
            (await shared.Client.IntrospectAsync(shared.Wiki with { Secret = "guess" }, ticket))["error"]);
        foreach (var other in new[] { ticket.ToUpperInvariant(), ticket[..^1], ticket + "0", new string('0', 64) })
        {
            Assert.Equal(
                "False", Assert.Single(await shared.Client.IntrospectAsync(shared.World.Janitor, other)).Value);
            Assert.Equal(HttpStatusCode.Unauthorized, (await shared.Client.VerifyAsync(other)).Status);
        }
    }

    /// <summary>A user whose name equals an account's login is not that account.</summary>
    [Fact]
    public async Task A_user_is_distinguished_from_an_account_with_that_name() => Assert.Equal(
        (HttpStatusCode.NoContent, "mywiki:Alice%3Aadmin", "registered"),
        await shared.Client.VerifyAsync((await shared.LoginAsync("Alice:admin")).Ticket));

    [Fact]
    public async Task A_disabled_developers_tickets_work_again_when_the_developer_is_enabled()
    {
        var own = await shared.RegisterAsync(["x"]);
        var ticket =
            (await shared.Client.AskAsync(new WetpaintCall(own, "x", shared.World.Clock.GetUtcNow(), "a"))).Ticket;
        foreach (var enabled in new[] { false, true })
        {
            await using var scope = shared.World.Server.Services.CreateAsyncScope();
            await scope.ServiceProvider.GetRequiredService<ApplicationAdministration>().SetEnabledAsync(
                own.ApiKey, enabled, default);
            Assert.Equal(
                enabled ? HttpStatusCode.NoContent : HttpStatusCode.Unauthorized,
                (await shared.Client.VerifyAsync(ticket)).Status);
        }
    }
}
