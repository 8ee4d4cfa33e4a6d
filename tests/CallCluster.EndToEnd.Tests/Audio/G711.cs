namespace CallCluster.EndToEnd.Tests.Audio;

/// <summary>ITU-T G.711 by its definition, to check the product's tables with.</summary>
public static class G711
{
    public static short MuLawToLinear(byte code)
    {
        var value = ~code & 0xFF;
        var magnitude = ((((value & 0x0F) << 3) + 0x84) << ((value >> 4) & 7)) - 0x84;
        return (short)((value & 0x80) != 0 ? -magnitude : magnitude);
    }

    public static short ALawToLinear(byte code)
    {
        var value = code ^ 0x55;
        var segment = (value >> 4) & 7;
        var magnitude = ((value & 0x0F) << 4) + 8;
        if (segment > 0) magnitude = (magnitude + 0x100) << (segment - 1);
        return (short)((value & 0x80) != 0 ? magnitude : -magnitude);
    }

    public static byte LinearToMuLaw(short sample) => Nearest(sample, MuLawToLinear);

    public static byte LinearToALaw(short sample) => Nearest(sample, ALawToLinear);

    /// <summary>The code whose value is nearest; slow and plain.</summary>
    private static byte Nearest(short sample, Func<byte, short> decode)
    {
        var best = 0;
        for (var code = 1; code < 256; code++)
            if (Math.Abs(decode((byte)code) - sample) < Math.Abs(decode((byte)best) - sample)) best = code;
        return (byte)best;
    }
}
