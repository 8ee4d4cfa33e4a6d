using System.Text.Json.Serialization;
using CallCluster.Contracts.Calls;
using CallCluster.Contracts.Tickets;

namespace CallCluster.Grains.Records;

/// <summary>The JSON form of call detail records and tickets outside: property names as in the API, enums by name, absent values left out.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(CallRecord))]
[JsonSerializable(typeof(Ticket))]
internal sealed partial class FactJson : JsonSerializerContext;
