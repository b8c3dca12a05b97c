namespace UmsSti.Server.Http;

/// <summary>Entity tags on answers to reads.</summary>
public static class Tags
{
    /// <summary>Sets the tag of the version. False when the caller knows it already: 304 has then been answered. An answer that shows more than the version covers (not whole) is always news.</summary>
    public static bool IsNews(HttpContext http, long version, bool isWhole = true)
    {
        http.Response.Headers.ETag = Preconditions.Tag(version);
        if (!isWhole || !Preconditions.IsKnown(http, version))
        {
            return true;
        }

        http.Response.StatusCode = StatusCodes.Status304NotModified;
        return false;
    }
}
