import t from "tap";
import type { Slot } from "../../src/base/ids.ts";
import { SnapshotKeeper } from "../../src/node/snapshot-keeper.ts";
import { FakeSnapshots, manifestAt } from "./fake-snapshots.ts";

const at = (value: number): Slot => value as Slot;

t.test("a snapshot is made after so many slots, or so many bytes", async (t) => {
  const snapshots = new FakeSnapshots();
  const keeper = new SnapshotKeeper({ snapshots, hasRoom: () => true }, { slots: 100, bytes: 5000 });
  keeper.tick(at(100));
  t.equal(snapshots.writes, 0);
  keeper.tick(at(101));
  t.equal(snapshots.writes, 1);
  keeper.tick(at(300));
  t.equal(snapshots.writes, 1, "one at a time");
  snapshots.written(manifestAt(250));
  keeper.note(4999);
  keeper.tick(at(300));
  t.equal(snapshots.writes, 1);
  keeper.note(1);
  keeper.tick(at(300));
  t.equal(snapshots.writes, 2);
});

t.test("a large state is not written anew for a few small values", async (t) => {
  const snapshots = new FakeSnapshots();
  const keeper = new SnapshotKeeper({ snapshots, hasRoom: () => true }, { slots: 100, bytes: 5000 });
  snapshots.latest = manifestAt(1, 1000);
  keeper.note(499_999);
  keeper.tick(at(100_000));
  t.equal(snapshots.writes, 0);
  keeper.note(1);
  keeper.tick(at(100_000));
  t.equal(snapshots.writes, 1);
});

t.test("one that a member needs is made as soon as the state on disk reaches so far, once", async (t) => {
  const snapshots = new FakeSnapshots();
  const keeper = new SnapshotKeeper({ snapshots, hasRoom: () => true }, { slots: 1e9, bytes: 1e9 });
  keeper.want(at(50));
  keeper.want(at(40));
  keeper.tick(at(49));
  t.equal(snapshots.writes, 0);
  keeper.tick(at(50));
  t.equal(snapshots.writes, 1);
  snapshots.written(manifestAt(50));
  keeper.tick(at(60));
  t.equal(snapshots.writes, 1);
});

t.test("one that somebody needs, however little is to be in it, is made where there is none", async (t) => {
  const snapshots = new FakeSnapshots();
  const keeper = new SnapshotKeeper({ snapshots, hasRoom: () => true }, { slots: 1e9, bytes: 1e9 });
  keeper.want(at(1));
  keeper.tick(at(7));
  t.equal(snapshots.writes, 1);
});

t.test("none is begun without room for it, and it is made once there is", async (t) => {
  const snapshots = new FakeSnapshots();
  let hasRoom = false;
  const keeper = new SnapshotKeeper({ snapshots, hasRoom: () => hasRoom }, { slots: 1e9, bytes: 1e9 });
  keeper.tick(at(7));
  t.notOk(keeper.lacksRoom, "none is due");
  keeper.want(at(5));
  keeper.tick(at(7));
  t.equal(snapshots.writes, 0);
  t.ok(keeper.lacksRoom);
  hasRoom = true;
  keeper.tick(at(7));
  t.equal(snapshots.writes, 1);
  t.notOk(keeper.lacksRoom);
});
