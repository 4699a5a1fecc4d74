using System.Net.Sockets;
using System.Text;

namespace TokenAuth.Tests.MediaPost;

/// <summary>
/// Sends requests byte by byte that present clients no longer send. A request must ask for the connection to be closed.
/// </summary>
internal static class RawHttp
{
    /// <summary>Characters are bytes (ISO-8859-1), and line ends are sent as CR LF.</summary>
    public static Task<string> AskAsync(Uri server, string head, string body = "") =>
        AskAsync(server, head, body, expectation: null);

    /// <summary>Sends the body only after the server has asked for it.</summary>
    public static Task<string> AskAfterContinueAsync(Uri server, string head, string body) =>
        AskAsync(server, head, body, "HTTP/1.1 100 Continue");

    private static async Task<string> AskAsync(Uri server, string head, string body, string? expectation)
    {
        using var connection = new TcpClient(server.Host, server.Port);
        await using var stream = connection.GetStream();
        using var reader = new StreamReader(stream, Encoding.UTF8);
        await stream.WriteAsync(Encoding.Latin1.GetBytes(head.ReplaceLineEndings("\r\n") + "\r\n\r\n"));
        if (expectation is not null)
        {
            Assert.Equal(expectation, await reader.ReadLineAsync());
            Assert.Equal("", await reader.ReadLineAsync());
        }

        await stream.WriteAsync(Encoding.Latin1.GetBytes(body));
        return await reader.ReadToEndAsync();
    }
}
