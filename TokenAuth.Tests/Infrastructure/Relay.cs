using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;

namespace TokenAuth.Tests.Infrastructure;

/// <summary>Stands between a node and its PostgreSQL, and loses what a test tells it to lose.</summary>
internal sealed class Relay : IAsyncDisposable
{
    private static readonly byte[] Commit = [.. "COMMIT"u8, 0];

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _accepting;
    private readonly int _target;
    private int _toLose;
    private Loss _loss;
    private int _connections;

    public Relay(int target)
    {
        _target = target;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    /// <summary>What is lost, and the connection with it.</summary>
    internal enum Loss
    {
        Nothing,

        /// <summary>The COMMIT itself: it never arrives.</summary>
        Commits,

        /// <summary>The answer to it: it has happened.</summary>
        Answers,

        /// <summary>The connection, as soon as the COMMIT has been sent on: it is still going on.</summary>
        Patience,

        /// <summary>Everything, without a word: connections are taken and nothing comes back.</summary>
        Silence,
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>How many connections were made to it.</summary>
    public int Connections => Volatile.Read(ref _connections);

    public void Lose(Loss loss, int times = 1) => (_loss, _toLose) = (loss, times);

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
                pairs.Add(CarryAsync(await _listener.AcceptTcpClientAsync(_stop.Token)));
        }
        catch (Exception stopped) when (stopped is OperationCanceledException or ObjectDisposedException or SocketException)
        {
            await Task.WhenAll(pairs);
        }
    }

    private async Task CarryAsync(TcpClient node)
    {
        Interlocked.Increment(ref _connections);
        using (node)
        using (var server = new TcpClient())
        {
            try
            {
                await server.ConnectAsync(IPAddress.Loopback, _target, _stop.Token);
                using var cut = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
                var isDeaf = new StrongBox<bool>();
                await await Task.WhenAny(
                    ForthAsync(node.GetStream(), server.GetStream(), isDeaf, cut.Token), BackAsync(server.GetStream(), node.GetStream(), isDeaf, cut.Token));
                await cut.CancelAsync();
            }
            catch (Exception broken) when (broken is OperationCanceledException or IOException or SocketException)
            {
                // One of the two has gone.
            }
        }
    }

    private async Task ForthAsync(NetworkStream node, NetworkStream server, StrongBox<bool> isDeaf, CancellationToken cancellation)
    {
        var buffer = new byte[64 * 1024];
        int length;
        while ((length = await node.ReadAsync(buffer, cancellation)) > 0)
        {
            if (_loss == Loss.Silence)
                continue;
            if (_loss is Loss.Commits or Loss.Answers or Loss.Patience && buffer.AsSpan(0, length).IndexOf(Commit) >= 0 && Interlocked.Decrement(ref _toLose) >= 0)
            {
                if (_loss == Loss.Commits)
                    return;
                isDeaf.Value = true;
            }

            await server.WriteAsync(buffer.AsMemory(0, length), cancellation);
            if (isDeaf.Value && _loss == Loss.Patience)
                return;
        }
    }

    private async Task BackAsync(NetworkStream server, NetworkStream node, StrongBox<bool> isDeaf, CancellationToken cancellation)
    {
        var buffer = new byte[64 * 1024];
        int length;
        while ((length = await server.ReadAsync(buffer, cancellation)) > 0)
        {
            // The server says that it has committed, and nobody hears it.
            if (isDeaf.Value)
                return;
            if (_loss != Loss.Silence)
                await node.WriteAsync(buffer.AsMemory(0, length), cancellation);
        }
    }
}
