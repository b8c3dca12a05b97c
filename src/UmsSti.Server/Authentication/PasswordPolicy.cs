namespace UmsSti.Server.Authentication;

/// <summary>What a password must have (AU-20, AU-21): a length by the type of user, and all four classes of characters.</summary>
public static class PasswordPolicy
{
    /// <summary>Shortest password of a standard user, in characters.</summary>
    public const int MinLength = 12;

    /// <summary>Shortest password of an admin or system user, in characters.</summary>
    public const int MinLengthOfAdmins = 14;

    /// <summary>Longest password that is hashed, in characters.</summary>
    public const int MaxLength = 256;

    /// <summary>What is missing, in words for the field's errors; empty when the password will do.</summary>
    public static IReadOnlyList<string> Judge(string password, string userType)
    {
        var missing = new List<string>();
        var min = userType == "standard" ? MinLength : MinLengthOfAdmins;
        if (password.Length < min)
        {
            missing.Add($"must have at least {min} characters");
        }

        if (password.Length > MaxLength)
        {
            missing.Add($"must have at most {MaxLength} characters");
        }

        Demand(char.IsUpper, "must have an upper-case letter");
        Demand(char.IsLower, "must have a lower-case letter");
        Demand(char.IsDigit, "must have a digit");
        Demand(c => !char.IsLetterOrDigit(c), "must have a symbol");
        return missing;

        void Demand(Func<char, bool> isOfClass, string otherwise)
        {
            if (!password.Any(isOfClass))
            {
                missing.Add(otherwise);
            }
        }
    }
}
