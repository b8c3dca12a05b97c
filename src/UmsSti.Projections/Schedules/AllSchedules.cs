using UmsSti.ReadModels;
using UmsSti.ReadModels.Dues;
using UmsSti.ReadModels.Permissions;
using UmsSti.ReadModels.Users;

namespace UmsSti.Projections.Schedules;

/// <summary>The schedules of this program.</summary>
public static class AllSchedules
{
    /// <summary>All of them.</summary>
    public static IReadOnlyList<ISchedule> Of(Application.Application application, ReadModelDatabase readModel, ScheduleOptions options)
    {
        var dues = new DueDates(readModel);
        return
        [
            new VerificationSchedule(application.Processes, dues, options),
            new ProcessSchedule(application.Processes, dues, options),
            new SuspensionSchedule(application.Door, dues, options),
            new RightsSchedule(application.Door, new RightsUpkeep(readModel), options),
            new InactivitySchedule(application.Door, application.SignIns, new InactiveUsers(readModel), options),
        ];
    }
}
