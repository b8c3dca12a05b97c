namespace UmsSti.Server.Hosting;

/// <summary>Where configuration comes from: <c>appsettings.json</c> of the working folder, then the environment.</summary>
public static class Configuration
{
    /// <summary>Reads and checks the options; <paramref name="dataDirectory"/> of the command line goes first.</summary>
    public static ServerOptions Read(string? dataDirectory)
    {
        try
        {
            var configuration = new ConfigurationBuilder()
                .SetBasePath(Directory.GetCurrentDirectory())
                .AddJsonFile("appsettings.json", optional: true, reloadOnChange: false)
                .AddEnvironmentVariables()
                .Build();
            var environment = configuration["ASPNETCORE_ENVIRONMENT"] ?? configuration["DOTNET_ENVIRONMENT"] ?? "Production";
            return ServerOptions.Read(configuration, environment, dataDirectory);
        }
        catch (InvalidDataException broken)
        {
            throw new StartRefusedException($"appsettings.json cannot be read ({broken.InnerException?.Message ?? broken.Message}): mend it or take it away.", broken);
        }
    }
}
