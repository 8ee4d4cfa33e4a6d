using System.Threading.Channels;
using CallCluster.Grains.Machines;

namespace CallCluster.Grains.Records;

/// <summary>
/// Hands what comes to a disk in batches, by one writer. A batch that the disk refuses is tried again until it is taken, or the writer stops; what comes meanwhile waits, and what has no room is not taken.
/// </summary>
/// <typeparam name="T">What is written.</typeparam>
/// <param name="mostQueued">How many may wait.</param>
/// <param name="largestBatch">How many are written at once.</param>
/// <param name="write">Writes a batch: all of it, or nothing and throws <see cref="IOException"/> or <see cref="UnauthorizedAccessException"/>.</param>
/// <param name="refused">Told of each failure, how many items it concerns, and when they are tried again.</param>
/// <param name="time">The time.</param>
public sealed class BatchWriter<T>(int mostQueued, int largestBatch, Action<IReadOnlyList<T>> write, Action<Exception, int, TimeSpan> refused, TimeProvider time) : IAsyncDisposable
{
    private static readonly TimeSpan FirstRetry = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestRetry = TimeSpan.FromSeconds(30);

    /// <summary>At the end, for a disk that refuses.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);
    private readonly Channel<Pending> _queue = Channel.CreateBounded<Pending>(new BoundedChannelOptions(mostQueued) { SingleReader = true });
    private readonly CancellationTokenSource _stopping = new();
    private bool _isClosed;
    private Task _loop = Task.CompletedTask;

    /// <summary>Begins to write; what was added before waits for it.</summary>
    public void Start() => _loop = Task.Run(WriteAll);

    /// <summary>Takes an item; the task ends when it is written, and is cancelled when the writer stops first. Null: there is no room.</summary>
    public Task? TryAdd(T item)
    {
        var pending = new Pending(item, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        if (_queue.Writer.TryWrite(pending)) return pending.Done.Task;
        return Volatile.Read(ref _isClosed) ? Task.FromCanceled(new CancellationToken(canceled: true)) : null;
    }

    /// <summary>Writes what waits, as long as the disk takes it.</summary>
    public async ValueTask DisposeAsync()
    {
        Volatile.Write(ref _isClosed, true);
        _queue.Writer.TryComplete();
        _stopping.CancelAfter(Patience);
        await _loop;
        _stopping.Dispose();
    }

    private async Task WriteAll()
    {
        var (batch, items) = (new List<Pending>(), new List<T>());
        while (await _queue.Reader.WaitToReadAsync())
        {
            batch.Clear();
            items.Clear();
            while (batch.Count < largestBatch && _queue.Reader.TryRead(out var pending))
            {
                batch.Add(pending);
                items.Add(pending.Item);
            }

            var isWritten = await Write(items);
            foreach (var pending in batch)
            {
                if (isWritten) pending.Done.SetResult();
                else pending.Done.SetCanceled();
            }
        }
    }

    private async Task<bool> Write(List<T> items)
    {
        for (var failures = 1; ; failures++)
        {
            try
            {
                write(items);
                return true;
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                refused(exception, items.Count, Backoff.After(failures, FirstRetry, LongestRetry));
            }

            try
            {
                await Task.Delay(Backoff.After(failures, FirstRetry, LongestRetry), time, _stopping.Token);
            }
            catch (OperationCanceledException)
            {
                return false;
            }
        }
    }

    private readonly record struct Pending(T Item, TaskCompletionSource Done);
}
