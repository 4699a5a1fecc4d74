using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Text;

namespace TokenAuth.Tests.Infrastructure;

/// <summary>A TCP relay between a node and its PostgreSQL that drops traffic on demand.</summary>
internal sealed class Relay : IAsyncDisposable
{
    private static readonly byte[] Commit = [.. "COMMIT"u8, 0];

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _accepting;
    private readonly int _target;
    private int _toLose;
    private Loss _loss;
    private byte[] _marker = Commit;
    private int _connections;

    public Relay(int target)
    {
        _target = target;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    /// <summary>The traffic to drop; the connection then breaks.</summary>
    internal enum Loss
    {
        Nothing,

        /// <summary>The COMMIT, or the batch: it never arrives.</summary>
        Commits,

        /// <summary>The answer to it: the transaction has committed.</summary>
        Answers,

        /// <summary>The connection, right after the COMMIT: the transaction is still committing.</summary>
        Connection,

        /// <summary>Everything, silently: connections are accepted and no answer returns.</summary>
        Silence,
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>The number of losses that are still to happen.</summary>
    public int LeftToLose => Math.Max(0, Volatile.Read(ref _toLose));

    /// <summary>The number of connections accepted so far.</summary>
    public int Connections => Volatile.Read(ref _connections);

    /// <param name="marker">A value of the batch to lose instead of COMMIT, which a batch does not send.</param>
    public void Lose(Loss loss, int times = 1, string? marker = null) =>
        (_loss, _toLose, _marker) = (loss, times, marker is null ? Commit : Encoding.UTF8.GetBytes(marker));

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Dispose();
        await _accepting;
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        var pairs = new List<Task>();
        try
        {
            while (true)
                pairs.Add(RelayAsync(await _listener.AcceptTcpClientAsync(_stop.Token)));
        }
        catch (Exception stopped)
            when (stopped is OperationCanceledException or ObjectDisposedException or SocketException)
        {
            await Task.WhenAll(pairs);
        }
    }

    private async Task RelayAsync(TcpClient node)
    {
        Interlocked.Increment(ref _connections);
        using (node)
        using (var server = new TcpClient())
        {
            try
            {
                await server.ConnectAsync(IPAddress.Loopback, _target, _stop.Token);
                using var cut = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
                var dropsAnswers = new StrongBox<bool>();
                await await Task.WhenAny(
                    ToServerAsync(node.GetStream(), server.GetStream(), dropsAnswers, cut.Token),
                    ToNodeAsync(server.GetStream(), node.GetStream(), dropsAnswers, cut.Token));
                await cut.CancelAsync();
            }
            catch (Exception broken) when (broken is OperationCanceledException or IOException or SocketException)
            {
                // The node or the server has closed the connection.
            }
        }
    }

    private async Task ToServerAsync(
        NetworkStream node, NetworkStream server, StrongBox<bool> dropsAnswers, CancellationToken cancellation)
    {
        var buffer = new byte[64 * 1024];
        int length;
        while ((length = await node.ReadAsync(buffer, cancellation)) > 0)
        {
            if (_loss == Loss.Silence)
                continue;
            if (_loss is Loss.Commits or Loss.Answers or Loss.Connection
                && buffer.AsSpan(0, length).IndexOf(_marker) >= 0
                && Interlocked.Decrement(ref _toLose) >= 0)
            {
                if (_loss == Loss.Commits)
                    return;
                dropsAnswers.Value = true;
            }

            await server.WriteAsync(buffer.AsMemory(0, length), cancellation);
            if (dropsAnswers.Value && _loss == Loss.Connection)
                return;
        }
    }

    private async Task ToNodeAsync(
        NetworkStream server, NetworkStream node, StrongBox<bool> dropsAnswers, CancellationToken cancellation)
    {
        var buffer = new byte[64 * 1024];
        int length;
        while ((length = await server.ReadAsync(buffer, cancellation)) > 0)
        {
            // The server has committed; drop the answer.
            if (dropsAnswers.Value)
                return;
            if (_loss != Loss.Silence)
                await node.WriteAsync(buffer.AsMemory(0, length), cancellation);
        }
    }
}
