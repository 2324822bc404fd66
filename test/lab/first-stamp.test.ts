import t from "tap";
import { present } from "../../src/base/assert.ts";
import { SmallWorld } from "./world/small-world.ts";

const HOUR_MS = 3_600_000;
const NEAR_MS = 2000;

t.test("a fresh cluster has one time for all before anybody asks anything of it", async (t) => {
  const world = new SmallWorld(3);
  for (const [index, { host }] of world.members.entries()) host.jumpWallClock(index * HOUR_MS);
  world.start();
  const leader = await world.elect();
  const times = (): readonly number[] => world.members.map((member) => member.status()?.timeMs ?? 0);
  const isOne = (): boolean => Math.max(...times()) - Math.min(...times()) < NEAR_MS;
  await world.run(5000, isOne);
  t.ok(isOne(), `${times()}`);
  t.ok(Math.abs(present(times()[0], "a time") - leader.host.wallMs()) < NEAR_MS, "the leader's wall clock");
  t.equal(leader.status()?.revision, 0, "nobody has changed anything");
});
