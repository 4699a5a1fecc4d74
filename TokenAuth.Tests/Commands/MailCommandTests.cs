using System.Text.Json;
using SmtpServer.Protocol;
using TokenAuth.Tests.Infrastructure;

namespace TokenAuth.Tests.Commands;

/// <summary><c>mail test</c> says what the mail server answers.</summary>
public sealed class MailCommandTests : IAsyncLifetime
{
    private readonly MailHost _host = MailHost.Start();

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task A_message_is_sent_and_the_answer_is_printed()
    {
        var done = await RunAsync("mail", "test", "alice@example.test");

        Assert.StartsWith($"localhost:{_host.Port} took it: ", done.Succeeded().Output, StringComparison.Ordinal);
        var message = await _host.NextAsync();
        Assert.Equal(("alice@example.test", "TokenAuth: Test message"), (message.To, message.Subject));
    }

    [Fact]
    public async Task The_answer_is_one_JSON_object()
    {
        var done = await RunAsync("mail", "test", "alice@example.test", "--json");

        using var json = JsonDocument.Parse(done.Succeeded().Output);
        Assert.Equal($"localhost:{_host.Port}", json.RootElement.GetProperty("server").GetString());
        Assert.NotEmpty(json.RootElement.GetProperty("answer").GetString()!);
    }

    [Fact]
    public async Task A_refusal_is_one_line_on_standard_error()
    {
        _host.ReplyTo = _ => new SmtpResponse(SmtpReplyCode.MailboxUnavailable, "5.1.1 no such user");

        var done = await RunAsync("mail", "test", "alice@example.test");

        Assert.Equal(1, done.Status);
        Assert.Equal("", done.Output);
        Assert.Contains("550 5.1.1 no such user", Assert.Single(done.Error.Trim().Split('\n')), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_is_not_there_fails_in_one_line()
    {
        await _host.StopAsync();

        var done = await RunAsync("mail", "test", "alice@example.test");

        Assert.Equal(1, done.Status);
        Assert.StartsWith($"localhost:{_host.Port}: ", done.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_wrong_address_is_wrong_usage() =>
        Assert.Equal(2, (await RunAsync("mail", "test", "alice")).Status);

    [Fact]
    public async Task Without_a_mail_server_the_option_is_named()
    {
        var done = await CommandRun.OnAsync("mail", "test", "alice@example.test");

        Assert.Equal(1, done.Status);
        Assert.StartsWith("TokenAuth:Mail:Server: is missing", done.Error, StringComparison.Ordinal);
    }

    private Task<Finished> RunAsync(params string[] arguments) => CommandRun.OnAsync(
        _host.Settings.ToDictionary(one => one.Name, one => (string?)one.Value, StringComparer.Ordinal),
        TimeProvider.System, arguments);
}
