using CallCluster.Edge.Naming;

namespace CallCluster.Edge.Tests.Naming;

public sealed class CallNamesTests
{
    private readonly CallNames _names = new("a key that all edges share"u8.ToArray());

    [Fact]
    public void Every_edge_with_the_key_makes_the_same_id_and_another_key_another_one()
    {
        var id = _names.CallId("abc@host", "tag1", 1);
        Assert.Equal(id, new CallNames("a key that all edges share"u8.ToArray()).CallId("abc@host", "tag1", 1));
        Assert.NotEqual(id, new CallNames("another"u8.ToArray()).CallId("abc@host", "tag1", 1));
        Assert.NotEqual(id, _names.CallId("abc@host", "tag2", 1));
    }

    [Fact]
    public void A_caller_who_tries_again_makes_another_call() =>
        Assert.NotEqual(_names.CallId("abc@host", "tag1", 1), _names.CallId("abc@host", "tag1", 2));

    [Fact]
    public void Moving_characters_between_call_id_and_tag_changes_the_id() =>
        Assert.NotEqual(_names.CallId("ab", "c", 1), _names.CallId("a", "bc", 1));

    [Theory]
    [InlineData(0)]
    [InlineData(7)]
    [InlineData(4711)]
    public void A_tag_gives_back_call_and_leg(int leg)
    {
        var id = _names.CallId("abc@host", "tag1", 1);
        Assert.True(_names.TryRead(_names.Tag(id, leg), out var readId, out var readLeg));
        Assert.Equal((id, leg), (readId, readLeg));
    }

    [Fact]
    public void A_tag_with_any_character_changed_is_not_ours()
    {
        var tag = _names.Tag(_names.CallId("abc@host", "tag1", 1), 3);
        for (var i = 0; i < tag.Length; i++)
        {
            var forged = tag.ToCharArray();
            forged[i] = forged[i] == '0' ? '1' : '0';
            Assert.False(_names.TryRead(new string(forged), out _, out _), $"position {i}");
        }
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("as7d6f")]
    [InlineData("00000000000000000000000000000000--000000000000")]
    [InlineData("00000000000000000000000000000000-99999999999-000000000000")]
    public void Other_tags_are_not_ours(string? tag) => Assert.False(_names.TryRead(tag, out _, out _));
}
