using System.Collections;

namespace CallCluster.Grains.Queues;

/// <summary>Callers by their place, first in line first: like a sorted set, and it tells how many stand before one. Adding, removing and telling cost the logarithm of how many there are.</summary>
/// <remarks>A treap: a search tree by place that is a heap by random rank, each node with the size of what hangs below it.</remarks>
public sealed class CallersInOrder : IEnumerable<Caller>
{
    private Node? _root;
    private uint _random = 2463534242;

    public int Count => Size(_root);

    public Caller? First
    {
        get
        {
            var node = _root;
            while (node?.Left is { } left) node = left;
            return node?.Caller;
        }
    }

    /// <summary>Takes the caller in; one who is here already changes nothing.</summary>
    public void Add(Caller caller)
    {
        // Xorshift: the shape need not be a secret, only not the callers' to choose.
        _random ^= _random << 13;
        _random ^= _random >> 17;
        _random ^= _random << 5;
        _root = Insert(_root, new Node(caller, _random));
    }

    public void Remove(Caller caller) => _root = Without(_root, caller);

    /// <summary>How many stand before the caller, who need not be here.</summary>
    public int Before(Caller caller)
    {
        var before = 0;
        for (var node = _root; node is not null;)
        {
            if (Caller.PlaceOrder.Compare(node.Caller, caller) < 0)
            {
                before += Size(node.Left) + 1;
                node = node.Right;
            }
            else
            {
                node = node.Left;
            }
        }

        return before;
    }

    public IEnumerator<Caller> GetEnumerator()
    {
        var left = new Stack<Node>();
        for (var node = _root; node is not null || left.Count > 0; node = node.Right)
        {
            for (; node is not null; node = node.Left) left.Push(node);
            node = left.Pop();
            yield return node.Caller;
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private static int Size(Node? node) => node?.Size ?? 0;

    private static Node Insert(Node? node, Node added)
    {
        if (node is null) return added;
        switch (Caller.PlaceOrder.Compare(added.Caller, node.Caller))
        {
            case < 0:
                var left = node.Left = Insert(node.Left, added);
                if (left.Rank <= node.Rank) break;
                (node.Left, left.Right) = (left.Right, node);
                node.Count();
                node = left;
                break;
            case > 0:
                var right = node.Right = Insert(node.Right, added);
                if (right.Rank <= node.Rank) break;
                (node.Right, right.Left) = (right.Left, node);
                node.Count();
                node = right;
                break;
        }

        node.Count();
        return node;
    }

    private static Node? Without(Node? node, Caller caller)
    {
        if (node is null) return null;
        switch (Caller.PlaceOrder.Compare(caller, node.Caller))
        {
            case < 0: node.Left = Without(node.Left, caller); break;
            case > 0: node.Right = Without(node.Right, caller); break;
            default: return Joined(node.Left, node.Right);
        }

        node.Count();
        return node;
    }

    private static Node? Joined(Node? first, Node? second)
    {
        if (first is null || second is null) return first ?? second;
        var top = first.Rank > second.Rank ? first : second;
        if (top == first) first.Right = Joined(first.Right, second);
        else second.Left = Joined(first, second.Left);
        top.Count();
        return top;
    }

    private sealed class Node(Caller caller, uint rank)
    {
        public Caller Caller { get; } = caller;

        public uint Rank { get; } = rank;

        public Node? Left { get; set; }

        public Node? Right { get; set; }

        /// <summary>Callers from here on down.</summary>
        public int Size { get; private set; } = 1;

        public void Count() => Size = 1 + (Left?.Size ?? 0) + (Right?.Size ?? 0);
    }
}
