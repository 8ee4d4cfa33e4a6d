using CallCluster.Contracts.Calls;
using CallCluster.Contracts.Configuration;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace CallCluster.Host.Api;

/// <summary>/api/v1/calls/{id}/supervise</summary>
internal static class SupervisionEndpoints
{
    public static void MapSupervision(this RouteGroupBuilder api)
    {
        var supervision = api.MapGroup("/calls/{id}/supervise").WithTags("calls");
        supervision.MapPost("", Supervise)
            .WithSummary("Rings a supervisor into a call, or changes the mode of the one who is in it. The call's \"supervision\" tells when the phone has answered.")
            .Produces<CallView>(StatusCodes.Status202Accepted).ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status409Conflict);
        supervision.MapDelete("", End)
            .WithSummary("Takes the supervisor out of a call; the others talk on.").Produces(StatusCodes.Status204NoContent).ProducesProblem(StatusCodes.Status404NotFound);
    }

    private static async Task<IResult> Supervise(string id, SupervisionRequest request, IRoutingConfiguration routing, IGrainFactory grains)
    {
        if (!Enum.TryParse<SupervisionMode>(request.Mode, out var mode) || mode.ToString() != request.Mode)
            return Results.Problem($"mode may hold {string.Join(", ", Enum.GetNames<SupervisionMode>())}.", statusCode: StatusCodes.Status400BadRequest);
        if (request.Supervisor is not { } supervisor || !routing.Current.Agents.ContainsKey(supervisor))
            return Results.Problem("supervisor names no agent of Agents.", statusCode: StatusCodes.Status400BadRequest);
        if (!Listing.IsId(id)) return Listing.NotFound("call", id);
        var result = await grains.GetGrain<ICallGrain>(id).Supervise(supervisor, mode);
        return result.Status switch
        {
            SuperviseStatus.Accepted => Results.Accepted($"/api/v1/calls/{id}", result.Call),
            SuperviseStatus.UnknownCall => Listing.NotFound("call", id),
            SuperviseStatus.UnknownSupervisor => Results.Problem($"The silo of call {id} knows no agent {supervisor}: its configuration is another.", statusCode: StatusCodes.Status409Conflict),
            SuperviseStatus.OwnCall => Conflict($"{supervisor} is the agent of call {id}."),
            SuperviseStatus.NoAgent => Conflict($"No agent is in call {id}: nobody could be whispered to, use Listen or Barge."),
            SuperviseStatus.SupervisedAlready => Conflict($"{result.Call!.Supervision!.Supervisor} supervises call {id} already."),
            _ => Conflict($"The caller of call {id} talks with nobody: its state is {result.Call!.State}."),
        };
    }

    private static async Task<IResult> End(string id, IGrainFactory grains)
    {
        var status = Listing.IsId(id) ? (await grains.GetGrain<ICallGrain>(id).EndSupervision()).Status : SuperviseStatus.UnknownCall;
        return status switch
        {
            SuperviseStatus.Accepted => Results.NoContent(),
            SuperviseStatus.NotSupervised => Results.Problem($"Nobody supervises call {id}.", statusCode: StatusCodes.Status404NotFound),
            _ => Listing.NotFound("call", id),
        };
    }

    private static IResult Conflict(string detail) => Results.Problem(detail, statusCode: StatusCodes.Status409Conflict);
}
