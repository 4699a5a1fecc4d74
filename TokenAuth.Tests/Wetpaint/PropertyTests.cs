using System.Net;
using System.Text;
using TokenAuth.Tests.Infrastructure;

namespace TokenAuth.Tests.Wetpaint;

/// <summary>
/// Any request gets an answer in the dialect's form, and no request without a valid signature changes a user.
/// </summary>
public sealed class PropertyTests
{
    private static readonly string[] Names =
        [
            "output", "key", "ns", "cred.ts", "cred.sig", "user.userId", "user.email", "user.emailOptIn",
            "user.displayName", "user.profileUrl", "user.avatarUrl", "user.role",
        ];

    private static readonly string[] Values =
    [
        "", "0", "1", "api", "true", "moderator", "banned", "mywiki", "notes", "http://a", "\0", "é", "%",
        "18446744073709551616",
    ];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Any_bytes_are_answered_and_unsigned_calls_change_no_user(int seed)
    {
        await using var own = await WetpaintWorld.StartAsync();
        var chance = new Seeded(seed);
        Assert.Null((await own.LoginAsync("victim", ("user.displayName", "Before"), ("user.role", "banned"))).Cause);
        var (stored, users, sessions) = (
            await own.StoredAsync("victim"),
            await own.CountAsync("application_users"),
            await own.CountAsync("sessions"));
        var stolen = own.Call("somebody else");
        for (var attempt = 0; attempt < 700; attempt++)
        {
            own.Tick();
            var call = own.Call(
                chance.OneIn(2) ? "victim" : chance.AnyText(20),
                ("cred.sig", chance.Of<string>([stolen["cred.sig"], "", new string('0', 40), chance.AnyText(40)])),
                ("user.role", "moderator"));
            var pairs = call.Parameters.Select(
                pair => (Name: Encoding.UTF8.GetBytes(pair.Key), Value: Encoding.UTF8.GetBytes(pair.Value))).ToList();
            for (var changes = chance.Below(4); changes > 0; changes--)
                pairs.Insert(
                    chance.Below(pairs.Count),
                    (
                        Encoding.UTF8.GetBytes(chance.Of(Names)),
                        chance.OneIn(2) ? chance.Bytes(chance.Below(50)) : Encoding.UTF8.GetBytes(chance.Of(Values))));
            if (chance.OneIn(3))
                pairs.RemoveAt(chance.Below(pairs.Count));

            var answer = await own.Client.AskAsync(own.Client.Request(
                chance.OneIn(3) ? "/UserService/changeRole.do" : call.Path,
                new ByteArrayContent([.. pairs.SelectMany(Escaped)])
                {
                    Headers = { { "Content-Type", "application/x-www-form-urlencoded" } },
                }));

            Assert.True(answer is
            {
                Status: HttpStatusCode.OK, ContentType: "text/xml; charset=UTF-8",
                Cause: "VALIDATION" or "INVALID_DEVELOPER_KEY" or "INVALID_NAMESPACE",
            }, $"{attempt}: {answer.Status} {answer.ContentType} {answer.Body}");
        }

        Assert.Equal(
            (stored, users, sessions),
            (
                await own.StoredAsync("victim"),
                await own.CountAsync("application_users"),
                await own.CountAsync("sessions")));
        Assert.DoesNotContain(own.World.Server.Log.Lines, line => line.StartsWith("Error ", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(4)]
    [InlineData(5)]
    public async Task Any_signed_values_are_stored_unchanged_or_refused_as_a_whole(int seed)
    {
        await using var own = await WetpaintWorld.StartAsync();
        var chance = new Seeded(seed);
        for (var attempt = 0; attempt < 400; attempt++)
        {
            own.Tick();
            // A client cannot send half of a surrogate pair, because it is not a character.
            string Any(int most) => Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(chance.AnyText(most)));
            var (user, name) = ($"u{attempt}{Any(10)}", Any(30));
            var answer = await own.LoginAsync(user, ("user.displayName", name));

            Assert.True(answer.Cause is null or "VALIDATION", answer.Body);
            var isClean = !(user + name).Any(LeavesItsLine) && user.Length <= 100 && name.Length <= 100;
            Assert.Equal(isClean, answer.Cause is null);
            Assert.Equal(
                answer.Cause is null ? $"someone@example.test|1|{(name.Length == 0 ? "-" : name)}|-|-" : null,
                await own.StoredAsync(user));
            if (answer.Cause is null)
                Assert.Equal(user, (await own.Client.IntrospectAsync(own.World.Janitor, answer.Ticket))["userId"]);
        }
    }

    /// <summary>The log contains no usable secret even when the operator enables every category.</summary>
    [Fact]
    public async Task No_secret_is_in_the_log()
    {
        await using var own = await WetpaintWorld.StartAsync(
            [
                .. new[] { "Default", "Microsoft", "Microsoft.AspNetCore", "Microsoft.EntityFrameworkCore" }.Select(
                    category => $"--Logging:{typeof(RecordedLog).FullName}:LogLevel:{category}=Trace"),
            ]);
        var call = own.Call("logged");
        var ticket = (await own.Client.AskAsync(call)).Ticket;
        var query = await own.Client.AskAsync(own.Client.Request($"{call.Path}?{call.Urlencoded}", content: null));
        Assert.NotNull((await own.LoginAsync("logged", ("cred.sig", new string('c', 40)))).Cause);
        await own.Client.IntrospectAsync(own.Wiki, ticket);
        await own.Client.VerifyAsync(ticket);
        await own.ChangeStoreAsync("ALTER TABLE application_user_roles RENAME TO lost");
        own.Tick();
        var late = own.Call("logged");
        Assert.Equal(
            "READ_ONLY_MODE",
            (await own.Client.AskAsync(own.Client.Request($"{late.Path}?{late.Urlencoded}", content: null))).Cause);

        var lines = own.World.Server.Log.Lines;
        Assert.Contains(
            lines, line => line.StartsWith("Error TokenAuth.Kernel.Storage.FailureLog", StringComparison.Ordinal));
        foreach (var secret in new[]
        {
            ticket, query.Ticket, call["cred.sig"], late["cred.sig"], new string('c', 40), own.Wiki.Secret,
        })
            Assert.DoesNotContain(lines, line => line.Contains(secret, StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>
    /// Control characters, line and paragraph separators, and characters that change the direction of text.
    /// </summary>
    private static bool LeavesItsLine(char c) =>
        char.IsControl(c)
        || c is '\u2028' or '\u2029' or (>= '\u202A' and <= '\u202E') or (>= '\u2066' and <= '\u2069');

    private static IEnumerable<byte> Escaped((byte[] Name, byte[] Value) pair) =>
        [.. pair.Name, (byte)'=', .. pair.Value.SelectMany(one => Encoding.ASCII.GetBytes($"%{one:x2}")), (byte)'&'];
}
