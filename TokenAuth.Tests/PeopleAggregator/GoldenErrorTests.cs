using System.Text;
using TokenAuth.Tests.World;

namespace TokenAuth.Tests.PeopleAggregator;

/// <summary>Every error of the dialect. Cases that break the server start their own.</summary>
public sealed class GoldenErrorTests(PeopleAggregatorWorld shared) : IClassFixture<PeopleAggregatorWorld>
{
    /// <summary>The form of the documentation.</summary>
    internal const string SampleToken = "as9d867f234o7asdf:928734982734987234:298374982734987234";

    private static readonly Case[] Cases =
    [
        new("user_token_invalid", _ => new("checkToken", ("authToken", SampleToken))),
        new("user_token_invalid at logout", _ => new("logout", ("authToken", SampleToken))),
        new("user_token_expired", ExpiredAsync) { IsOwn = true },
        new("user_not_found", _ => new("login", ("login", "nobody"), ("password", "x"))),
        new("user_not_found of a profile", _ => new("getUserProfile", ("login", "nobody"))),
        new("user_not_found suspended", _ => new("login", ("login", "sybil"), ("password", TestWorld.Password))),
        new("user_invalid_password", _ => new("login", ("login", "bob_2"), ("password", "guess"))) { IsOwn = true },
        new("user_invalid_login_name", _ => new("login", ("login", ""), ("password", "guess"))),
        new("operation_not_permitted", ThrottledAsync) { IsOwn = true },
        new("general_some_error", _ => new("exceptionTest")),
        new("validation_missing_key", _ => new("login", ("login", "alice"))),
        new("validation_incorrect_type", _ => new("checkToken", ("authToken[]", "x")))
        {
            Forms = PeopleAggregatorCall.RestForms,
        },
        new("validation_incorrect_type in a struct", _ => new("checkToken"))
        {
            Forms = [Form.XmlRpc],
            Send = world => _ => Envelope(world, "<params><param><value><struct><member><name>authToken"
                + "</name><value><int>1</int></value></member></struct></value></param></params>"),
        },
        new("validation_extra_key", _ => new("exceptionTest", ("stray", "x"))) { Forms = [Form.XmlRpc] },
        new("validation_request_wrapper", _ => new("checkToken"))
        {
            Forms = [Form.XmlRpc],
            Send = world => _ => Envelope(world, "<params/>"),
        },
        new("invalid_request_method POST", _ => new("login", ("login", "a"), ("password", "b")) { Verb = "GET" })
        {
            Forms = PeopleAggregatorCall.RestForms,
        },
        new("invalid_request_method GET", _ => new("echo", ("echoText", "a")) { Verb = "POST" })
        {
            Forms = PeopleAggregatorCall.RestForms,
        },
        new("system_error unknown", _ => new("fly")),
        new("system_error nameless", _ => new(""))
        {
            Send = world => call => new(HttpMethod.Get, new Uri(world.World.Server.Http, Bare(call.Form))),
            Forms = PeopleAggregatorCall.RestForms,
        },
        new("system_error too large", _ => new("echo")) { Send = TooLarge, Forms = PeopleAggregatorCall.RestForms },
        new("system_error unreadable", _ => new("echoPost"))
        {
            Send = Unreadable,
            Forms = PeopleAggregatorCall.RestForms,
        },
        new("system_error internal", _ => new("login", ("login", "alice"), ("password", "x")))
        {
            Prepare = world => world.ChangeStoreAsync("UPDATE accounts SET password_hash = 'x'"),
        },
        new("system_error maintenance", _ => new("echo", ("echoText", "a")))
        {
            Settings = ["--TokenAuth:Maintenance=true"],
        },
        new("system_error unavailable", _ => new("checkToken", ("authToken", "alice:9999999999:0")))
        {
            Prepare = world => world.ChangeStoreAsync("ALTER TABLE sessions RENAME TO lost"),
        },
        new("fault 32700", _ => new("echo"))
        {
            Forms = [Form.XmlRpc],
            Send = world => _ => Raw(world, "<methodCall><methodName>peopleaggregator.echo"),
        },
        new("fault 32600", _ => new("echo"))
        {
            Forms = [Form.XmlRpc],
            Send = world => _ => Raw(world, "<peopleaggregator/>"),
        },
        new("fault 32600 too large", _ => new("echo"))
        {
            Forms = [Form.XmlRpc],
            Send = world => _ => Raw(world, "peopleaggregator" + new string(' ', 256 * 1024)),
        },
    ];

    public static TheoryData<string> Names => [.. Cases.Select(one => one.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task The_error_matches_the_approved_file_in_every_form(string name)
    {
        var one = Cases.Single(one => one.Name == name);
        if (one is { Prepare: null, Settings: [], IsOwn: false })
        {
            await CompareAsync(shared, one);
            return;
        }

        await using var own = await PeopleAggregatorWorld.StartAsync(one.Settings);
        await (one.Prepare?.Invoke(own) ?? Task.CompletedTask);
        await CompareAsync(own, one);
    }

    private static async Task CompareAsync(PeopleAggregatorWorld world, Case one) => GoldenAnswerTests.Files.Matches(
        one.Name + ".txt",
        await GoldenCapture.TakeAsync(world, () => one.Call(world), one.Send?.Invoke(world), one.Forms));

    private static async Task<PeopleAggregatorCall> ExpiredAsync(PeopleAggregatorWorld world)
    {
        var token = await world.Client.TokenAsync("alice");
        world.World.Clock.Advance(TimeSpan.FromSeconds(86401));
        return new("checkToken", ("authToken", token));
    }

    private static async Task<PeopleAggregatorCall> ThrottledAsync(PeopleAggregatorWorld world)
    {
        for (var guess = 0; guess < 4; guess++)
            await world.Client.AskAsync("login", ("login", "bob_2"), ("password", $"guess {guess}"));
        return new("login", ("login", "bob_2"), ("password", TestWorld.Password));
    }

    private static string Bare(Form form) =>
        form switch { Form.Xml => "/api/xml", Form.Json => "/api/json/", _ => "/api/xmlrpc" };

    private static Func<PeopleAggregatorCall, HttpRequestMessage> TooLarge(PeopleAggregatorWorld world) => call =>
        new(HttpMethod.Get, new Uri(
            world.World.Server.Http, call.Path + "?" + string.Concat(Enumerable.Repeat("a=1&", 201))));

    private static Func<PeopleAggregatorCall, HttpRequestMessage> Unreadable(PeopleAggregatorWorld world) => call =>
        new(HttpMethod.Post, new Uri(world.World.Server.Http, call.Path))
        {
            Content = new ByteArrayContent("--x\r\nbroken"u8.ToArray())
            {
                Headers = { { "Content-Type", "multipart/form-data; boundary=x" } },
            },
        };

    private static HttpRequestMessage Envelope(PeopleAggregatorWorld world, string parameters) =>
        Raw(world, $"<methodCall><methodName>peopleaggregator.checkToken</methodName>{parameters}</methodCall>");

    private static HttpRequestMessage Raw(PeopleAggregatorWorld world, string body) =>
        new(HttpMethod.Post, new Uri(world.World.Server.Http, "/api/xmlrpc"))
        {
            Content = new StringContent(body, Encoding.UTF8, "text/xml"),
        };

    private sealed record Case(string Outcome, Func<PeopleAggregatorWorld, Task<PeopleAggregatorCall>> Call)
    {
        public Case(string outcome, Func<PeopleAggregatorWorld, PeopleAggregatorCall> call)
            : this(outcome, world => Task.FromResult(call(world)))
        {
        }

        public string Name => $"error {Outcome}";

        public string[] Settings { get; init; } = [];

        /// <summary>Whether the case disturbs the other cases.</summary>
        public bool IsOwn { get; init; }

        public Func<PeopleAggregatorWorld, Task>? Prepare { get; init; }

        public Func<PeopleAggregatorWorld, Func<PeopleAggregatorCall, HttpRequestMessage>>? Send { get; init; }

        public Form[]? Forms { get; init; }
    }
}
