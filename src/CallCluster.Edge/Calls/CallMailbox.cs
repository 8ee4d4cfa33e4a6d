using Microsoft.Extensions.Logging;

namespace CallCluster.Edge.Calls;

/// <summary>
/// Runs everything that concerns one call, one thing at a time, on the thread pool. SIP callbacks (under the endpoint's lock), the media thread and
/// the cluster's observer only post here, so a call's own state needs no lock and no lock is ever held while another layer is called.
/// </summary>
internal sealed partial class CallMailbox(string callId, Action afterEachRun, ILogger logger) : IThreadPoolWorkItem
{
    private readonly Queue<Action> _work = new();
    private bool _running;

    /// <summary>Queues work; returns at once.</summary>
    public void Post(Action work)
    {
        if (Add(work)) ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    /// <summary>Does the work now when the mailbox is idle, else queues it: for callers on the thread pool that hold no lock, whom it saves a change of thread.</summary>
    public void Run(Action work)
    {
        if (Add(work)) Execute();
    }

    /// <summary>Empties the mailbox; called by the thread pool.</summary>
    public void Execute()
    {
        do
        {
            while (Take() is { } work) Try(work);
            Try(afterEachRun);
        }
        while (!Rest());
    }

    /// <summary>True when the mailbox was idle: the caller sees to it that it is emptied.</summary>
    private bool Add(Action work)
    {
        lock (_work)
        {
            _work.Enqueue(work);
            var wasIdle = !_running;
            _running = true;
            return wasIdle;
        }
    }

    private Action? Take()
    {
        lock (_work) return _work.TryDequeue(out var work) ? work : null;
    }

    /// <summary>False when work has come meanwhile.</summary>
    private bool Rest()
    {
        lock (_work)
        {
            _running = _work.Count > 0;
            return !_running;
        }
    }

    private void Try(Action work)
    {
        try
        {
            work();
        }
        catch (Exception exception)
        {
            EdgeMetrics.MailboxFailures.Add(1);
            LogFailed(exception, callId);
        }
    }

    [LoggerMessage(LogLevel.Error, "Call {CallId}: a step failed at this edge; the call goes on with its next step. Report this with the stack trace.")]
    private partial void LogFailed(Exception exception, string callId);
}
