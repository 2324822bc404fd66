import t from "tap";
import type { Slot } from "../../src/base/ids.ts";
import { SnapshotSavers } from "../../src/node/snapshot-savers.ts";
import type { LinkId } from "../../src/transport/service.ts";
import type { ReplyBody } from "../../src/wire/client-messages.ts";
import { chunkOf, FakeSnapshots, manifestAt } from "./fake-snapshots.ts";

const at = (value: number): Slot => value as Slot;
const [ANNA, BORIS] = [1 as LinkId, 2 as LinkId];
const NOW = { nowMs: 0, timeMs: 100_000 };

function setUp(hasRoom = true) {
  const snapshots = new FakeSnapshots();
  const wanted: number[] = [];
  const want = (least: number): void => {
    wanted.push(least);
  };
  const savers = new SnapshotSavers({ snapshots, want, learned: () => at(100), hasRoom: () => hasRoom });
  const ask = (least: number, maxAgeMs = 0): ReplyBody =>
    savers.answer(ANNA, { kind: "snapshot", id: 1, timeoutMs: 1, least: at(least), maxAgeMs }, NOW);
  const chunk = (link: LinkId, index: number, nowMs = 0, hash = snapshots.latest?.hash): ReplyBody => {
    const request = { kind: "chunk", id: 1, timeoutMs: 1, hash: hash ?? new Uint8Array(32), index } as const;
    return savers.answer(link, request, { ...NOW, nowMs });
  };
  return { snapshots, savers, wanted, ask, chunk };
}

t.test("a snapshot that has all that was asked for is offered, any other is made anew", async (t) => {
  const { snapshots, ask, wanted } = setUp();
  t.same(ask(40), { kind: "snapshot", offered: undefined });
  t.same(wanted, [40]);
  const manifest = manifestAt(39);
  snapshots.latest = manifest;
  t.same(ask(40), { kind: "snapshot", offered: undefined });
  const offered = { manifest: manifest.encoded, hash: manifest.hash, chunks: 3 };
  t.same(ask(39), { kind: "snapshot", offered });
  t.match(ask(101), { kind: "failure", failure: { code: "behind", retryable: true } });
  t.same(wanted, [40, 40], "what the node does not know it does not promise");
});

t.test("one that lacks only what is younger than the age will do", async (t) => {
  const { snapshots, ask } = setUp();
  const manifest = manifestAt(39);
  snapshots.latest = { ...manifest, machine: { ...manifest.machine, timeMs: 90_000 } };
  t.match(ask(40, 9_999), { offered: undefined });
  t.match(ask(40, 10_000), { offered: { chunks: 3 } });
});

t.test("a snapshot stays while it is saved, and not for a saver that vanished", async (t) => {
  const { snapshots, savers, ask, chunk } = setUp();
  const manifest = manifestAt(50);
  snapshots.latest = manifest;
  t.notOk(savers.isSaving(0));
  ask(10);
  t.ok(savers.isSaving(29_999));
  t.same(chunk(ANNA, 0, 20_000), { kind: "chunk", content: chunkOf(manifest, 0) });
  t.ok(savers.isSaving(49_999));
  t.notOk(savers.isSaving(50_000));
});

t.test("who has fetched the last chunk holds nothing, and others go on", async (t) => {
  const { snapshots, savers, chunk } = setUp();
  snapshots.latest = manifestAt(50);
  chunk(ANNA, 0);
  chunk(BORIS, 0);
  chunk(ANNA, 2);
  t.ok(savers.isSaving(1));
  chunk(BORIS, 2);
  t.notOk(savers.isSaving(1));
});

t.test("chunks are of the snapshot that was offered, or none", async (t) => {
  const { snapshots, savers, chunk } = setUp();
  t.same(chunk(ANNA, 0), { kind: "chunk", content: undefined });
  snapshots.latest = manifestAt(50);
  t.same(chunk(ANNA, 3), { kind: "chunk", content: undefined });
  t.same(chunk(ANNA, 0, 0, manifestAt(49).hash), { kind: "chunk", content: undefined });
  t.notOk(savers.isSaving(0), "a question for what is gone keeps nothing");
});

t.test("without room for a new one it is refused, and one that is there is offered", async (t) => {
  const { snapshots, ask, wanted } = setUp(false);
  t.match(ask(40), { kind: "failure", failure: { code: "no_space", outcome: "not_applied" } });
  t.same(wanted, []);
  snapshots.latest = manifestAt(40);
  t.match(ask(40), { offered: { chunks: 3 } });
});
