using System.Globalization;
using System.Net.Sockets;
using System.Text;
using TokenAuth.Fuzzing;

namespace TokenAuth.Tests.Fuzzing.Requests;

/// <summary>An answer as it was received.</summary>
/// <param name="Took">From the end of the request to the end of the answer.</param>
internal sealed record FuzzAnswer(
    int Status, IReadOnlyList<(string Name, string Value)> Headers, byte[] Body, TimeSpan Took)
{
    /// <summary>The value of a header; null if it is missing.</summary>
    public string? this[string name] => Headers.FirstOrDefault(
        header => header.Name.Equals(name, StringComparison.OrdinalIgnoreCase)).Value;

    /// <summary>The type of the body without its parameters; empty if there is none.</summary>
    public string Type => this["Content-Type"]?.Split(';')[0].Trim().ToLowerInvariant() ?? "";

    public string Text => Encoding.UTF8.GetString(Body);
}

/// <summary>
/// Sends requests byte by byte, and reads each answer strictly by RFC 9112. Keeps the connection as long as both sides
/// can tell where the next message begins.
/// </summary>
internal sealed class FuzzConnection(Uri server) : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly byte[] _buffer = new byte[64 * 1024];
    private TcpClient? _client;
    private int _start;
    private int _end;

    /// <summary>
    /// Sends a request and returns its answer. Returns null if the server closed the connection instead, as it may if
    /// the end of the request is not clear.
    /// </summary>
    /// <exception cref="RuleBrokenException">The answer is not HTTP, or there is none.</exception>
    public async Task<FuzzAnswer?> AskAsync(FuzzRequest request)
    {
        if (!request.IsFramed)
            Close();
        using var patience = new CancellationTokenSource(Patience);
        try
        {
            var stream = await OpenAsync();
            try
            {
                await stream.WriteAsync(request.ToBytes(), patience.Token);
                if (!request.IsFramed)
                    _client!.Client.Shutdown(SocketShutdown.Send);
            }
            catch (IOException)
            {
                // The server need not read a request to its end. Its answer may be there nevertheless.
            }

            var answer = await ReadAnswerAsync(stream, request.Verb == "HEAD", patience.Token);
            if (!request.IsFramed || answer["Connection"] == "close")
                Close();
            return answer;
        }
        catch (Exception failure) when (failure is IOException or EndOfStreamException or SocketException)
        {
            Close();
            return request.IsFramed
                ? throw new RuleBrokenException($"a connection that ends without an answer")
                : null;
        }
        catch (OperationCanceledException)
        {
            Close();
            throw new RuleBrokenException($"no answer within {Patience.TotalSeconds} s");
        }
        catch (RuleBrokenException)
        {
            Close();
            throw;
        }
    }

    public void Dispose() => Close();

    private void Close()
    {
        _client?.Dispose();
        _client = null;
    }

    private async Task<NetworkStream> OpenAsync()
    {
        if (_client is null)
        {
            (_start, _end) = (0, 0);
            _client = new TcpClient { NoDelay = true };
            await _client.ConnectAsync(server.Host, server.Port);
        }

        return _client.GetStream();
    }

    private async Task<FuzzAnswer> ReadAnswerAsync(NetworkStream stream, bool isHead, CancellationToken cancellation)
    {
        var since = TimeProvider.System.GetTimestamp();
        while (true)
        {
            var status = StatusOf(await ReadLineAsync(stream, cancellation));
            var headers = await ReadHeadersAsync(stream, cancellation);
            if (status is >= 100 and < 200)
                continue;
            var body = isHead || status is 204 or 304 ? [] : await ReadBodyAsync(stream, headers, cancellation);
            return new FuzzAnswer(status, headers, body, TimeProvider.System.GetElapsedTime(since));
        }
    }

    private static int StatusOf(string line) =>
        line is ['H', 'T', 'T', 'P', '/', '1', '.', '1', ' ', >= '1' and <= '5', _, _, ' ', ..]
        && int.TryParse(line.AsSpan(9, 3), NumberStyles.None, CultureInfo.InvariantCulture, out var status)
            ? status
            : throw new RuleBrokenException("a status line of another form: " + line);

    private async Task<List<(string Name, string Value)>> ReadHeadersAsync(
        NetworkStream stream, CancellationToken cancellation)
    {
        var headers = new List<(string, string)>();
        while (await ReadLineAsync(stream, cancellation) is { Length: > 0 } line)
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            if (colon < 1 || line.AsSpan(0, colon).ContainsAnyExceptInRange('!', '~'))
                throw new RuleBrokenException("a header without a name: " + line);
            if (line.AsSpan().ContainsAnyExceptInRange(' ', '~'))
                throw new RuleBrokenException("a header with a byte that is no printable ASCII: " + line);
            headers.Add((line[..colon], line[(colon + 1)..].Trim()));
        }

        return headers;
    }

    private async Task<byte[]> ReadBodyAsync(
        NetworkStream stream, List<(string Name, string Value)> headers, CancellationToken cancellation)
    {
        var lengths = headers.Where(
            header => header.Name.Equals("Content-Length", StringComparison.OrdinalIgnoreCase)).ToList();
        var isChunked = headers.Exists(
            header => header.Name.Equals("Transfer-Encoding", StringComparison.OrdinalIgnoreCase));
        if (lengths.Count + (isChunked ? 1 : 0) != 1)
            throw new RuleBrokenException("a body without one length");
        if (!isChunked)
            return await ReadAsync(stream, int.Parse(lengths[0].Value, CultureInfo.InvariantCulture), cancellation);
        var body = new List<byte>();
        while (true)
        {
            var size = await ReadLineAsync(stream, cancellation);
            if (!int.TryParse(size, NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var length))
                throw new RuleBrokenException("a chunk without a size: " + size);
            body.AddRange(await ReadAsync(stream, length, cancellation));
            if (await ReadLineAsync(stream, cancellation) is { Length: > 0 } more)
                throw new RuleBrokenException("a chunk that goes on: " + more);
            if (length == 0)
                return [.. body];
        }
    }

    private async Task<string> ReadLineAsync(NetworkStream stream, CancellationToken cancellation)
    {
        var line = new StringBuilder();
        while (true)
        {
            var next = (char)(await ReadAsync(stream, 1, cancellation))[0];
            if (next != '\n')
                line.Append(next);
            else if (line is { Length: > 0 } && line[^1] == '\r')
                return line.ToString(0, line.Length - 1);
            else
                throw new RuleBrokenException("a line that does not end in CR LF: " + line);
        }
    }

    private async ValueTask<byte[]> ReadAsync(NetworkStream stream, int length, CancellationToken cancellation)
    {
        var bytes = new byte[length];
        for (var done = 0; done < length;)
        {
            if (_start == _end)
            {
                (_start, _end) = (0, await stream.ReadAsync(_buffer, cancellation));
                if (_end == 0)
                    throw new EndOfStreamException();
            }

            var some = Math.Min(length - done, _end - _start);
            _buffer.AsSpan(_start, some).CopyTo(bytes.AsSpan(done));
            (done, _start) = (done + some, _start + some);
        }

        return bytes;
    }
}
