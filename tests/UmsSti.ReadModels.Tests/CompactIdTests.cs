using UmsSti.ReadModels.Permissions;
using Xunit;

namespace UmsSti.ReadModels.Tests;

public sealed class CompactIdTests
{
    [Theory]
    [InlineData("0190a000-1234-7abc-8def-0123456789ab")]
    [InlineData("ffffffff-ffff-ffff-ffff-ffffffffffff")]
    [InlineData("01J9Z3NDEKTSV4RRFFQ69G5FAV")]
    [InlineData("7ZZZZZZZZZZZZZZZZZZZZZZZZZ")]
    [InlineData("00000000000000000000000000")]
    [InlineData("9223372036854775807")]
    [InlineData("12345678901234567")]
    [InlineData("u1")]
    [InlineData("0000000000000000")]
    public void A_text_is_read_back_as_it_was(string text)
    {
        Assert.True(CompactId.TryParse(text, out var id));
        Assert.Equal(text, id.ToString());
        Assert.Equal(id, CompactId.Parse(System.Text.Encoding.UTF8.GetBytes(text)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("0190A000-1234-7abc-8def-0123456789ab")]
    [InlineData("0190a00001234-7abc-8def-0123456789ab")]
    [InlineData("8ZZZZZZZZZZZZZZZZZZZZZZZZZ")]
    [InlineData("01j9z3ndektsv4rrffq69g5fav")]
    [InlineData("01J9Z3NDEKTSV4RRFFQ69G5FAU")]
    [InlineData("9223372036854775808")]
    [InlineData("01234567890123456")]
    [InlineData("+1234567890123456")]
    [InlineData("ümlaut")]
    [InlineData("a\0b")]
    [InlineData("an id of no form whatsoever, longer than any")]
    public void Another_spelling_is_no_id(string text)
    {
        Assert.False(CompactId.TryParse(text, out _));
        Assert.Throws<FormatException>(() => CompactId.Parse(text));
    }

    [Fact]
    public void A_table_agrees_with_a_dictionary_and_what_was_published_stays()
    {
        var random = new Random(1);
        var table = IndexTable<IndexedTeam>.Empty();
        var expected = new Dictionary<int, byte>();
        for (var batch = 0; batch < 60; batch++)
        {
            var (before, known) = (table, expected.ToArray());
            var editor = table.Edit();
            for (var step = 0; step < 50; step++)
            {
                var (key, state) = (random.Next(2_500), (byte)random.Next(200));
                editor.Put(new IndexedTeam(Id(key), key, state));
                expected[key] = state;
            }
            table = editor.Done();

            Assert.Equal(known.Length, before.Count);
            Assert.All(known, pair => Assert.Equal(pair.Value, before.Find(Id(pair.Key)).State));
        }
        Assert.Equal(expected.Count, table.Count);
        for (var key = 0; key < 2_500; key++)
        {
            var found = table.Find(Id(key));
            Assert.Equal(expected.TryGetValue(key, out var state) ? (key, state) : (-1, 0), found.IsEmpty ? (-1, 0) : (found.Number, found.State));
        }
    }

    [Theory]
    [InlineData(4)]
    [InlineData(40)]
    public void The_memberships_of_a_person_agree_with_a_dictionary_wherever_they_lie(int teams)
    {
        var random = new Random(teams);
        var rights = new IndexedRights(1, [], []);
        var expected = new Dictionary<int, IndexedMembership>();
        var person = new IndexedPerson(Id(1));
        for (var step = 0; step < 2_000; step++)
        {
            var membership = new IndexedMembership(random.Next(3) == 0 ? rights : null, random.Next(teams), (byte)random.Next(200), (byte)random.Next(6));
            var before = person;
            var known = expected.Values.ToArray();
            person.Put(membership);
            expected[membership.Team] = membership;
            var outside = random.Next(2) == 0 ? rights : null;
            person.Give(outside);

            Assert.Same(outside, person.Rights);
            Assert.Equal(known.OrderBy(each => each.Team), before.Memberships().OrderBy(each => each.Team));
            for (var team = 0; team < teams; team++)
                Assert.Equal(
                    (expected.TryGetValue(team, out var wanted), wanted),
                    (person.TryInTeam(team, out var found), found));
        }
        var begun = new IndexedPerson(Id(1));
        begun.Begin(expected.Values);
        Assert.Equal(expected.Values.OrderBy(each => each.Team), begun.Memberships().OrderBy(each => each.Team));
        Assert.All(expected.Values, membership => Assert.True(begun.TryInTeam(membership.Team, out var found) && found == membership));
    }

    private static CompactId Id(int key) => CompactId.Parse(Rights.UserId(key));
}
