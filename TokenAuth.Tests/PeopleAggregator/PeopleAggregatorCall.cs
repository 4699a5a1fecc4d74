namespace TokenAuth.Tests.PeopleAggregator;

/// <summary>The endpoint that a call is sent to, and the format of its answer.</summary>
public enum Form
{
    Xml,
    Json,
    XmlRpc,

    /// <summary>A form that is answered as a methodResponse.</summary>
    XmlRpcForm,
}

/// <summary>A call as a client of the time makes it.</summary>
/// <param name="Method">The method without the dialect's prefix.</param>
internal sealed record PeopleAggregatorCall(string Method, params (string Name, string Value)[] Arguments)
{
    public static readonly Form[] RestForms = [Form.Xml, Form.Json, Form.XmlRpcForm];

    public Form Form { get; init; } = Form.Json;

    /// <summary>The documented verb, unless a test overrides it.</summary>
    public string Verb
    {
        get => field ?? (Form == Form.XmlRpc || Method is "login" or "echoPost" ? "POST" : "GET");
        init;
    }

    public string Path => Form switch
    {
        Form.XmlRpc => "/api/xmlrpc",
        Form.XmlRpcForm => $"/api/xmlrpc/peopleaggregator/{Method}",
        Form.Xml => $"/api/xml/peopleaggregator/{Method}",
        _ => $"/api/json/peopleaggregator/{Method}",
    };
}
