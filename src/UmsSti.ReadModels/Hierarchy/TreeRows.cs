namespace UmsSti.ReadModels.Hierarchy;

/// <summary>A team as a tree shows it; the depth counts steps from the team that was asked about, which has 0.</summary>
public sealed record TreeTeam(string Id, string Slug, string Name, string Type, string State, string? ParentId, int Depth);

/// <summary>A team with the teams below it, ordered by name.</summary>
public sealed record TreeNode(TreeTeam Team, IReadOnlyList<TreeNode> Children);

/// <summary>QY-11. A leaf has no team below it; depth counts levels, a lone root has 1.</summary>
public sealed record HierarchyStatistics(long Teams, long Roots, long Leaves, int MaxDepth);

/// <summary>A team whose closure is not what its parent links ask for, and how many of its rows are too many or missing.</summary>
public sealed record ClosureDifference(string TeamId, long Rows);
