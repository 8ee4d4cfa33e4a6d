using CallCluster.Contracts.Configuration;
using CallCluster.Contracts.Events;
using CallCluster.Contracts.Tickets;
using CallCluster.Grains.Tickets;
using Microsoft.Extensions.Logging.Abstractions;

namespace CallCluster.Grains.Tests.Tickets;

public sealed class TicketFilesTests : IRoutingConfiguration, IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("callcluster-tickets-");
    private readonly TicketFiles _files;

    public TicketFilesTests()
    {
        Current = new RoutingOptions { Voicemail = new VoicemailOptions { Directory = _directory.FullName } };
        _files = new TicketFiles(this, TimeProvider.System, NullLogger<TicketFiles>.Instance);
    }

    public RoutingOptions Current { get; set; }

    [Fact]
    public async Task A_ticket_comes_back_from_disk_as_it_was_last_written()
    {
        await _files.Write(State());
        var claimed = Ticket() with { Status = TicketStatus.Claimed, ClaimedBy = "alice", Version = 9, AudioFile = "t1.wav", Duration = TimeSpan.FromSeconds(3.5) };
        var news = new TicketNews("t1/created", EventKind.TicketCreated, DateTimeOffset.UnixEpoch, Ticket());
        await _files.Write(new TicketState { Ticket = claimed, News = [news] });
        var read = Assert.Single(_files.ReadAll());
        Assert.Equal((claimed, news), (read.Ticket, Assert.Single(read.News)));
        Assert.Equal(["t1.ticket.json"], _directory.GetFiles().Select(file => file.Name));
    }

    [Fact]
    public async Task A_torn_or_foreign_file_is_passed_over()
    {
        await _files.Write(State());
        File.WriteAllText(Path.Combine(_directory.FullName, "t2.ticket.json"), "{ \"ticket\": { \"id\": \"t2\"");
        File.WriteAllText(Path.Combine(_directory.FullName, "t3.ticket.json"), "{}");
        File.WriteAllText(Path.Combine(_directory.FullName, "t1.json"), "{}");
        Assert.Equal("t1", Assert.Single(_files.ReadAll()).Ticket!.Id);
    }

    [Fact]
    public async Task What_a_dead_process_left_half_written_is_no_ticket_and_is_found_and_removed()
    {
        await _files.Write(State());
        var left = Path.Combine(_directory.FullName, $"t1.ticket.json.{Guid.NewGuid():n}");
        File.WriteAllText(left, "{ \"ticket\": { \"id\": \"t1\"");
        Assert.Single(_files.ReadAll());
        Assert.Equal([left], _files.Unfinished());
        _files.Remove(left);
        Assert.Equal(["t1.ticket.json"], _directory.GetFiles().Select(file => file.Name));
    }

    [Fact]
    public async Task A_directory_that_is_not_there_is_not_made()
    {
        var missing = Path.Combine(_directory.FullName, "missing");
        Current = new RoutingOptions { Voicemail = new VoicemailOptions { Directory = missing } };
        await _files.Write(State());
        Assert.False(Directory.Exists(missing));
        Assert.Empty(_files.ReadAll());
    }

    [Fact]
    public async Task A_disk_that_does_not_take_it_holds_up_nobody()
    {
        Directory.CreateDirectory(Path.Combine(_directory.FullName, Contracts.Tickets.Ticket.FileOf("t1")));
        await _files.Write(State());
        Assert.Empty(_files.ReadAll());
    }

    public void Dispose() => _directory.Delete(recursive: true);

    private static TicketState State() => new() { Ticket = Ticket() };

    private static Ticket Ticket() => new()
    {
        Id = "t1",
        CallId = "c1",
        Box = "support",
        Caller = "+1555",
        Dialled = "support",
        Reason = "Waited",
        Waited = TimeSpan.FromSeconds(9),
        CreatedAt = DateTimeOffset.UnixEpoch,
        Duration = TimeSpan.Zero,
        Status = TicketStatus.Open,
    };
}
