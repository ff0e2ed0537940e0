// A name of the model.

namespace Faultline.Reference.Volumes;

internal sealed class ModelName(ModelName? parent, string name, ModelNode node)
{
    internal ModelName? Parent { get; set; } = parent;

    internal string Name { get; set; } = name;

    internal ModelNode Node { get; set; } = node;

    internal int Slot { get; set; } // in the list of all names

    internal string Path => Parent is null ? "" : Parent.Path + "/" + Name;

    internal bool IsBelow(ModelName other)
    {
        ModelName? at = this;
        while (at is not null && !ReferenceEquals(at, other))
        {
            at = at.Parent;
        }

        return at is not null;
    }
}
