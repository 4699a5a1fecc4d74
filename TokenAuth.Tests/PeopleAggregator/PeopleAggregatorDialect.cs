using TokenAuth.PeopleAggregator;
using TokenAuth.Tests.Introspection;
using TokenAuth.Tests.World;

namespace TokenAuth.Tests.PeopleAggregator;

internal static class PeopleAggregatorDialect
{
    public static readonly TestDialect Tested = new(
        new PeopleAggregatorFeature(),
        "/api/json/peopleaggregator/login",
        [
            new("peopleaggregator", PeopleAggregatorFaults.Of),
            new(
                "its xml-rpc",
                fault => PeopleAggregatorFaults.TransportCode(fault) is { } number
                    ? (number.ToString(), "")
                    : PeopleAggregatorFaults.Of(fault)),
        ],
        (_, _) => null,
        async (world, _) =>
        {
            var answer = await EverySession.PostAsync(
                world,
                "/api/json/peopleaggregator/login",
                ("login", "alice"), ("password", TestWorld.Password));
            return [(PeopleAggregatorFeature.Dialect, answer.Split('"')[5])];
        });
}
