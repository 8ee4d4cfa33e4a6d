using System.Text.Json.Serialization;
using CallCluster.Contracts.Calls;

namespace CallCluster.Grains.Records;

/// <summary>The JSON form of a call detail record: property names as in the API, enums by name, absent values left out.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(CallRecord))]
internal sealed partial class CallRecordJson : JsonSerializerContext;
