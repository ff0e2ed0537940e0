// Goal: rules about the shape of the code, checked on its syntax trees.

using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Faultline.Tidy;

public sealed class SyntaxTests
{
    private const int FunctionLinesMax = 70;

    /// <summary>The domain integers, a line or two each, stand together.</summary>
    private const string Units = "src/Faultline.Base/Units.cs";

    [Fact]
    public void Functions_AreShort()
    {
        List<string> findings = [];
        foreach ((string path, SyntaxNode root) in Trees())
        {
            foreach (SyntaxNode function in root.DescendantNodes().Where(static node =>
                node is BaseMethodDeclarationSyntax or AccessorDeclarationSyntax or LocalFunctionStatementSyntax))
            {
                FileLinePositionSpan span = function.SyntaxTree.GetLineSpan(function.Span);
                int lines = span.EndLinePosition.Line - span.StartLinePosition.Line + 1;
                if (lines > FunctionLinesMax)
                {
                    findings.Add($"{path}:{span.StartLinePosition.Line + 1}: {lines} lines");
                }
            }
        }

        Repository.AssertNone(findings);
    }

    [Fact]
    public void Files_HoldOneTopLevelType()
    {
        IEnumerable<string> findings =
            from tree in Trees()
            where tree.Path.StartsWith("src/", StringComparison.Ordinal) && tree.Path != Units
            let types = tree.Root.DescendantNodes(static node => node is not BaseTypeDeclarationSyntax)
                .Count(static node => node is BaseTypeDeclarationSyntax or DelegateDeclarationSyntax)
            where types > 1
            select $"{tree.Path}: {types} types";
        Repository.AssertNone(findings);
    }

    [Fact]
    public void Files_AreNamedAfterTheirType()
    {
        List<string> findings = [];
        foreach ((string path, SyntaxNode root) in Trees().Where(static tree => tree.Path.StartsWith("src/", StringComparison.Ordinal)))
        {
            BaseTypeDeclarationSyntax? type = root.DescendantNodes().OfType<BaseTypeDeclarationSyntax>().FirstOrDefault();
            string stem = Path.GetFileName(path).Split('.')[0];
            if (type is not null && type.Identifier.Text != stem && path != Units)
            {
                findings.Add($"{path}: holds {type.Identifier.Text}");
            }
        }

        Repository.AssertNone(findings);
    }

    [Fact]
    public void Namespaces_AreFolders()
    {
        List<string> findings = [];
        foreach ((string path, SyntaxNode root) in Trees().Where(static tree => tree.Path.StartsWith("src/", StringComparison.Ordinal)))
        {
            string expected = Path.GetDirectoryName(path)!.Replace('\\', '/')["src/".Length..].Replace('/', '.');
            string? actual = root.DescendantNodes().OfType<FileScopedNamespaceDeclarationSyntax>().FirstOrDefault()?.Name.ToString();
            if (actual is not null && actual != expected)
            {
                findings.Add($"{path}: namespace {actual}");
            }
        }

        Repository.AssertNone(findings);
    }

    // A log line that names a reason names a source line: each is raised at exactly one place.
    [Fact]
    public void Reasons_AreRaisedAtOnePlace()
    {
        Dictionary<string, int> uses = [];
        List<(string Table, string Field)> reasons = [];
        foreach ((string path, SyntaxNode root) in Trees().Where(static tree => tree.Path.StartsWith("src/", StringComparison.Ordinal)))
        {
            foreach (FieldDeclarationSyntax field in root.DescendantNodes().OfType<FieldDeclarationSyntax>())
            {
                if (field.Declaration.Type.ToString() == "Reason" && path.EndsWith("Reasons.cs", StringComparison.Ordinal))
                {
                    string table = field.Ancestors().OfType<ClassDeclarationSyntax>().First().Identifier.Text;
                    reasons.Add((table, field.Declaration.Variables[0].Identifier.Text));
                }
            }

            foreach (MemberAccessExpressionSyntax access in root.DescendantNodes().OfType<MemberAccessExpressionSyntax>())
            {
                bool isComparison = access.Parent is BinaryExpressionSyntax
                {
                    RawKind: (int)SyntaxKind.EqualsExpression or (int)SyntaxKind.NotEqualsExpression,
                };
                string owner = access.Expression.ToString().Split('.')[^1];
                if (owner.EndsWith("Reasons", StringComparison.Ordinal) && !isComparison)
                {
                    string key = $"{owner}.{access.Name.Identifier.Text}";
                    uses[key] = uses.GetValueOrDefault(key) + 1;
                }
            }
        }

        Assert.NotEmpty(reasons);
        Repository.AssertNone(reasons
            .Select(reason => (Key: $"{reason.Table}.{reason.Field}", Count: uses.GetValueOrDefault($"{reason.Table}.{reason.Field}")))
            .Where(static reason => reason.Count != 1)
            .Select(static reason => $"{reason.Key}: raised at {reason.Count} places"));
    }

    private static IEnumerable<(string Path, SyntaxNode Root)> Trees() =>
        Repository.Sources().Select(static path =>
            (Repository.Relative(path), CSharpSyntaxTree.ParseText(File.ReadAllText(path)).GetRoot()));
}
