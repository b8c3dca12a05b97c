namespace UmsSti.Server.CommandLine;

/// <summary>What the program ends with.</summary>
public static class ExitCodes
{
    public const int Ok = 0;

    /// <summary>What was asked could not be done, or a check found something wrong.</summary>
    public const int Failed = 1;

    /// <summary>The command line itself is wrong.</summary>
    public const int Usage = 2;
}
