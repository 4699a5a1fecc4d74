using System.Diagnostics.Metrics;
using TokenAuth.Kernel.Storage.Caching;
using TokenAuth.Kernel.Telemetry;

namespace TokenAuth.Kernel.Storage;

/// <summary>Exports what the store and the row caches count. Nothing is computed until an export asks.</summary>
internal sealed class StoreMetrics
{
    public StoreMetrics(Metrics telemetry, Store store, CacheInvalidator invalidator)
    {
        var (meter, statistics, lookups) = (telemetry.Meter, store.Statistics, invalidator.Lookups);
        telemetry.ObserveQueue("store", () => store.Waiting);
        meter.CreateObservableCounter(
            "tokenauth.store.units",
            () => Each("kind", ("read", statistics.ReadUnits), ("write", statistics.WriteUnits)),
            "{unit}");
        meter.CreateObservableCounter(
            "tokenauth.store.batches",
            () => Each("kind", ("read", statistics.ReadBatches), ("write", statistics.WriteBatches)),
            "{batch}");
        meter.CreateObservableGauge("tokenauth.store.breaker.open", () => store.IsRefusing ? 1 : 0);
        meter.CreateObservableCounter(
            "tokenauth.cache.lookups",
            () => Each("hit", ("true", lookups.Hits), ("false", lookups.Misses)),
            "{lookup}");
    }

    private static Measurement<long>[] Each(string tag, params ReadOnlySpan<(string Value, long Count)> counts)
    {
        var measurements = new Measurement<long>[counts.Length];
        for (var i = 0; i < counts.Length; i++)
        {
            measurements[i] = new Measurement<long>(
                counts[i].Count, new KeyValuePair<string, object?>(tag, counts[i].Value));
        }

        return measurements;
    }
}
