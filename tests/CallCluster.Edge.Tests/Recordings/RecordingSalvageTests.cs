using CallCluster.Contracts.Configuration;
using CallCluster.Contracts.Tickets;
using CallCluster.Edge.Recordings;
using CallCluster.Edge.Tests.Support;
using CallCluster.Media.Recording;
using CallCluster.Media.Wav;
using Microsoft.Extensions.Logging.Abstractions;

namespace CallCluster.Edge.Tests.Recordings;

/// <summary>What a dead edge leaves is finished, wherever it died (PROTOCOL rule 22).</summary>
public sealed class RecordingSalvageTests : IRoutingConfiguration, IDisposable
{
    private const string Id = "call-1";
    private const int HeadLength = 44;
    private static readonly short[] Said = [.. Enumerable.Range(1, 100).Select(i => (short)(i * 100))];
    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("callcluster-salvage-");
    private readonly ClusterDouble _cluster;
    private readonly IGrainFactory _grains;

    public RecordingSalvageTests()
    {
        (_cluster, _grains) = ClusterDouble.New();
        Current = new RoutingOptions { Voicemail = new VoicemailOptions { Directory = Folder("voicemail") }, Recordings = new RecordingsOptions { Directory = Folder("recordings") } };
    }

    public RoutingOptions Current { get; }

    private string Voicemail => Current.Voicemail.Directory;

    [Fact]
    public async Task The_files_of_a_message_cut_at_any_byte_are_a_ticket_and_all_audio_that_was_written()
    {
        // What an edge writes, in this order: the manifest under another name, the manifest, the audio byte by byte.
        new RecordingManifest(Id, Id, "support", "edge-1", "+15550111", default, Draft()).Write(Voicemail);
        var manifest = File.ReadAllBytes(Path.Combine(Voicemail, $"{Id}.json"));
        WavWriter.WriteAll(RecordingFiles.PartOf(Voicemail, Id), Said);
        var audio = File.ReadAllBytes(RecordingFiles.PartOf(Voicemail, Id));
        for (var cut = 0; cut <= manifest.Length; cut++) Assert.Null(await After(() => Put($"{Id}.json.part", manifest[..cut])));
        Assert.Null((await After(() => Put($"{Id}.json", manifest)))!.AudioFile);
        for (var cut = 0; cut <= audio.Length; cut++)
        {
            var ticket = await After(() =>
            {
                Put($"{Id}.json", manifest);
                Put($"{Id}.part.wav", audio[..cut]);
            });
            var kept = Math.Max(0, cut - HeadLength) / 2;
            Assert.Equal((TimeSpan.FromSeconds(kept / 8000.0), kept == 0 ? null : $"{Id}.wav", true), (ticket!.Duration, ticket.AudioFile, ticket.AudioFailure is not null));
            Assert.Equal(("support", "Waited", "+15550111"), (ticket.Box, ticket.Reason, ticket.Caller));
            Assert.False(File.Exists(RecordingFiles.PartOf(Voicemail, Id)));
            if (kept > 0) Assert.Equal(Said[..kept], WavReader.ReadFile(RecordingFiles.WholeOf(Voicemail, Id)));
        }
    }

    [Fact]
    public async Task Audio_that_was_whole_when_the_process_died_is_a_message_without_fault()
    {
        Message("edge-1", whole: true);
        await Restart(Salvage());
        Assert.Equal(($"{Id}.wav", null, Said.Length / 8000.0), (_cluster.Tickets[Id].AudioFile, _cluster.Tickets[Id].AudioFailure, _cluster.Tickets[Id].Duration.TotalSeconds));
    }

    [Fact]
    public async Task A_message_whose_ticket_is_on_disk_is_left_alone()
    {
        Message("edge-1", whole: true);
        Put(Ticket.FileOf(Id), [.. "{}"u8]);
        await Restart(Salvage());
        Assert.Empty(_cluster.Tickets);
    }

    [Fact]
    public async Task Another_edges_recording_is_finished_when_nobody_writes_to_it_any_more()
    {
        Message("edge-2");
        var salvage = Salvage();
        salvage.LookForOwn();
        await salvage.Look();
        using (var writer = new FileStream(RecordingFiles.PartOf(Voicemail, Id), FileMode.Append)) writer.Write([1, 0]);
        await salvage.Look();
        Assert.Empty(_cluster.Tickets);
        await salvage.Look();
        Assert.Equal((Said.Length + 1) / 8000.0, _cluster.Tickets[Id].Duration.TotalSeconds);
        Assert.Equal(Said.Length + 1, WavReader.ReadFile(RecordingFiles.WholeOf(Voicemail, Id)).Length);
    }

    [Fact]
    public async Task A_manifest_that_a_dead_process_left_half_written_is_removed_when_nobody_writes_to_it_any_more()
    {
        Put($"{Id}.json.part", [.. "{ half"u8]);
        var salvage = Salvage();
        await Restart(salvage);
        Assert.Single(Directory.GetFiles(Voicemail));
        await salvage.Look();
        Assert.Empty(Directory.GetFiles(Voicemail));
        Assert.Empty(_cluster.Tickets);
    }

    [Fact]
    public async Task A_ticket_that_is_not_stored_is_owed_until_it_is()
    {
        Message("edge-1");
        var salvage = Salvage();
        _cluster.TicketsAreStored = false;
        await Restart(salvage);
        Assert.Empty(_cluster.Tickets);
        _cluster.TicketsAreStored = true;
        await salvage.Look();
        Assert.Single(_cluster.Tickets);
    }

    [Fact]
    public async Task A_conversation_is_finished_and_has_no_ticket()
    {
        var directory = Current.Recordings.Directory;
        new RecordingManifest("call-1-conversation", Id, null, "edge-1", "+15550111", default, null).Write(directory);
        using (var writer = WavWriter.Create(RecordingFiles.PartOf(directory, "call-1-conversation"), RecordingFormat.Pcm16, channels: 2)) writer.Write(Said);
        await Restart(Salvage());
        Assert.Equal(Said.Length / 2, WavReader.ReadFile(RecordingFiles.WholeOf(directory, "call-1-conversation")).Length);
        Assert.Empty(_cluster.Tickets);
    }

    [Fact]
    public async Task Files_that_are_nobodys_and_directories_that_are_not_there_do_no_harm()
    {
        Put("notes.json", [.. "[ no manifest"u8]);
        Put("x.part.wav", [.. "no audio"u8]);
        Directory.Delete(Current.Recordings.Directory);
        var salvage = Salvage();
        await Restart(salvage);
        await salvage.Look();
        Assert.Empty(_cluster.Tickets);
        await salvage.Look();
        Assert.Equal(["notes.json", "x.part.wav"], Directory.GetFiles(Voicemail).Select(Path.GetFileName).Order());
    }

    public void Dispose() => _root.Delete(recursive: true);

    private string Folder(string name) => Directory.CreateDirectory(Path.Combine(_root.FullName, name)).FullName;

    private RecordingSalvage Salvage() => new("edge-1", _grains, this, TimeProvider.System, NullLogger.Instance);

    private static Ticket Draft() => new()
    {
        Id = Id,
        CallId = Id,
        Box = "support",
        Caller = "+15550111",
        Dialled = "6000",
        Reason = "Waited",
        Waited = TimeSpan.FromSeconds(9),
        CreatedAt = default,
        Duration = TimeSpan.Zero,
        Status = TicketStatus.Open,
    };

    private void Put(string name, byte[] content) => File.WriteAllBytes(Path.Combine(Voicemail, name), content);

    private void Message(string edge, bool whole = false)
    {
        new RecordingManifest(Id, Id, "support", edge, "+15550111", default, Draft()).Write(Voicemail);
        WavWriter.WriteAll(whole ? RecordingFiles.WholeOf(Voicemail, Id) : RecordingFiles.PartOf(Voicemail, Id), Said);
    }

    /// <summary>The ticket that a restarted edge stores, of files that are there alone.</summary>
    private async Task<Ticket?> After(Action files)
    {
        foreach (var file in Directory.GetFiles(Voicemail)) File.Delete(file);
        _cluster.Tickets.Clear();
        files();
        await Restart(Salvage());
        return _cluster.Tickets.GetValueOrDefault(Id);
    }

    private static Task Restart(RecordingSalvage salvage)
    {
        salvage.LookForOwn();
        return salvage.Look();
    }
}
