using System.Net;
using System.Net.Http.Headers;
using AngleSharp.Dom;
using AngleSharp.Html.Dom;
using AngleSharp.Html.Parser;

namespace TokenAuth.Tests.Infrastructure;

/// <summary>The answer that a <see cref="FormBrowser"/> received.</summary>
internal sealed class FormPage(
    HttpStatusCode status, HttpResponseHeaders headers, HttpContentHeaders content, string html)
{
    public const string TokenName = "__RequestVerificationToken";

    private readonly Lazy<IHtmlDocument> _document = new(() => new HtmlParser().ParseDocument(html));

    public HttpStatusCode Status => status;

    public bool IsRedirect => status == HttpStatusCode.Redirect;

    public string Html => html;

    public Uri? Location => headers.Location;

    public TimeSpan? RetryAfter => headers.RetryAfter?.Delta;

    public IReadOnlyList<string> SetCookies => headers.TryGetValues("Set-Cookie", out var set) ? [.. set] : [];

    /// <summary>The hidden inputs of the page's own forms. Every page has another form to sign out.</summary>
    public IReadOnlyList<(string Name, string Value)> Hidden =>
    [
        .. _document.Value.QuerySelectorAll<IHtmlInputElement>("main input[type=hidden]")
            .Select(input => (input.Name!, input.Value)).Distinct(),
    ];

    /// <summary>What the page's own form sends if nothing is changed, except for boxes that are not checked.</summary>
    public IReadOnlyList<(string Name, string Value)> Fields =>
    [
        .. _document.Value.QuerySelectorAll<IHtmlInputElement>("main input:not([type=checkbox])")
            .Select(input => (input.Name!, input.Value)),
        .. _document.Value.QuerySelectorAll<IHtmlSelectElement>("main select")
            .Select(select => (select.Name!, select.Value ?? "")),
    ];

    /// <summary>The antiforgery token, which all forms of a page share; empty where there is no form.</summary>
    public string Token => TokenOf(_document.Value);

    /// <summary>The error that the page shows.</summary>
    public string? Alert => Text("[role=alert]");

    public string? Heading => Text("h1");

    /// <summary>Whether the page has the consent form, found by the name that scripts look for.</summary>
    public bool Asks => Text("form[name=fa][method=post]") is not null;

    /// <summary>Whether a desktop application's handshake has ended, found by the mark that scripts look for.</summary>
    public bool IsDone => Text("div.ok") is not null;

    /// <summary>The text of the first element that matches.</summary>
    public string? Text(string selector) => _document.Value.QuerySelector(selector)?.TextContent.Trim();

    /// <summary>The texts of all elements that match.</summary>
    public IReadOnlyList<string> Texts(string selector) =>
        [.. _document.Value.QuerySelectorAll(selector).Select(element => element.TextContent.Trim())];

    /// <summary>An attribute of the first element that matches.</summary>
    public string? Attribute(string selector, string name) =>
        _document.Value.QuerySelector(selector)?.GetAttribute(name);

    /// <summary>The number of elements that match.</summary>
    public int Count(string selector) => _document.Value.QuerySelectorAll(selector).Length;

    public string? Header(string name) => headers.TryGetValues(name, out var values) ? values.Single() : null;

    /// <summary>A header of the body, such as its type.</summary>
    public string? ContentHeader(string name) => content.TryGetValues(name, out var values) ? values.Single() : null;

    /// <summary>A parameter of the address that the browser is redirected to.</summary>
    public string? Sent(string name) => Location?.OriginalString.Split('?', 2) is not [_, var query] ? null
        : query.Split('&').Select(pair => pair.Split('=')).Where(pair => pair[0] == name)
            .Select(pair => Uri.UnescapeDataString(pair[1])).SingleOrDefault();

    public static string TokenIn(string html) => TokenOf(new HtmlParser().ParseDocument(html));

    public static async Task<FormPage> ReadAsync(HttpResponseMessage response) =>
        new(
            response.StatusCode, response.Headers, response.Content.Headers,
            await response.Content.ReadAsStringAsync());

    private static string TokenOf(IHtmlDocument document) =>
        document.QuerySelector<IHtmlInputElement>($"input[name={TokenName}]")?.Value ?? "";
}
