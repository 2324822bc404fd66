import t from "tap";
import { GROUP_ZERO, slot } from "../../../src/base/ids.ts";
import { STORAGE_HANG_MS } from "../../../src/base/limits.ts";
import { SmallWorld } from "./small-world.ts";

const PACE = [0.1, 1] as const;

t.test("a full disk kills every start until there is room, and forgets nothing", async (t) => {
  const world = new SmallWorld(3);
  world.start();
  const leader = await world.elect();
  const { startCount } = leader.disk;
  const { promised } = leader.disk.log(GROUP_ZERO).summary;
  leader.storage.fill();
  leader.kill();
  await world.run(3000);
  t.equal(leader.disk.startCount, startCount, "no start got through");
  const deaths = world.details(leader.name, "disk-fatal");
  t.ok(deaths.length > 5, `${deaths.length} starts failed`);
  t.match(deaths[0], /no space left/);
  t.ok(
    world.members.some((member) => member.isServing),
    "the others go on",
  );
  leader.storage.heal(PACE);
  await world.run(3000);
  t.ok(leader.isUp);
  t.equal(leader.disk.startCount, startCount + 1);
  t.ok(leader.disk.log(GROUP_ZERO).summary.promised >= promised);
});

t.test("a commit that fails ends the process, and it goes on after the next start", async (t) => {
  const world = new SmallWorld(3);
  world.start();
  await world.run(1);
  world.member(0).storage.failNext();
  await world.elect();
  t.match(world.details("n1", "disk-fatal"), [/log: a commit failed: input\/output error/]);
  t.equal(world.details("n1", "started").length, 2);
});

t.test("a commit that hangs ends the process at the limit of the real storage", async (t) => {
  const world = new SmallWorld(3);
  world.start();
  await world.run(1);
  world.member(0).storage.pace = [60_000, 60_000];
  world.restarts = false;
  await world.run(3 * STORAGE_HANG_MS, () => !world.member(0).isUp);
  t.match(world.details("n1", "disk-fatal"), [/log: a commit has not ended after 10000 ms: the disk hangs/]);
  t.ok(world.scheduler.nowMs >= STORAGE_HANG_MS, `after ${world.scheduler.nowMs} ms`);
  t.ok(world.scheduler.nowMs < STORAGE_HANG_MS + 3000, `after ${world.scheduler.nowMs} ms`);
});

t.test("a torn commit leaves damaged entries, and never an empty slot", async (t) => {
  const world = new SmallWorld(3);
  world.start();
  const member = world.member(0);
  member.storage.tearNext();
  member.arm("entry-submitted", 1);
  world.restarts = false;
  await world.run(10_000, () => world.details("n1", "torn").length > 0);
  const { damaged, entries, summary } = member.disk.log(GROUP_ZERO);
  t.same([...damaged], [1]);
  t.same([...entries.keys()], []);
  t.equal(summary.end, 2, "the summary still knows that there was an entry");
});

t.test(
  "a damaged row of the state ends the process that reads it, and is rebuilt from the log",
  async (t) => {
    const world = new SmallWorld(1);
    world.start();
    await world.elect();
    // The first slice comes when what was applied is five seconds old.
    await world.run(8000);
    const member = world.member(0);
    const { watermark } = member.disk.state(GROUP_ZERO);
    member.storage.damageState();
    t.equal(member.disk.state(GROUP_ZERO).isCondemned, true, "without rows it is the watermark");
    member.kill();
    await world.run(200);
    t.ok(member.disk.state(GROUP_ZERO).watermark <= watermark);
    t.notOk(member.disk.state(GROUP_ZERO).isCondemned);
    await world.elect();
  },
);

t.test("a state that is lost with a truncated log is fetched from another member", async (t) => {
  const world = new SmallWorld(3);
  world.start();
  const leader = await world.elect();
  await world.run(8000);
  const member = world.members.find((one) => one !== leader) ?? leader;
  member.kill();
  member.disk.log(GROUP_ZERO).summary.onTruncate(slot(2));
  member.disk.state(GROUP_ZERO).isCondemned = true;
  await world.run(300);
  t.match(member.status(), { applied: 1, revision: 0 }, "it is up, without a state");
  await world.run(10_000, () => member.status()?.applied === leader.status()?.applied);
  t.equal(member.disk.state(GROUP_ZERO).isCondemned, false);
  t.match(member.status(), { applied: leader.status()?.applied, alarms: [] });
  t.match([...member.alarms], [/the state is lost.*fetches/]);
});

t.test("a state that is lost with a truncated log keeps a member that is alone from starting", async (t) => {
  const world = new SmallWorld(1);
  world.start();
  await world.elect();
  await world.run(500);
  const member = world.member(0);
  member.kill();
  member.storage.damageState();
  member.disk.log(GROUP_ZERO).summary.onTruncate(slot(2));
  await world.run(1000);
  t.ok(member.isLost);
  t.match(world.details("n1", "retired"), [/the state is not usable/]);
});

t.test("what lies on the disk after a death is reported, but not once the disk was exchanged", async (t) => {
  const world = new SmallWorld(3);
  world.start();
  await world.elect();
  const member = world.member(2);
  member.kill();
  const [crash] = world.crashes;
  t.equal(crash?.node, "n3");
  t.equal(crash?.disk, member.disk);
  t.ok((crash?.disk.log(GROUP_ZERO).summary.promised ?? 0) > 0);
  const own = member.disk;
  member.storage.replace(own.copy());
  t.equal(member.storage.lastOwn, own);
  await world.run(1000);
  member.kill();
  t.equal(world.crashes.length, 1);
});
