using CallCluster.Contracts.Calls;
using CallCluster.Contracts.Configuration;
using CallCluster.Host.Api.Access;
using CallCluster.Host.Api.Problems;
using CallCluster.Host.Configuration;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace CallCluster.Host.Api;

/// <summary>/api/v1/calls/{id}/supervise</summary>
internal static class SupervisionEndpoints
{
    public static void MapSupervision(this RouteGroupBuilder api)
    {
        var supervision = api.MapGroup("/calls/{id}/supervise").WithTags("calls").Needs(ApiRole.Supervisor);
        supervision.MapPost("", Supervise)
            .WithSummary("Rings a supervisor into a call, or changes the mode of the one who is in it. The call's \"supervision\" tells when the phone has answered.")
            .Produces<CallView>(StatusCodes.Status202Accepted).ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status409Conflict);
        supervision.MapDelete("", End)
            .WithSummary("Takes the supervisor out of a call; the others talk on.").Produces(StatusCodes.Status204NoContent).ProducesProblem(StatusCodes.Status404NotFound);
    }

    private static async Task<IResult> Supervise(string id, SupervisionRequest request, IRoutingConfiguration routing, IGrainFactory grains)
    {
        var errors = new FieldErrors();
        if (!Choice.TryParse<SupervisionMode>(request.Mode, out var mode)) errors.Add("mode", Choice.MayHold<SupervisionMode>("mode"));
        if (request.Supervisor is not { } supervisor || !routing.Current.Agents.ContainsKey(supervisor)) return errors.Add("supervisor", "supervisor names no agent of Agents.").ToResult();
        if (errors.Any) return errors.ToResult();
        if (!Listing.IsId(id)) return Listing.NotFound("call", id);
        var result = await grains.GetGrain<ICallGrain>(id).Supervise(supervisor, mode);
        return result.Status switch
        {
            SuperviseStatus.Accepted => Results.Accepted($"/api/v1/calls/{id}", result.Call),
            SuperviseStatus.UnknownCall => Listing.NotFound("call", id),
            SuperviseStatus.UnknownSupervisor => Problem.Conflict($"The silo of call {id} knows no agent {supervisor}: its configuration is another."),
            SuperviseStatus.OwnCall => Problem.Conflict($"{supervisor} is the agent of call {id}."),
            SuperviseStatus.NoAgent => Problem.Conflict($"No agent is in call {id}: nobody could be whispered to, use Listen or Barge."),
            SuperviseStatus.SupervisedAlready => Problem.Conflict($"{result.Call!.Supervision!.Supervisor} supervises call {id} already."),
            _ => Problem.Conflict($"The caller of call {id} talks with nobody: its state is {result.Call!.State}."),
        };
    }

    private static async Task<IResult> End(string id, IGrainFactory grains)
    {
        var status = Listing.IsId(id) ? (await grains.GetGrain<ICallGrain>(id).EndSupervision()).Status : SuperviseStatus.UnknownCall;
        return status switch
        {
            SuperviseStatus.Accepted => Results.NoContent(),
            SuperviseStatus.NotSupervised => Problem.Of(ProblemKind.NotFound, $"Nobody supervises call {id}."),
            _ => Listing.NotFound("call", id),
        };
    }
}
