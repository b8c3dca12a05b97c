namespace UmsSti.ReadModels.Permissions;

/// <summary>Numbers of roles, given out once and kept: also for a role that is assigned before its definition is known, which gives nothing until then.</summary>
internal sealed class RoleNumbers
{
    private readonly Dictionary<string, int> _numbers = new(StringComparer.Ordinal);
    private readonly List<string> _ids = [];

    public int NumberOf(string id)
    {
        lock (_numbers)
        {
            if (_numbers.TryGetValue(id, out var number))
                return number;
            _numbers.Add(id, _ids.Count);
            _ids.Add(id);
            return _ids.Count - 1;
        }
    }

    public string IdOf(int number)
    {
        lock (_numbers)
            return _ids[number];
    }
}
