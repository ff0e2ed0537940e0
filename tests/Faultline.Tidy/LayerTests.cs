// Goal: a project references what DESIGN's table allows and nothing else. The table here is the table there.

using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Xml.Linq;

namespace Faultline.Tidy;

public sealed class LayerTests
{
    // Each project and the ones its row names; what those use is allowed, too.
    private static readonly Dictionary<string, string[]> s_rows = new()
    {
        ["Faultline.Abi"] = [],
        ["Faultline.Base"] = ["Faultline.Abi"],
        ["Faultline.Locking"] = ["Faultline.Base"],
        ["Faultline.Block"] = ["Faultline.Locking"],
        ["Faultline.PageCache"] = ["Faultline.Block"],
        ["Faultline.Iomap"] = ["Faultline.PageCache"],
        ["Faultline.Vfs"] = ["Faultline.Iomap"],
        ["Faultline.Jbd2"] = ["Faultline.Block"],
        ["Faultline.Ext"] = ["Faultline.Vfs", "Faultline.Jbd2"],
        ["Faultline.Tmpfs"] = ["Faultline.Vfs"],
        ["Faultline"] = ["Faultline.Vfs", "Faultline.Ext"],
        ["Faultline.Lab"] = ["Faultline"],
        ["Faultline.Cli"] = ["Faultline"],
    };

    [Fact]
    public void ProjectReferences_AreThoseOfTheTable()
    {
        List<string> findings = [];
        foreach (string path in Repository.Files("src", "*.csproj"))
        {
            string name = Path.GetFileNameWithoutExtension(path);
            if (!s_rows.ContainsKey(name))
            {
                findings.Add($"{name}: not in the table");
                continue;
            }

            HashSet<string> allowed = Reachable(name);
            foreach (XElement reference in XDocument.Load(path).Descendants("ProjectReference"))
            {
                string target = Path.GetFileNameWithoutExtension(
                    ((string)reference.Attribute("Include")!).Replace('\\', '/'));
                if (!allowed.Contains(target))
                {
                    findings.Add($"{name} references {target}, which its row does not allow");
                }
            }
        }

        Repository.AssertNone(findings);
    }

    [Fact]
    public void TheTable_HasNoCycle() =>
        Repository.AssertNone(s_rows.Keys.Where(name => Reachable(name).Contains(name)));

    private static HashSet<string> Reachable(string name)
    {
        HashSet<string> reached = [];
        Stack<string> pending = new(s_rows[name]);
        while (pending.TryPop(out string? next))
        {
            if (reached.Add(next))
            {
                foreach (string below in s_rows[next])
                {
                    pending.Push(below);
                }
            }
        }

        return reached;
    }
}
