using TokenAuth.Tests.Infrastructure;
using TokenAuth.Tests.World;

namespace TokenAuth.Tests.PeopleAggregator;

/// <summary>Every answer of the dialect that is not an error.</summary>
public sealed class GoldenAnswerTests(PeopleAggregatorWorld shared) : IClassFixture<PeopleAggregatorWorld>
{
    internal static readonly Golden Files = new("PeopleAggregator");

    private const string Text = "<Hallo> \"Echo\" & /ünïcödé\\ 'it' ☃ 😀\t!";

    private static readonly Dictionary<string, Func<PeopleAggregatorWorld, Task<PeopleAggregatorCall>>> Cases =
        new(StringComparer.Ordinal)
        {
            ["login"] = _ => Task.FromResult(
                new PeopleAggregatorCall("login", ("login", "aLICE"), ("password", TestWorld.Password))),
            ["checkToken"] = async world => new("checkToken", ("authToken", await world.Client.TokenAsync("alice"))),
            ["logout"] = async world => new("logout", ("authToken", await world.Client.TokenAsync("alice"))),
            ["echo"] = _ => Task.FromResult(new PeopleAggregatorCall("echo", ("echoText", Text))),
            ["echo of nothing"] = _ => Task.FromResult(new PeopleAggregatorCall("echo", ("echoText", ""))),
            ["echoPost"] = _ => Task.FromResult(new PeopleAggregatorCall("echoPost", ("echoText", "foobar"))),
            ["getUserProfile"] = _ => Task.FromResult(new PeopleAggregatorCall("getUserProfile", ("login", "ALICE"))),
        };

    public static TheoryData<string> Names => [.. Cases.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task The_answer_matches_the_approved_file_in_every_form(string name) =>
        Files.Matches(
            name + ".txt", await GoldenCapture.TakeAsync(shared, () => Cases[name](shared), send: null, forms: null));

    [Fact]
    public void Every_golden_file_has_a_test() =>
        Files.HasOnly(
            [.. Cases.Keys.Select(name => name + ".txt"), .. GoldenErrorTests.Names.Select(row => row.Data + ".txt")]);

    /// <summary>The two assertions of the original's own acceptance test.</summary>
    [Fact]
    public async Task The_originals_acceptance_test_passes()
    {
        Assert.Equal(
            "<?xml version=\"1.0\"?>\n<response xmlns=\"http://peopleaggregator.com/api/xmlns#\">"
                + "<success>true</success><echoText>foobar</echoText></response>",
            (await shared.Client.GetAsync("/api/xml/peopleaggregator/echo?echoText=foobar")).Body);
        Assert.Equal(
            """{"success":true,"echoText":"foobar"}""",
            (await shared.Client.GetAsync("/api/json/peopleaggregator/echo?echoText=foobar")).Body);
    }
}
