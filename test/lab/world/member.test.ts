import t from "tap";
import { GROUP_ZERO } from "../../../src/base/ids.ts";
import { Violation } from "../../../src/lab/oracles/violation.ts";
import { withLearner, withVote } from "../../../src/paxos/membership-step.ts";
import { SmallWorld } from "./small-world.ts";

t.test("an armed point kills exactly there, the n-th time", async (t) => {
  const world = new SmallWorld(3);
  world.start();
  const leader = await world.elect();
  const passed = world.trace.counts.get("passed:send-member") ?? 0;
  leader.arm("send-member", 3);
  world.restarts = false;
  await world.run(1000, () => !leader.isUp);
  t.notOk(leader.isUp);
  t.equal(world.trace.counts.get("killed:send-member"), 1);
  t.ok((world.trace.counts.get("passed:send-member") ?? 0) >= passed + 3);
  t.same(world.details(leader.name, "down"), ["killed at send-member"]);
});

t.test("a point of the start waits for the next process", async (t) => {
  const world = new SmallWorld(1);
  world.start();
  await world.elect();
  for (const point of ["start-count-announced", "start-recovered", "start-listening"] as const) {
    const { startCount } = world.member(0).disk;
    world.member(0).arm(point, 1);
    world.member(0).kill();
    await world.run(500);
    t.equal(world.trace.counts.get(`killed:${point}`), 1, point);
    t.equal(world.member(0).disk.startCount, startCount + 2, "the start that was killed counts, too");
  }
});

t.test("what was said is on the disk of whoever is killed right after it wrote", async (t) => {
  for (const point of ["promise-committed", "entry-committed"] as const) {
    const world = new SmallWorld(3);
    for (const member of world.members) member.arm(point, 1);
    world.start();
    await world.run(5000, () => world.crashes.length > 0);
    const summary = world.crashes[0]?.disk.log(GROUP_ZERO).summary;
    t.ok((summary?.promised ?? 0) > 0, point);
    t.equal(summary?.end, point === "entry-committed" ? 2 : 1);
  }
});

t.test("a spared member is killed by nothing", async (t) => {
  const world = new SmallWorld(3);
  world.start();
  const leader = await world.elect();
  leader.isSpared = true;
  leader.arm("send-member", 1);
  leader.kill();
  leader.stop();
  await world.run(1000);
  t.ok(leader.isServing);
});

t.test("a member whose old disk was put back retires when it meets who knows better", async (t) => {
  const world = new SmallWorld(3);
  const early = world.member(0).disk.copy();
  world.start();
  const leader = await world.elect();
  // A follower: it has promised and accepted.
  const member = world.members.find((one) => one !== leader) ?? leader;
  t.ok(leader.testimony.contradicts(member.id, early.log(GROUP_ZERO)));
  const copy = member.disk.copy();
  t.notOk(leader.testimony.contradicts(member.id, copy.log(GROUP_ZERO)), "a new copy has forgotten nothing");
  const { identity } = copy;
  const old = early.copy();
  Object.assign(old, { identity, startCount: copy.startCount });
  member.onlyPeer = leader.address;
  member.kill();
  member.storage.replace(old);
  await world.run(2000);
  t.ok(member.isLost);
  t.match(world.details(member.name, "retired"), [/remembers a promise or vote|refused this node/]);
  t.ok(leader.isServing);
});

t.test("a member that forgets without anybody having exchanged its disk is a violation", async (t) => {
  const world = new SmallWorld(3);
  world.start();
  const leader = await world.elect();
  const member = world.members.find((one) => one !== leader) ?? leader;
  member.kill();
  const { log } = { log: member.disk.log(GROUP_ZERO) };
  log.summary.promised = log.summary.acceptedMax;
  log.summary.end = log.summary.firstKept;
  log.summary.learned = log.summary.firstKept;
  log.entries.clear();
  member.disk.states.clear();
  await t.rejects(world.run(2000), Violation);
});

t.test("a node joins when it is told to, gets a vote, and makes up a quorum", async (t) => {
  const world = new SmallWorld(2, 1);
  world.start();
  const leader = await world.elect();
  const joiner = world.member(2);
  t.notOk(joiner.isUp, "nobody has set it up yet");
  const { name, address } = joiner;
  const joining = { name, address, incarnation: new Uint8Array(0) };
  t.equal(
    leader.changeMembership((current) => withLearner(current, joining)),
    undefined,
  );
  joiner.invite();
  joiner.start();
  const promote = () => leader.changeMembership((current) => withVote(current, joiner.id)) === undefined;
  let isPromoted = false;
  for (let tries = 0; tries < 100 && !isPromoted; tries++) {
    await world.run(100);
    isPromoted = promote();
  }
  t.ok(isPromoted);
  await world.run(2000);
  world.restarts = false;
  for (const member of world.members) if (member !== leader && member !== joiner) member.kill();
  await world.run(3000);
  t.equal(leader.isServing, true, "with the one that joined, which it could not do without");
});
