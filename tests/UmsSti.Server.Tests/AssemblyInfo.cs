[assembly: Xunit.AssemblyFixture(typeof(UmsSti.Server.Tests.Support.SharedServer))]
