using System.Globalization;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace UmsSti.Server.CommandLine;

/// <summary>How much of its own unit a task does a second; empty until that is known.</summary>
internal sealed class RateColumn : ProgressColumn
{
    protected override bool NoWrap => true;

    public override IRenderable Render(RenderOptions options, ProgressTask task, TimeSpan deltaTime)
    {
        // Over the whole time: what is shown last is what the run has done, not its last moment.
        var seconds = task.ElapsedTime?.TotalSeconds ?? 0;
        var rate = seconds > 0 ? task.Value / seconds : 0;
        return new Text(rate >= 1 ? string.Create(CultureInfo.InvariantCulture, $"{rate:N0}/s") : "", Color.Grey).RightJustified();
    }
}
