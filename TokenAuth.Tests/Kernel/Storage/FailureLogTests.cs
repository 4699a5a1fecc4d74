using System.Net;
using Microsoft.Extensions.DependencyInjection;
using TokenAuth.Kernel.Accounts;
using TokenAuth.Kernel.Hosting;
using TokenAuth.Kernel.Storage;
using TokenAuth.Kernel.Storage.Sqlite;
using TokenAuth.Kernel.Telemetry;
using TokenAuth.Tests.Infrastructure;

namespace TokenAuth.Tests.Kernel.Storage;

/// <summary>Disk errors, lost races and hostile clients log at most one line, not a stack trace each.</summary>
public sealed class FailureLogTests
{
    [Fact]
    public async Task Failed_writes_log_one_line_a_second_with_a_count_of_suppressed_lines()
    {
        await using var server = await LiveServer.StartAsync();
        Assert.SkipUnless(server.Services.GetRequiredService<Store>() is SqliteStore, "The tests run on PostgreSQL.");
        // As a disk that only reads.
        await server.Services.GetRequiredService<Store>().WriteAsync(
            connection => connection.ExecuteAsync("PRAGMA query_only=1"));
        using var client = LiveServer.CreateClient();

        for (var i = 0; i < 10; i++)
        {
            using var program = new FormUrlEncodedContent(
                [new("mode", "login"), new("user", "nobody"), new("password", "wrong")]);
            Assert.Contains(
                "Database temporarily unavailable",
                await (await client.PostAsync(new Uri(server.Http, "/interface/flat"), program))
                    .Content.ReadAsStringAsync(), StringComparison.Ordinal);
            Assert.Equal(HttpStatusCode.ServiceUnavailable, await SignInAsync(server));
            Assert.Equal(
                HttpStatusCode.ServiceUnavailable,
                (await client.GetAsync(new Uri(server.Http, "/health/ready"))).StatusCode);
        }

        var first = Assert.Single(
            Failures(server), line => line.Contains("could not reach the store", StringComparison.Ordinal));
        Assert.Contains("attempt to write a readonly database", first, StringComparison.Ordinal);
        Assert.Contains("; 0 such lines left out before it)", first, StringComparison.Ordinal);
        Assert.Single(
            Failures(server),
            line => line.Contains("not ready: the store cannot be written", StringComparison.Ordinal));
        Assert.Equal(2, Failures(server).Count);

        server.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, await SignInAsync(server));
        Assert.Contains("; 19 such lines left out before it)", Failures(server)[^1], StringComparison.Ordinal);
        Assert.All(Failures(server), line => Assert.DoesNotContain("   at ", line, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_lost_race_for_a_name_logs_no_error()
    {
        await using var server = await LiveServer.StartAsync();
        await using var other = await server.StartBesideAsync();
        var lost = 0;
        for (var round = 0; round < 20; round++)
        {
            var made = await Task.WhenAll(new[] { server, other }.Select(node => Task.Run(async () =>
            {
                await using var scope = node.Services.CreateAsyncScope();
                return await scope.ServiceProvider.GetRequiredService<AccountAdministration>()
                    .AddAsync(
                        new NewAccount($"racer_{round}", "racer@example.test", null, "correct horse battery staple"),
                        default);
            })));
            lost += made.Count(
                one => one.Account is null && one.Errors.Single() == InputError.LoginIsTaken);
        }

        Assert.Equal(20, lost);
        Assert.Empty(Failures(server));
        Assert.Empty(Failures(other));
    }

    [Fact]
    public async Task Forged_cookies_log_no_error()
    {
        await using var server = await LiveServer.StartAsync();
        using var client = LiveServer.CreateClient();
        using var look = new HttpRequestMessage(HttpMethod.Get, new Uri(server.Http, "/signin"));
        look.Headers.Add("Cookie", "TokenAuth.Form=made-up; TokenAuth=made-up");
        using var send = new HttpRequestMessage(HttpMethod.Post, new Uri(server.Http, "/signin"))
        {
            Content = new FormUrlEncodedContent([new("__RequestVerificationToken", "made-up")]),
        };
        send.Headers.Add("Cookie", "TokenAuth.Form=made-up; TokenAuth=made-up");

        Assert.Equal(HttpStatusCode.OK, (await client.SendAsync(look)).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await client.SendAsync(send)).StatusCode);

        Assert.Empty(Failures(server));
    }

    [Fact]
    public async Task The_server_logs_the_times_in_effect_and_the_connection_limit_at_start()
    {
        await using var server = await LiveServer.StartAsync("--TokenAuth:MediaPost:TokenLifetime=00:20:00");

        var times = Assert.Single(server.Log.Lines, line => line.Contains("Times in effect", StringComparison.Ordinal));
        foreach (var time in new[]
        {
            "TokenAuth:MediaPost:TokenLifetime 00:20:00", "TokenAuth:Dreamwidth:ShortLifetime 1.00:00:00",
            "TokenAuth:Dreamwidth:LongLifetime 30.00:00:00",
            "TokenAuth:PeopleAggregator:TokenLifetime 1.00:00:00", "TokenAuth:Wetpaint:TicketLifetime 10:00:00",
            "TokenAuth:Shutdown:Drain 00:00:01",
        })
            Assert.Contains(time, times, StringComparison.Ordinal);
        if (OperatingSystem.IsLinux())
            Assert.Single(
                server.Log.Lines, line => line.Contains("connections are taken at a time", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(1024)]
    [InlineData(4096)]
    [InlineData(1_048_576)]
    public void The_connection_limit_leaves_descriptors_for_other_uses(long descriptors) =>
        Assert.InRange(Connections.Allowed(descriptors), descriptors / 8, Math.Max(descriptors - 512, descriptors / 8));

    [Fact]
    public void Suppressed_lines_are_counted_until_the_next_line_passes()
    {
        var clock = new TestClock();
        var limit = new LineLimit(clock);

        Assert.Equal(
            [(true, 0), (false, 0), (false, 1)],
            Enumerable.Range(0, 3).Select(_ => (limit.Passes(out var held), held)));
        clock.Advance(TimeSpan.FromMilliseconds(999));
        Assert.False(limit.Passes(out _));
        clock.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal((true, 3), (limit.Passes(out var left), left));
    }

    private static async Task<HttpStatusCode> SignInAsync(LiveServer server)
    {
        using var browser = new FormBrowser(server.Http);
        return (await browser.SignInAsync("nobody", "wrong")).Status;
    }

    private static List<string> Failures(LiveServer server) =>
        [
            .. server.Log.Lines.Where(
                line => RecordedLog.IsError(line) || line.Contains("Exception", StringComparison.Ordinal)),
        ];
}
