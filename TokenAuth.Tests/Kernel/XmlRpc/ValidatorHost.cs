using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using TokenAuth.Kernel.Formats;
using TokenAuth.Kernel.XmlRpc;
using TokenAuth.Tests.Infrastructure;

namespace TokenAuth.Tests.Kernel.XmlRpc;

/// <summary>
/// The eight methods of UserLand's validator suite, the yardstick of XML-RPC libraries of the time, on the server's own
/// reader and writer. The server writes no doubles, dates or base64, so manyTypesTest returns these as strings.
/// </summary>
public sealed class ValidatorHost : IAsyncLifetime
{
    private static readonly Dictionary<string, Func<IReadOnlyList<XmlRpcValue>, Value>> Methods = new(
        StringComparer.Ordinal)
    {
        ["validator1.arrayOfStructsTest"] = given => Items(given[0]).Sum(item => Number(item, "curly")),
        ["validator1.countTheEntities"] = given => new Value.Record(
            ("ctLeftAngleBrackets", Count(given[0], '<')), ("ctRightAngleBrackets", Count(given[0], '>')),
            ("ctAmpersands", Count(given[0], '&')),
            ("ctApostrophes", Count(given[0], '\'')), ("ctQuotes", Count(given[0], '"'))),
        ["validator1.easyStructTest"] = given =>
            Number(given[0], "moe") + Number(given[0], "larry") + Number(given[0], "curly"),
        ["validator1.echoStructTest"] = given => Echo(given[0]),
        ["validator1.manyTypesTest"] = given => new Value.Sequence("item", [.. given.Select(Echo)]),
        ["validator1.moderateSizeArrayCheck"] = given => Text(Items(given[0])[0]) + Text(Items(given[0])[^1]),
        ["validator1.nestedStructTest"] = given =>
        {
            var day = Member(Member(Member(given[0], "2000"), "04"), "01");
            return Number(day, "moe") + Number(day, "larry") + Number(day, "curly");
        },
        ["validator1.simpleStructReturnTest"] = given =>
        {
            var number = long.Parse(Text(given[0]));
            return new Value.Record(("times10", number * 10), ("times100", number * 100), ("times1000", number * 1000));
        },
    };

    private readonly HttpClient _http = LiveServer.CreateClient();
    private WebApplication _app = null!;

    public async ValueTask InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _app = builder.Build();
        _app.MapPost("/RPC2", AnswerAsync);
        await _app.StartAsync();
    }

    internal async Task<string> PostAsync(string body)
    {
        using var content = new StringContent(body);
        content.Headers.ContentType = new("text/xml");
        using var response = await _http.PostAsync(new Uri(_app.Urls.Single() + "/RPC2"), content);
        return await response.Content.ReadAsStringAsync();
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _app.DisposeAsync();
    }

    private static async Task<IResult> AnswerAsync(HttpRequest request)
    {
        using var body = new MemoryStream();
        await request.Body.CopyToAsync(body);
        var isCall = XmlRpcReader.Read(body.ToArray()).Succeeded(out var call, out _);
        return Results.Text(
            isCall && Methods.TryGetValue(call!.MethodName, out var method)
                ? XmlRpcWriter.Response(method(call.Parameters))
                : XmlRpcWriter.FaultResponse(1, "no such method"),
            "text/xml");
    }

    private static IReadOnlyList<XmlRpcValue> Items(XmlRpcValue value) => ((XmlRpcValue.Array)value).Items;

    private static XmlRpcValue Member(XmlRpcValue value, string name) => ((XmlRpcValue.Struct)value).Members[name];

    private static string Text(XmlRpcValue value) => ((XmlRpcValue.Scalar)value).Text;

    private static long Number(XmlRpcValue value, string member) => long.Parse(Text(Member(value, member)));

    private static long Count(XmlRpcValue value, char character) => Text(value).LongCount(c => c == character);

    private static Value Echo(XmlRpcValue value) => value switch
    {
        XmlRpcValue.Struct { Members: var members } => new Value.Record(
            [.. members.Select(member => (member.Key, Echo(member.Value)))]),
        XmlRpcValue.Array { Items: var items } => new Value.Sequence("item", [.. items.Select(Echo)]),
        XmlRpcValue.Scalar { Type: "int" or "i4", Text: var number } => long.Parse(number),
        XmlRpcValue.Scalar { Type: "boolean", Text: var flag } => flag == "1",
        _ => Text(value),
    };
}
