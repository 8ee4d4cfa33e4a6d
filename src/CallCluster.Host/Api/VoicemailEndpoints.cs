using CallCluster.Contracts.Configuration;
using CallCluster.Contracts.Tickets;
using CallCluster.Host.Api.Access;
using CallCluster.Host.Configuration;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace CallCluster.Host.Api;

/// <summary>/api/v1/voicemails</summary>
internal static class VoicemailEndpoints
{
    public static void MapVoicemails(this RouteGroupBuilder api) => api.MapGroup("/voicemails").WithTags("voicemails").Needs(ApiRole.Supervisor)
        .MapGet("/{id}/audio", Audio).WithSummary("A voicemail's audio, by the id of its ticket or recording; ranges may be asked for.")
        .Produces<Stream>(StatusCodes.Status200OK, "audio/wav").Produces<Stream>(StatusCodes.Status206PartialContent, "audio/wav").ProducesProblem(StatusCodes.Status404NotFound);

    private static async Task<IResult> Audio(string id, IRoutingConfiguration routing, IGrainFactory grains)
    {
        if (!Listing.IsId(id)) return Listing.NotFound("voicemail", id);
        var name = (await grains.GetGrain<ITicketGrain>(id).View())?.AudioFile ?? $"{id}.wav";
        var directory = Path.GetFullPath(routing.Current.Voicemail.Directory);
        var file = Path.GetFullPath(Path.Combine(directory, name));
        var isInside = file.StartsWith(Path.TrimEndingDirectorySeparator(directory) + Path.DirectorySeparatorChar, StringComparison.Ordinal);
        return isInside && File.Exists(file) ? Results.File(file, "audio/wav", enableRangeProcessing: true) : Listing.NotFound("audio of voicemail", id);
    }
}
