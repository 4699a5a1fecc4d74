using TokenAuth.Kernel.Storage;
using TokenAuth.Kernel.Storage.PostgreSql;

namespace TokenAuth.Tests.Kernel.Storage.PostgreSql;

/// <summary>Which items share a batch, and the outcome that each gets.</summary>
public sealed class BatcherTests
{
    private readonly List<(IReadOnlyList<Item> Batch, TaskCompletionSource Answer)> _sent = [];
    private readonly Batcher<Item> _batcher;

    public BatcherTests() => _batcher = new Batcher<Item>(async batch =>
    {
        var answer = new TaskCompletionSource();
        _sent.Add((batch, answer));
        await answer.Task;
        foreach (var item in batch)
            item.SetResult();
    });

    [Fact]
    public void Items_added_while_two_batches_are_in_flight_are_batched_at_most_sixty_four_at_a_time()
    {
        var items = Add(2 + 64 + 5);
        Assert.Equal([1, 1], _sent.Select(each => each.Batch.Count));

        _sent[0].Answer.SetResult();
        Assert.True(items[0].Task.IsCompletedSuccessfully);
        _sent[2].Answer.SetResult();
        _sent[3].Answer.SetResult();

        Assert.Equal([1, 1, 64, 5], _sent.Select(each => each.Batch.Count));
        Assert.Equal(items, _sent.SelectMany(each => each.Batch));
        Assert.Equal([false], items.Select(item => item.Task.IsCompletedSuccessfully).Where(isComplete => !isComplete));
        _sent[1].Answer.SetResult();
        Assert.All(items, item => Assert.True(item.Task.IsCompletedSuccessfully));
    }

    [Fact]
    public void An_item_added_after_all_answers_is_sent_immediately()
    {
        Add(1);
        _sent[0].Answer.SetResult();

        Add(1);

        Assert.Equal([1, 1], _sent.Select(each => each.Batch.Count));
    }

    [Fact]
    public void A_failure_reaches_only_its_own_batch_and_the_next_batch_is_sent()
    {
        var items = Add(4);

        _sent[0].Answer.SetException(new InvalidOperationException());

        Assert.True(items[0].Task.IsFaulted);
        Assert.Equal([items[2], items[3]], _sent[2].Batch);
        Assert.All(items.Skip(1), item => Assert.False(item.Task.IsCompleted));
    }

    [Fact]
    public void If_the_store_is_unavailable_all_waiting_items_fail_immediately()
    {
        var items = Add(80);

        _sent[0].Answer.SetException(new StoreUnavailableException("Nobody answers"));

        Assert.Equal(2, _sent.Count);
        Assert.Equal(items[1], Assert.Single(items, item => !item.Task.IsFaulted));
    }

    private List<Item> Add(int count)
    {
        var items = Enumerable.Range(0, count).Select(_ => new Item()).ToList();
        items.ForEach(_batcher.Add);
        return items;
    }

    private sealed class Item : TaskCompletionSource, IBatchItem;
}
