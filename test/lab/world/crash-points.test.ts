import t from "tap";
import { GROUP_ZERO, nodeId, slot } from "../../../src/base/ids.ts";
import { CRASH_POINTS, KILLED, PASSED, partsOf } from "../../../src/lab/world/crash-points.ts";
import { entryWrite, group, learned, pattern, promise, truncate } from "../../contract/storage-fixture.ts";
import { SmallWorld } from "./small-world.ts";

t.test("a commit passes the points of what it holds, each once", async (t) => {
  t.same(partsOf([group(promise(1))]), ["promise"]);
  const entries = [entryWrite(1, pattern(3)), entryWrite(2, pattern(3))];
  t.same(partsOf([group(truncate(1), learned(3), ...entries)]), ["entry", "learned", "truncate"]);
  const peer = { node: nodeId(1), incarnation: pattern(16), startCount: 1 };
  t.same(partsOf([{ kind: "peer", peer }, group()]), ["peer"]);
});

t.test("every point has one name, and counters of its own", async (t) => {
  t.equal(new Set(CRASH_POINTS).size, CRASH_POINTS.length);
  t.equal(PASSED["entry-before"], "passed:entry-before");
  t.equal(KILLED["send-client"], "killed:send-client");
});

t.test(
  "a quiet cluster that restarts passes all but the points of clients, changes of members, truncation and snapshots",
  async (t) => {
    const world = new SmallWorld(3);
    world.start();
    await world.elect();
    await world.run(8000);
    for (const member of world.members) member.stop();
    await world.run(6000);
    const unpassed = CRASH_POINTS.filter((point) => !world.trace.counts.has(PASSED[point]));
    const others = /^(membership|truncate|install|snapshot|received-chunk|state-build)-|^send-client$/;
    t.same(
      unpassed.filter((point) => !others.test(point)),
      [],
    );
    t.ok(world.member(0).disk.state(GROUP_ZERO).watermark >= slot(1));
  },
);
