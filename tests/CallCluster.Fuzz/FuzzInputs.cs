namespace CallCluster.Fuzz;

/// <summary>Makes the input of each round: mutated seeds, pieces of grammar in a row, one piece repeated to the target's length, noise.</summary>
internal sealed class FuzzInputs
{
    private const int MaxNoise = 200;
    private readonly IFuzzTarget _target;
    private readonly long _seed;
    private readonly byte[][] _corpus;

    public FuzzInputs(IFuzzTarget target, long seed, IReadOnlyList<byte[]> corpus)
    {
        _target = target;
        _seed = seed;
        _corpus = [.. FuzzCorpus.Of(target), .. corpus];
    }

    public byte[] Make(long round)
    {
        var random = new FuzzRandom(_seed, round);
        return random.Below(100) switch
        {
            < 75 => Mutate(ref random),
            < 93 => Pieces(ref random),
            < 95 => Repeat(ref random),
            _ => Noise(ref random),
        };
    }

    private byte[] Mutate(ref FuzzRandom random)
    {
        var bytes = random.Of(_corpus).ToList();
        for (var count = 1 + random.Below(5); count > 0 && bytes.Count > 1; count--)
        {
            var at = random.Below(bytes.Count);
            switch (random.Below(8))
            {
                case 0:
                    bytes[at] = (byte)random.Below(256);
                    break;
                case 1:
                    bytes[at] ^= (byte)(1 << random.Below(8));
                    break;
                case 2:
                    bytes.RemoveRange(at, random.Below(Math.Min(20, bytes.Count - at)));
                    break;
                case 3:
                    bytes.InsertRange(at, bytes.GetRange(at, random.Below(Math.Min(60, bytes.Count - at))));
                    break;
                case 4:
                    bytes.RemoveRange(at, bytes.Count - at);
                    break;
                case 5:
                    bytes.InsertRange(at, Slice(ref random, random.Of(_corpus)));
                    break;
                case 6:
                    (bytes[at], bytes[^1]) = (bytes[^1], bytes[at]);
                    break;
                default:
                    bytes.InsertRange(at, random.Of(_target.Dictionary));
                    break;
            }
        }

        return [.. bytes];
    }

    private byte[] Pieces(ref FuzzRandom random)
    {
        var bytes = new List<byte>(random.Below(3) > 0 ? random.Of(_target.Openings) : []);
        for (var count = random.Below(30); count > 0; count--)
            bytes.AddRange(random.Of(_target.Dictionary));
        return [.. bytes];
    }

    // What is not linear shows only at length.
    private byte[] Repeat(ref FuzzRandom random)
    {
        var bytes = new List<byte>(random.Of(_target.Openings));
        var piece = random.Below(2) == 0 ? random.Of(_target.Dictionary) : [.. random.Of(_target.Dictionary), .. random.Of(_target.Dictionary)];
        while (bytes.Count + piece.Length <= _target.MaxLength - 4)
            bytes.AddRange(piece);
        bytes.AddRange("\r\n\r\n"u8);
        return [.. bytes];
    }

    private static byte[] Noise(ref FuzzRandom random)
    {
        var bytes = new byte[random.Below(MaxNoise)];
        for (var i = 0; i < bytes.Length; i++)
            bytes[i] = (byte)random.Below(256);
        return bytes;
    }

    private static byte[] Slice(ref FuzzRandom random, byte[] bytes)
    {
        var from = random.Below(bytes.Length);
        return bytes[from..(from + random.Below(Math.Min(60, bytes.Length - from)))];
    }
}
