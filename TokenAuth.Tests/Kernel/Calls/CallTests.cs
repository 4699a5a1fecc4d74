using System.Net;
using System.Text;
using CsCheck;
using Microsoft.AspNetCore.Http;
using TokenAuth.Kernel.Calls;
using TokenAuth.Kernel.Faults;
using TokenAuth.Tests.Infrastructure;

namespace TokenAuth.Tests.Kernel.Calls;

public sealed class CallTests
{
    private const string Form = "application/x-www-form-urlencoded";

    [Fact]
    public async Task Query_parameters_precede_the_body_and_the_last_value_replaces_the_first_in_its_position()
    {
        var call = await ReadAsync("?a=1&b=2&a=3", "b=4&c=5", Form);

        Assert.Equal("a=3 b=4 c=5", Shown(call));
        Assert.Null(call["d"]);
        Assert.Null(call["A"]);
    }

    [Fact]
    public async Task An_empty_value_is_found_by_name_but_not_by_NonEmpty()
    {
        var call = await ReadAsync("?a=&b", "", Form);

        Assert.Equal("", call["a"]);
        Assert.Equal("", call["b"]);
        Assert.Null(call.NonEmpty("a"));
    }

    [Theory]
    [InlineData(Form)]
    [InlineData("APPLICATION/X-WWW-FORM-URLENCODED; charset=UTF-8")]
    [InlineData(null)]
    [InlineData("nonsense")]
    public async Task A_body_is_read_as_a_form_unless_its_type_says_otherwise(string? contentType) =>
        Assert.Equal("a=1 b=2", Shown(await ReadAsync("?a=1", "b=2", contentType)));

    [Theory]
    [InlineData("text/xml")]
    [InlineData("application/json")]
    public async Task A_body_of_another_type_has_no_parameters(string contentType) =>
        Assert.Equal("a=1", Shown(await ReadAsync("?a=1", "b=2", contentType)));

    [Theory]
    [InlineData("windows-1251", "p%E6=%E6%20+&%EF=1", "pж=ж   п=1")]
    [InlineData("cp1251", "p\u00E6=\u00E6", "pж=ж")]
    [InlineData("koi8-r", "p=%D6", "p=ж")]
    [InlineData("iso-8859-1", "p=%C3%A9", "p=Ã©")]
    [InlineData("shift_jis", "p=%83%65&q=%82%A0", "p=テ q=あ")]
    [InlineData("utf-8", "p=%C3%A9&q=%E9", "p=é q=é")]
    [InlineData("us-ascii", "p=%C3%A9&q=%E9", "p=é q=é")]
    public async Task A_form_uses_its_declared_encoding_and_the_query_does_not(
        string charset, string body, string expected)
    {
        foreach (var type in new[] { $"{Form}; charset={charset}", $"{Form};charset=\"{charset}\"" })
        {
            var (call, fault) = await TryReadAsync("?a=%E9", Encoding.Latin1.GetBytes(body), type);
            Assert.Null(fault);
            Assert.Equal("a=é " + expected, Shown(call));
        }
    }

    [Fact]
    public async Task A_part_uses_its_own_encoding_or_else_the_forms()
    {
        const string Body =
            "--x\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n\u00E6\r\n"
            + "--x\r\nContent-Disposition: form-data; name=\"b\"\r\nContent-Type: text/plain; charset=koi8-r\r\n\r\n"
            + "\u00D6\r\n--x--\r\n";
        static Task<(Call Call, Fault? Fault)> PartsAsync(string body, string more = "") =>
            TryReadAsync("", Encoding.Latin1.GetBytes(body), $"multipart/form-data; {more}boundary=x");

        var (named, fault) = await PartsAsync(Body, "charset=cp1251; ");
        Assert.Null(fault);
        Assert.Equal("a=ж b=ж", Shown(named));
        Assert.Equal("a=æ b=ж", Shown((await PartsAsync(Body)).Call));
        var unknown = await PartsAsync(Body.Replace("koi8-r", "utf-7", StringComparison.Ordinal));
        Assert.Equal(FaultKind.CallUnreadable, unknown.Fault?.Kind);
    }

    [Theory]
    [InlineData("unheard-of", "p=1")]
    [InlineData("utf-7", "p=1")]
    [InlineData("shift_jis", "p=%81")]
    [InlineData("utf-16", "p=1")]
    public async Task A_form_in_an_unreadable_encoding_is_a_fault(string charset, string body) =>
        Assert.Equal(
            FaultKind.CallUnreadable, (await TryReadAsync("?a=1", body, $"{Form}; charset={charset}")).Fault?.Kind);

    [Fact]
    public async Task The_body_of_a_GET_has_no_parameters() =>
        Assert.Equal("a=1", Shown(await ReadAsync("?a=1", "b=2", Form, method: "GET")));

    [Fact]
    public async Task Multipart_fields_are_parameters_and_uploads_are_not()
    {
        const string body =
            "--x\r\nContent-Disposition: form-data; name=\"b\"\r\n\r\n2 +%41\r\n" +
            "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.txt\"\r\n\r\nsecret\r\n" +
            "--x\r\nContent-Disposition: form-data; name=\"\"\r\n\r\nnameless\r\n" +
            "--x\r\nContent-Disposition: form-data; name=c\r\n\r\nü\r\n--x--\r\n";

        Assert.Equal("a=1 b=2 +%41 c=ü", Shown(await ReadAsync("?a=1", body, "multipart/form-data; boundary=\"x\"")));
    }

    [Theory]
    [InlineData("multipart/form-data")]
    [InlineData("multipart/form-data; boundary=x")]
    [InlineData("multipart/form-data; boundary=\"\"")]
    public async Task An_unreadable_multipart_body_is_a_fault_and_the_query_remains(string contentType)
    {
        var (call, fault) = await TryReadAsync(
            "?a=1", "--x\r\nContent-Disposition: form-data; name=\"b\"\r\n\r\n2", contentType);

        Assert.Equal(FaultKind.CallUnreadable, fault?.Kind);
        Assert.Equal("a=1", Shown(call));
    }

    [Theory]
    [InlineData(200, true)]
    [InlineData(201, false)]
    public async Task A_call_has_at_most_two_hundred_parameters(int parameters, bool isReadable)
    {
        var pairs = Enumerable.Range(0, parameters).Select(i => $"p{i}=").ToList();
        var parts = string.Concat(
            pairs.Skip(50).Select(pair => $"--x\r\nContent-Disposition: form-data; name=\"{pair}\"\r\n\r\n\r\n"))
            + "--x--";
        var query = "?" + string.Join('&', pairs.Take(50));

        foreach (var (body, type) in new[]
        {
            (string.Join('&', pairs.Skip(50)), Form),
            (parts, "multipart/form-data; boundary=x"),
        })
        {
            var (call, fault) = await TryReadAsync(query, body, type);
            Assert.Equal(isReadable, fault is null);
            Assert.Equal(200, call.Parameters.Count);
        }
    }

    /// <summary>Reading a part takes time, whatever its kind.</summary>
    [Theory]
    [InlineData(200, true)]
    [InlineData(201, false)]
    public async Task A_body_has_at_most_two_hundred_parts_including_uploads(int parts, bool isReadable)
    {
        const string upload = "--x\r\nContent-Disposition: form-data; name=f; filename=f\r\n\r\n\r\n";
        var (_, fault) = await TryReadAsync(
            "", string.Concat(Enumerable.Repeat(upload, parts)) + "--x--", "multipart/form-data; boundary=x");

        Assert.Equal(isReadable ? null : FaultKind.CallTooLarge, fault?.Kind);
    }

    [Theory]
    [InlineData(Call.MaxBytes, true)]
    [InlineData(Call.MaxBytes + 1, false)]
    public async Task A_body_has_at_most_256_KiB(int bytes, bool isReadable)
    {
        var (call, fault) = await TryReadAsync("?q=1", "a=" + new string('x', bytes - 2), Form);

        Assert.Equal(isReadable, fault is null);
        Assert.Equal(isReadable ? bytes - 2 : null, call["a"]?.Length);
        Assert.Equal("1", call["q"]);
    }

    [Fact]
    public Task No_body_makes_the_reader_throw() => Gen.Select(
        Gens.Joined(
            12, "Content-Disposition: ", "form-data", "; name=", "\"", "a", "\r\n", "\r\n\r\n", "--x", "--", ":",
            "filename*=", "\0", "ü"),
        Gen.OneOf(Form, "multipart/form-data; boundary=x", "multipart/form-data; boundary=\"", null))
        .HoldsAsync(2_000, async body =>
        {
            var (call, _) = await TryReadAsync("?a=%", "--x\r\n" + body.Item1, body.Item2);
            Assert.NotNull(call["a"] ?? "");
        });

    [Theory]
    [InlineData("::ffff:192.0.2.1", "192.0.2.1")]
    [InlineData("192.0.2.1", "192.0.2.1")]
    [InlineData("2001:db8::1", "2001:db8::1")]
    public async Task A_mapped_IPv4_address_is_read_as_IPv4_and_others_are_unchanged(string connection, string shown)
    {
        var context = Context("", [], null, "GET");
        context.Connection.RemoteIpAddress = IPAddress.Parse(connection);

        Assert.Equal(
            shown, (await Call.ReadAsync(context.Request, isEnvelope: false, default)).Call.Address.ToString());
    }

    private static string Shown(Call call) =>
        string.Join(' ', call.Parameters.Select(pair => $"{pair.Name}={pair.Value}"));

    private static async Task<Call> ReadAsync(string query, string body, string? contentType, string method = "POST")
    {
        var (call, fault) = await TryReadAsync(query, body, contentType, method);
        Assert.Null(fault);
        return call;
    }

    private static Task<(Call Call, Fault? Fault)> TryReadAsync(
        string query, string body, string? contentType, string method = "POST") =>
        TryReadAsync(query, Encoding.UTF8.GetBytes(body), contentType, method);

    private static async Task<(Call Call, Fault? Fault)> TryReadAsync(
        string query, byte[] body, string? contentType, string method = "POST") =>
        await Call.ReadAsync(Context(query, body, contentType, method).Request, isEnvelope: false, default);

    private static DefaultHttpContext Context(string query, byte[] body, string? contentType, string method)
    {
        var context = new DefaultHttpContext();
        context.Request.Method = method;
        context.Request.QueryString = new QueryString(query);
        context.Request.Body = new MemoryStream(body);
        context.Request.ContentType = contentType;
        return context;
    }
}
