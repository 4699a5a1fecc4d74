namespace TokenAuth.Tests.PeopleAggregator;

/// <summary>Where a call is sent, and what the answer is written in.</summary>
public enum Form
{
    Xml,
    Json,
    XmlRpc,

    /// <summary>A form, answered as a methodResponse.</summary>
    XmlRpcForm,
}

/// <summary>A call as a client of the time makes it.</summary>
/// <param name="Method">Without the name of the dialect before it.</param>
internal sealed record PeopleAggregatorCall(string Method, params (string Name, string Value)[] Arguments)
{
    public static readonly Form[] RestForms = [Form.Xml, Form.Json, Form.XmlRpcForm];

    public Form Form { get; init; } = Form.Json;

    /// <summary>The documented one, unless something else is said.</summary>
    public string Verb { get => field ?? (Form == Form.XmlRpc || Method is "login" or "echoPost" ? "POST" : "GET"); init; }

    public string Path => Form switch
    {
        Form.XmlRpc => "/api/xmlrpc",
        Form.XmlRpcForm => $"/api/xmlrpc/peopleaggregator/{Method}",
        Form.Xml => $"/api/xml/peopleaggregator/{Method}",
        _ => $"/api/json/peopleaggregator/{Method}",
    };
}
