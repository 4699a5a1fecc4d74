namespace TokenAuth.Tests.Kernel.XmlRpc;

/// <summary>UserLand's validator suite; each call is formatted as a different stock client would.</summary>
public sealed class ValidatorTests(ValidatorHost host) : IClassFixture<ValidatorHost>
{
    /// <summary>Python's xmlrpclib, with a line break after most elements.</summary>
    [Fact]
    public Task Array_of_structs() => IsAsync(
        "<int>33</int>",
        "<?xml version='1.0'?>\n<methodCall>\n<methodName>validator1.arrayOfStructsTest</methodName>\n<params>\n"
        + "<param>\n<value><array><data>\n"
        + $"<value>{Stooges(1, 2, 10)}</value>\n<value>{Stooges(5, -1, 23)}</value>\n<value>"
        + $"{Stooges(5, 9, 0)}</value>\n"
        + "</data></array></value>\n</param>\n</params>\n</methodCall>\n");

    /// <summary>
    /// Perl's Frontier::Client: it sends numeric strings as numbers, and does not escape quotation marks.
    /// </summary>
    [Fact]
    public Task Count_the_entities() => IsAsync(
        "<struct><member><name>ctLeftAngleBrackets</name><value><int>3</int></value></member><member>"
        + "<name>ctRightAngleBrackets</name><value><int>1</int></value></member>"
        + "<member><name>ctAmpersands</name><value><int>2</int></value></member><member><name>ctApostrophes</name>"
        + "<value><int>1</int></value></member><member><name>ctQuotes</name><value><int>2</int></value></member>"
        + "</struct>",
        "<?xml version=\"1.0\"?>\n<methodCall>\n<methodName>validator1.countTheEntities</methodName>\n<params>"
        + "\n<param><value><string>"
        + "x&lt;&#60;<![CDATA[<]]>&gt;y&amp;&#38;z'\"&quot;</string></value></param>\n</params>\n</methodCall>\n");

    /// <summary>PHP's xmlrpc_encode_request: indentation, and a declaration of ISO-8859-1.</summary>
    [Fact]
    public Task Easy_struct() => IsAsync(
        "<int>42</int>",
        """
        <?xml version="1.0" encoding="iso-8859-1"?>
        <methodCall>
        <methodName>validator1.easyStructTest</methodName>
        <params>
         <param>
          <value>
           <struct>
            <member>
             <name>moe</name>
             <value>
              <int>40</int>
             </value>
            </member>
            <member>
             <name>larry</name>
             <value>
              <int>-1</int>
             </value>
            </member>
            <member>
             <name>curly</name>
             <value>
              <i4>3</i4>
             </value>
            </member>
           </struct>
          </value>
         </param>
        </params>
        </methodCall>
        """);

    /// <summary>Apache's XML-RPC for Java: one line, untyped strings, and an extension namespace.</summary>
    [Fact]
    public Task Echo_of_a_struct() => IsAsync(
        "<struct><member><name>a</name><value><struct><member><name>b</name><value><array><data><value><int>1</int>"
        + "</value><value><string> x &amp; y </string></value></data></array></value></member></struct></value>"
        + "</member>"
        + "<member><name>é</name><value><boolean>0</boolean></value></member><member><name></name><value><string>"
        + "</string></value></member></struct>",
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><methodCall "
        + "xmlns:ex=\"http://ws.apache.org/xmlrpc/namespaces/extensions\">"
        + "<methodName>validator1.echoStructTest</methodName><params><param><value><struct>"
        + "<member><name>a</name><value><struct><member><name>b</name><value><array><data><value><i4>1</i4></value>"
        + "<value> x &amp; y </value></data></array></value></member></struct></value></member>"
        + "<member><name>é</name><value><boolean>0</boolean></value></member><member><name></name><value/></member>"
        + "</struct></value></param></params></methodCall>");

    [Fact]
    public Task Many_types() => IsAsync(
        "<array><data><value><int>12345</int></value><value><boolean>1</boolean></value><value><string>Hello</string>"
        + "</value>"
        + "<value><string>3.1415</string></value><value><string>19980717T14:08:55</string></value><value>"
        + "<string>you can't</string></value></data></array>",
        "<?xml version=\"1.0\"?>\r\n<methodCall>\r\n<methodName>validator1.manyTypesTest</methodName>\r\n<params>\r\n"
        + "<param><value><int>12345</int></value></param>\r\n<param><value><boolean>1</boolean></value></param>\r\n"
        + "<param><value><string>Hello</string></value></param>\r\n<param><value><double>3.1415</double></value>"
        + "</param>\r\n<param><value><dateTime.iso8601>19980717T14:08:55</dateTime.iso8601></value></param>\r\n"
        + "<param><value><base64>\r\neW91IGNh\r\nbid0\r\n</base64></value></param>\r\n</params>\r\n</methodCall>\r\n");

    /// <summary>RPC::XML for Perl: no indentation, and a declaration of us-ascii.</summary>
    [Theory]
    [InlineData(100)]
    [InlineData(200)]
    public Task Moderate_size_array(int size) => IsAsync(
        $"<string>item 0item {size - 1}</string>",
        "<?xml version=\"1.0\" encoding=\"us-ascii\"?><methodCall>"
        + "<methodName>validator1.moderateSizeArrayCheck</methodName><params><param><value><array><data>"
        + string.Concat(Enumerable.Range(0, size).Select(i => $"<value><string>item {i}</string></value>"))
        + "</data></array></value></param></params></methodCall>");

    [Fact]
    public Task Nested_struct() => IsAsync(
        "<int>7</int>",
        "<?xml version=\"1.0\"?><methodCall><methodName>validator1.nestedStructTest</methodName><params><param><value>"
        + Of("1999", Of("04", Of("01", Stooges(100, 100, 100))))[..^"</struct>".Length]
        + Of("2000", Of("04", Of("01", Stooges(1, 2, 4))))["<struct>".Length..]
        + "</value></param></params></methodCall>");

    /// <summary>No declaration, as in the smallest scripts.</summary>
    [Fact]
    public Task Simple_struct_return() => IsAsync(
        "<struct><member><name>times10</name><value><int>-70</int></value></member><member><name>times100</name>"
        + "<value><int>-700</int></value></member><member><name>times1000</name><value><int>-7000</int></value>"
        + "</member></struct>",
        "<methodCall><methodName>validator1.simpleStructReturnTest</methodName><params><param><value><i4>-7</i4>"
        + "</value></param></params></methodCall>");

    private static string Stooges(int moe, int larry, int curly) =>
        $"<struct><member><name>moe</name><value><int>{moe}</int></value></member><member><name>larry</name><value>"
        + $"<int>{larry}</int></value></member><member><name>curly</name><value><int>{curly}</int></value>"
        + "</member></struct>";

    private static string Of(string name, string inner) =>
        $"<struct><member><name>{name}</name><value>{inner}</value></member></struct>";

    private async Task IsAsync(string value, string body) => Assert.Equal(
        $"<?xml version=\"1.0\" encoding=\"UTF-8\"?><methodResponse><params><param><value>{value}</value></param>"
        + "</params></methodResponse>",
        await host.PostAsync(body));
}
