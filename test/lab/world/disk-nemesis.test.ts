import t from "tap";
import { GROUP_ZERO } from "../../../src/base/ids.ts";
import { DiskNemesis } from "../../../src/lab/world/disk-nemesis.ts";
import type { Member } from "../../../src/lab/world/member.ts";
import { SeededRandom } from "../../../src/lab/world/seeded-random.ts";
import { type DiskFault, drawPlan } from "../../../src/lab/world/swarm-plan.ts";
import { SmallWorld } from "./small-world.ts";

/** The world, its nemesis, and the only member whose disk it spoils. */
function cursedWorld(): { world: SmallWorld; nemesis: DiskNemesis; cursed: Member } {
  const world = new SmallWorld(3);
  const { scheduler, network, trace, members } = world;
  const plan = { ...drawPlan(new SeededRandom(1), 1000), faultMsMax: 300, pace: [0.1, 1] as const };
  // The same draw that the nemesis makes.
  const cursed = new SeededRandom(5).pick(members);
  const random = new SeededRandom(5);
  const nemesis = new DiskNemesis({ scheduler, network, trace, random, plan, members });
  world.onDown = (member) => nemesis.onDown(member);
  return { world, nemesis, cursed };
}

function others(world: SmallWorld, cursed: Member): readonly Member[] {
  return world.members.filter((member) => member !== cursed);
}

for (const fault of ["old-copy", "wiped-disk"] as const satisfies readonly DiskFault[]) {
  t.test(`a member with a disk that is not its own ends for good, the others go on: ${fault}`, async (t) => {
    const { world, nemesis, cursed } = cursedWorld();
    world.start();
    // A copy from the same life of the process: its start counts on, only what it said tells that it is old.
    await world.run(50);
    if (fault === "old-copy") nemesis.cause(fault, cursed);
    await world.elect();
    if (fault === "wiped-disk") nemesis.cause(fault, cursed);
    await world.run(8000, () => cursed.isLost);
    t.ok(cursed.storage.isReplaced);
    t.ok(cursed.isLost, "it met somebody who knows better");
    await world.run(3000);
    t.notOk(cursed.isUp, "it does not come back");
    t.equal(others(world, cursed).filter((member) => member.isServing).length, 1);
    t.notOk(
      world.members.some((member) => member.isSpared),
      "nobody is spared any longer",
    );
  });
}

t.test("damage under a running member is found at its next start", async (t) => {
  const { world, nemesis, cursed } = cursedWorld();
  world.start();
  await world.elect();
  await world.run(500);
  while (cursed.isUp && cursed.disk.log(GROUP_ZERO).damaged.size === 0) nemesis.cause("damage", cursed);
  t.equal(cursed.disk.log(GROUP_ZERO).damaged.size, 1);
  await world.run(1000);
  cursed.kill();
  await world.run(3000);
  t.equal(cursed.status()?.damaged, 0, "and healed by the others");
});

t.test("disks that were full, hung or failed are as before once they are healed", async (t) => {
  const { world, nemesis, cursed } = cursedWorld();
  world.start();
  for (const fault of ["full-disk", "hanging-disk", "failing-write", "slow-disk", "stuck-disk"] as const) {
    nemesis.cause(fault, cursed);
  }
  await world.run(200);
  nemesis.heal();
  await world.elect();
  await world.run(2000);
  // The leader's own entry, and the stamp with which cluster time begins.
  t.same(
    world.members.map((member) => member.status()?.chosen),
    [3, 3, 3],
  );
});
