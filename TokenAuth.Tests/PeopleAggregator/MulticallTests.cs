using System.Net;
using System.Xml.Linq;
using TokenAuth.Tests.Infrastructure;
using TokenAuth.Tests.World;

namespace TokenAuth.Tests.PeopleAggregator;

/// <summary>
/// The introspection methods and multicall of XML-RPC libraries, at each address that speaks XML-RPC.
/// </summary>
public sealed class MulticallTests(PeopleAggregatorWorld shared) : IClassFixture<PeopleAggregatorWorld>
{
    private const string Ipernity =
        "account.getQuota api.methods.get api.methods.getList auth.checkToken auth.getFrob "
            + "auth.getToken test.echo test.hello user.get ";

    private const string Own =
        "peopleaggregator.login peopleaggregator.checkToken peopleaggregator.logout peopleaggregator.echo "
        + "peopleaggregator.echoPost peopleaggregator.getUserProfile peopleaggregator.exceptionTest ";

    private const string Everywhere =
        "system.getCapabilities system.listMethods system.methodHelp system.methodSignature system.multicall";

    private const string List = "<methodCall><methodName>system.listMethods</methodName></methodCall>";

    private PeopleAggregatorClient Client => shared.Client;

    [Theory]
    [InlineData("/api/xmlrpc", Ipernity + Own + Everywhere)]
    [InlineData("/api/xmlrpc.php", Own + Everywhere)]
    public async Task An_address_lists_the_methods_of_all_its_dialects(string path, string methods)
    {
        var answer = await Client.PostAsync(path, List, "text/xml");

        Assert.Equal(("text/xml", "no-store"), (answer.ContentType, answer.CacheControl));
        var names = XDocument.Parse(answer.Body).Descendants("string").Select(name => name.Value);
        Assert.Equal(methods, string.Join(' ', names));
    }

    [Fact]
    public async Task One_multicall_may_contain_calls_of_both_dialects()
    {
        var gallery = shared.World.Gallery.ApiKey;
        var answer = await MulticallAsync(
            ("peopleaggregator.echo", Struct(("echoText", "é&lt;"))),
            ("test.echo", Struct(("api_key", gallery), ("a", "b"))), ("test.hello", Struct()),
            ("peopleaggregator.exceptionTest", Struct()), ("fly", ""), ("peopleaggregator.echo", ""));

        Assert.StartsWith(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?><methodResponse><params><param><value><array><data>"
            + "<value><array><data><value><struct><member><name>success</name><value><boolean>1"
            + "</boolean></value></member>"
            + "<member><name>echoText</name><value><string>é&lt;</string></value></member></struct>"
            + "</value></data></array></value>"
            + "<value><array><data><value><string>&lt;echo&gt;", answer.Body, StringComparison.Ordinal);
        Assert.Contains(
            "<value><struct><member><name>faultCode</name><value><int>100</int></value></member>", answer.Body,
            StringComparison.Ordinal);
        Assert.Equal("general_some_error system_error validation_request_wrapper", string.Join(' ', Codes(answer)));
    }

    [Theory]
    [InlineData("<value>x</value>", "-32600")]
    [InlineData("<value><struct/></value>", "-32600")]
    public async Task A_multicall_without_a_list_of_calls_is_refused_as_an_unknown_method_is(
        string parameter, string code)
    {
        var body = "<methodCall><methodName>system.multicall</methodName>"
            + $"<params><param>{parameter}</param></params></methodCall>";

        foreach (var path in new[] { "/api/xmlrpc", "/api/xmlrpc.php" })
            Assert.Equal(code, (await Client.PostAsync(path, body, "text/xml")).Code);
    }

    [Theory]
    [InlineData("/api/xmlrpc")]
    [InlineData("/api/xmlrpc.php")]
    public async Task A_number_is_not_a_method_name_and_the_next_call_still_runs(string path)
    {
        var number = "<value><struct>" + Member("methodName", "<value><int>7</int></value>") + "</struct></value>";
        var list = "<value><struct>" + Member("methodName", "<value>system.listMethods</value>") + "</struct></value>";
        var body = "<methodCall><methodName>system.multicall</methodName>"
            + $"<params><param>{Array([number, list])}</param></params></methodCall>";

        var answer = await Client.PostAsync(path, body, "text/xml");

        Assert.Equal("-32600", answer.Code);
        Assert.Contains("<string>system.multicall</string>", answer.Body, StringComparison.Ordinal);
    }

    /// <summary>Guesses in one request count like guesses in many requests.</summary>
    [Fact]
    public async Task One_multicall_allows_no_more_password_guesses_than_many_calls()
    {
        await using var own = await PeopleAggregatorWorld.StartAsync();
        var guesses = Enumerable.Range(0, 20).Select(
            guess => Struct(("login", "alice"), ("password", $"guess {guess}")));

        var answer = await MulticallAsync(own.Client, [.. guesses.Select(guess => ("peopleaggregator.login", guess))]);

        var codes = Codes(answer);
        Assert.Equal(20, codes.Count);
        Assert.Equal(4, codes.Count(code => code == "user_invalid_password"));
        Assert.Equal("operation_not_permitted", Assert.Single(codes.Skip(4).Distinct(StringComparer.Ordinal)));
        var right = await own.Client.AskAsync("login", ("login", "alice"), ("password", TestWorld.Password));
        Assert.Equal("operation_not_permitted", right.Code);
    }

    [Fact]
    public async Task Each_call_reports_maintenance()
    {
        await using var own = await PeopleAggregatorWorld.StartAsync("--TokenAuth:Maintenance=true");

        var answer = await MulticallAsync(
            own.Client, ("peopleaggregator.echo", Struct(("echoText", "a"))), ("test.hello", Struct()));

        Assert.Contains("the service is under maintenance", answer.Body, StringComparison.Ordinal);
        Assert.Contains("<int>501</int>", answer.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_request_that_is_not_a_post_is_not_a_call()
    {
        var request = new HttpRequestMessage(HttpMethod.Put, new Uri(shared.World.Server.Http, "/api/xmlrpc"))
        {
            Content = new StringContent(List),
        };

        using var client = LiveServer.CreateClient();
        using var answer = await client.SendAsync(request);
        Assert.Equal(HttpStatusCode.MethodNotAllowed, answer.StatusCode);
    }

    /// <summary>A current library, at all the addresses.</summary>
    [Fact]
    public async Task Pythons_library_works_at_every_address()
    {
        const string Script =
            """
            import sys, xmlrpc.client as x
            for path in ("/api/xmlrpc", "/api/xmlrpc.php", "/interface/xmlrpc"):
                server = x.ServerProxy(sys.argv[1] + path)
                known = server.system.listMethods()
                assert server.system.methodSignature(known[0])[0][-1] == "struct", known
                calls = x.MultiCall(server)
                calls.peopleaggregator.echo({"echoText": "\u2603"})
                calls.LJ.XMLRPC.getchallenge()
                calls.system.listMethods()
                calls.system.multicall([])
                answers = calls()
                lj = path == "/interface/xmlrpc"
                assert answers[1]["auth_scheme"] == "c0" if lj else answers[0]["echoText"] == "\u2603"
                assert answers[2] == known
                try:
                    assert answers[3]["code"] == "system_error"
                except x.Fault as fault:
                    assert lj and fault.faultString == "Failed to access class", fault
            print("found")
            """;

        var server = shared.World.Server.Http.GetLeftPart(UriPartial.Authority);
        Assert.Equal("found\n", await Tool.RunAsync(Tool.Need("python3"), ["-c", Script, server]));
    }

    private static List<string> Codes(PeopleAggregatorAnswer answer) =>
    [
        .. XDocument.Parse(answer.Body).Descendants("member").Where(member => member.Element("name")!.Value == "code")
            .Select(member => member.Element("value")!.Value),
    ];

    private static string Struct(params (string Name, string Value)[] members) =>
        "<value><struct>" + string.Concat(members.Select(
            member => Member(member.Name, $"<value>{member.Value}</value>")))
        + "</struct></value>";

    private static string Member(string name, string value) => $"<member><name>{name}</name>{value}</member>";

    private static string Array(IEnumerable<string> values) =>
        $"<value><array><data>{string.Concat(values)}</data></array></value>";

    private Task<PeopleAggregatorAnswer> MulticallAsync(params (string Method, string Parameters)[] calls) =>
        MulticallAsync(Client, calls);

    private static Task<PeopleAggregatorAnswer> MulticallAsync(
        PeopleAggregatorClient client, params (string Method, string Parameters)[] calls)
    {
        var structs = calls.Select(call => "<value><struct>"
            + Member("methodName", $"<value>{call.Method}</value>") + Member("params", Array([call.Parameters]))
            + "</struct></value>");
        return client.EnvelopeAsync("system.multicall", $"<params><param>{Array(structs)}</param></params>");
    }
}
