namespace TokenAuth.Demo;

/// <summary>Prints the address of the walk once the server listens.</summary>
internal sealed class DemoAnnouncement(DemoClient client) : IHostedLifecycleService
{
    public async Task StartedAsync(CancellationToken cancellationToken)
    {
        if (client.Address is { } address)
            await Console.Out.WriteLineAsync($"Walk through a sign-in:   {new Uri(address, DemoFeature.Path)}");
    }

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
