using TokenAuth.Tests.Infrastructure;
using TokenAuth.Tests.World;

namespace TokenAuth.Tests.PeopleAggregator;

/// <summary>The log contains no usable secret even when the operator enables every category.</summary>
public sealed class LogTests
{
    [Fact]
    public async Task Every_call_and_every_failure_leave_no_secret_in_the_log()
    {
        await using var own = await PeopleAggregatorWorld.StartAsync(RecordedLog.Everything);
        List<string> secrets = [TestWorld.Password];
        async Task<PeopleAggregatorAnswer> AskAsync(PeopleAggregatorCall call)
        {
            secrets.AddRange(
                call.Arguments.Where(argument => argument.Name != "login").Select(argument => argument.Value));
            return await own.Client.AskAsync(call);
        }

        foreach (var form in Enum.GetValues<Form>())
        {
            var token = (await AskAsync(
                new("login", ("login", "alice"), ("password", TestWorld.Password)) { Form = form }))["authToken"];
            Assert.NotNull((await AskAsync(
                new("login", ("login", "alice"), ("password", "a guess in form " + form)) { Form = form })).Code);
            Assert.True((await AskAsync(new("checkToken", ("authToken", token)) { Form = form })).Succeeded);
            Assert.NotNull(
                (await AskAsync(new("checkToken", ("authToken", token[..^4] + "beef")) { Form = form })).Code);
            Assert.True((await AskAsync(new("logout", ("authToken", token)) { Form = form })).Succeeded);
        }

        await own.Client.GetAsync(
            $"/api/json/peopleaggregator/login?login=alice&password={Uri.EscapeDataString(TestWorld.Password)}");
        var last = await own.Client.TokenAsync("bob_2");
        await own.ChangeStoreAsync("ALTER TABLE sessions RENAME TO lost");
        await AskAsync(new("checkToken", ("authToken", last)));
        await own.ChangeStoreAsync("UPDATE accounts SET password_hash = 'x'");
        await AskAsync(new("login", ("login", "bob_2"), ("password", "a password that breaks it")));

        Assert.Equal(2, own.World.Server.Log.Errors.Count);
        Assert.True(secrets.Distinct(StringComparer.Ordinal).Count() > 10);
        own.World.Server.Log.HasNone(
            [.. secrets.SelectMany(secret => new[] { secret, Uri.EscapeDataString(secret), secret.Split(':')[^1] })],
            failure: "");
    }
}
