using TokenAuth.Kernel.Storage;
using TokenAuth.Kernel.Storage.PostgreSql;

namespace TokenAuth.Tests.Kernel.Storage.PostgreSql;

/// <summary>Who goes together, and who is told what.</summary>
public sealed class BatcherTests
{
    private readonly List<(IReadOnlyList<Item> Together, TaskCompletionSource Answer)> _sent = [];
    private readonly Batcher<Item> _gathering;

    public BatcherTests() => _gathering = new Batcher<Item>(async together =>
    {
        var answer = new TaskCompletionSource();
        _sent.Add((together, answer));
        await answer.Task;
        foreach (var letter in together)
            letter.SetResult();
    });

    [Fact]
    public void What_comes_in_while_two_are_on_their_way_goes_together_and_at_most_sixty_four()
    {
        var letters = Post(2 + 64 + 5);
        Assert.Equal([1, 1], _sent.Select(each => each.Together.Count));

        _sent[0].Answer.SetResult();
        Assert.True(letters[0].Task.IsCompletedSuccessfully);
        _sent[2].Answer.SetResult();
        _sent[3].Answer.SetResult();

        Assert.Equal([1, 1, 64, 5], _sent.Select(each => each.Together.Count));
        Assert.Equal(letters, _sent.SelectMany(each => each.Together));
        Assert.Equal([false], letters.Select(letter => letter.Task.IsCompletedSuccessfully).Where(isAnswered => !isAnswered));
        _sent[1].Answer.SetResult();
        Assert.All(letters, letter => Assert.True(letter.Task.IsCompletedSuccessfully));
    }

    [Fact]
    public void Who_comes_after_all_is_answered_goes_at_once()
    {
        Post(1);
        _sent[0].Answer.SetResult();

        Post(1);

        Assert.Equal([1, 1], _sent.Select(each => each.Together.Count));
    }

    [Fact]
    public void A_failure_is_told_to_those_who_went_together_and_the_next_go_all_the_same()
    {
        var letters = Post(4);

        _sent[0].Answer.SetException(new InvalidOperationException());

        Assert.True(letters[0].Task.IsFaulted);
        Assert.Equal([letters[2], letters[3]], _sent[2].Together);
        Assert.All(letters.Skip(1), letter => Assert.False(letter.Task.IsCompleted));
    }

    [Fact]
    public void When_nobody_answers_all_who_wait_are_told_at_once()
    {
        var letters = Post(80);

        _sent[0].Answer.SetException(new StoreUnavailableException("Nobody answers"));

        Assert.Equal(2, _sent.Count);
        Assert.Equal(letters[1], Assert.Single(letters, letter => !letter.Task.IsFaulted));
    }

    private List<Item> Post(int count)
    {
        var letters = Enumerable.Range(0, count).Select(_ => new Item()).ToList();
        letters.ForEach(_gathering.Add);
        return letters;
    }

    private sealed class Item : TaskCompletionSource, IBatchItem;
}
