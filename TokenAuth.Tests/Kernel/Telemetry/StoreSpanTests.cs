using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using TokenAuth.Kernel.Storage;
using TokenAuth.Tests.Infrastructure;
using TokenAuth.Tests.World;

namespace TokenAuth.Tests.Kernel.Telemetry;

/// <summary>Traces show the statements of PostgreSQL, but no value, and no address.</summary>
[Collection(Alone.Name)]
public sealed class StoreSpanTests
{
    [Fact]
    public async Task A_failed_statement_is_traced_without_the_value_that_its_message_repeats()
    {
        const string value = "a value of a parameter";
        await using var collector = await Collector.StartAsync();
        await using (var world = await TestWorld.StartOnPostgreSqlAsync(
            $"--OTEL_EXPORTER_OTLP_ENDPOINT={collector.Address}", "--OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf"))
        {
            var failure = await Assert.ThrowsAsync<PostgresException>(
                async () => await world.Server.Services.GetRequiredService<Store>().WriteAsync(
                    connection => connection.ExecuteAsync(
                        "UPDATE accounts SET id = CAST(@id AS bigint) WHERE id = CAST(@id AS bigint)", ("@id", value))));
            Assert.Contains(value, failure.Message, StringComparison.Ordinal);
        }

        // A server sends its pending spans when it ends.
        var traces = collector.Received("/v1/traces");
        Assert.Contains("UPDATE accounts SET id = CAST(@id AS bigint)", traces, StringComparison.Ordinal);
        Assert.Contains("22P02", traces, StringComparison.Ordinal);
        Assert.DoesNotContain(value, collector.Received(""), StringComparison.Ordinal);
        Assert.DoesNotContain("127.0.0.1", traces, StringComparison.Ordinal);
        Assert.DoesNotContain("Username=", collector.Received(""), StringComparison.Ordinal);
    }
}
