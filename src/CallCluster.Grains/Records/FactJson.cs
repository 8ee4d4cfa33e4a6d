using System.Text.Json.Serialization;
using CallCluster.Contracts.Agents;
using CallCluster.Contracts.Calls;
using CallCluster.Contracts.Tickets;

namespace CallCluster.Grains.Records;

/// <summary>The JSON form of what is told outside, such as call detail records and tickets: property names as in the API, enums by name, absent values left out.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(CallRecord))]
[JsonSerializable(typeof(Ticket))]
[JsonSerializable(typeof(CallView))]
[JsonSerializable(typeof(AgentView))]
internal sealed partial class FactJson : JsonSerializerContext;
