namespace UmsSti.Server.Http;

/// <summary>Entity tags on answers to reads.</summary>
public static class Tags
{
    /// <summary>Sets the tag of the version. False when the caller knows it already: 304 has then been answered.</summary>
    public static bool IsNews(HttpContext http, long version)
    {
        http.Response.Headers.ETag = Preconditions.Tag(version);
        if (!Preconditions.IsKnown(http, version))
        {
            return true;
        }

        http.Response.StatusCode = StatusCodes.Status304NotModified;
        return false;
    }
}
