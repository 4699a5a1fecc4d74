using System.Net;
using System.Text;
using CsCheck;
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

    [Fact]
    public async Task Any_bytes_are_answered_and_unsigned_calls_change_no_user()
    {
        await using var own = await WetpaintWorld.StartAsync();
        Assert.Null((await own.LoginAsync("victim", ("user.displayName", "Before"), ("user.role", "banned"))).Cause);
        var (stored, users, sessions) = (
            await own.StoredAsync("victim"),
            await own.CountAsync("application_users"),
            await own.CountAsync("sessions"));
        var stolen = own.Call("somebody else");
        var inserted = Gen.Select(
            Gen.UInt,
            Gen.OneOf(Names).Select(Encoding.UTF8.GetBytes),
            Gen.OneOf<byte[]>(Gen.Byte.Array[0, 49], Gen.OneOf(Values).Select(Encoding.UTF8.GetBytes)));
        await Gen.Select(
            Gen.OneOf<string>(Gen.Const("victim"), Gens.AnyText(20)),
            Gen.OneOf<string>(Gen.OneOf(stolen["cred.sig"], "", new string('0', 40)), Gens.AnyText(40)),
            inserted.Array[0, 3],
            Gen.UInt.Nullable(nullFraction: 0.67),
            Gen.OneOf("/UserService/changeRole.do", stolen.Path, stolen.Path)).HoldsAsync(2100, async sent =>
        {
            own.Tick();
            var (user, signature, insertions, removed, path) = sent;
            var pairs = own.Call(user, ("cred.sig", signature), ("user.role", "moderator")).Parameters.Select(
                pair => (Name: Encoding.UTF8.GetBytes(pair.Key), Value: Encoding.UTF8.GetBytes(pair.Value))).ToList();
            foreach (var (at, name, value) in insertions)
                pairs.Insert((int)(at % pairs.Count), (name, value));
            if (removed is { } index)
                pairs.RemoveAt((int)(index % pairs.Count));

            var answer = await own.Client.AskAsync(own.Client.Request(
                path,
                new ByteArrayContent([.. pairs.SelectMany(Escaped)])
                {
                    Headers = { { "Content-Type", "application/x-www-form-urlencoded" } },
                }));

            Assert.True(answer is
            {
                Status: HttpStatusCode.OK, ContentType: "text/xml; charset=UTF-8",
                Cause: "VALIDATION" or "INVALID_DEVELOPER_KEY" or "INVALID_NAMESPACE",
            }, $"{answer.Status} {answer.ContentType} {answer.Body}");
        });

        Assert.Equal(
            (stored, users, sessions),
            (
                await own.StoredAsync("victim"),
                await own.CountAsync("application_users"),
                await own.CountAsync("sessions")));
        Assert.Empty(own.World.Server.Log.Errors);
    }

    [Fact]
    public async Task Any_signed_values_are_stored_unchanged_or_refused_as_a_whole()
    {
        await using var own = await WetpaintWorld.StartAsync();
        var attempt = 0;
        await Gen.Select(Gens.WellFormedText(10), Gens.WellFormedText(30)).HoldsAsync(800, async sent =>
        {
            own.Tick();
            var (user, name) = ($"u{attempt++}{sent.Item1}", sent.Item2);
            var answer = await own.LoginAsync(user, ("user.displayName", name));

            Assert.True(answer.Cause is null or "VALIDATION", answer.Body);
            var isClean = !(user + name).Any(LeavesItsLine) && user.Length <= 100 && name.Length <= 100;
            Assert.Equal(isClean, answer.Cause is null);
            Assert.Equal(
                answer.Cause is null ? $"someone@example.test|1|{(name.Length == 0 ? "-" : name)}|-|-" : null,
                await own.StoredAsync(user));
            if (answer.Cause is null)
                Assert.Equal(user, (await own.Client.IntrospectAsync(own.World.Janitor, answer.Ticket))["userId"]);
        });
    }

    /// <summary>The log contains no usable secret even when the operator enables every category.</summary>
    [Fact]
    public async Task No_secret_is_in_the_log()
    {
        await using var own = await WetpaintWorld.StartAsync(RecordedLog.Everything);
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

        own.World.Server.Log.HasNone(
            [ticket, query.Ticket, call["cred.sig"], late["cred.sig"], new string('c', 40), own.Wiki.Secret],
            "Storage.FailureLog");
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
