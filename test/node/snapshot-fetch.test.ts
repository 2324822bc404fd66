import t from "tap";
import { type NodeId, nodeId, type Slot } from "../../src/base/ids.ts";
import { CHUNKS_ASKED_MAX, SNAPSHOT_BYTES_PER_SECOND } from "../../src/base/limits.ts";
import { SnapshotFetch } from "../../src/node/snapshot-fetch.ts";
import type { SnapshotManifest } from "../../src/storage/snapshot.ts";
import type { SnapshotMessage } from "../../src/wire/snapshot-codec.ts";
import { chunkOf, FakeSnapshots, manifestAt } from "./fake-snapshots.ts";

const at = (value: number): Slot => value as Slot;
const N2 = nodeId(2);
const N3 = nodeId(3);

class Bench {
  readonly snapshots: FakeSnapshots;
  readonly sent: { to: NodeId; message: SnapshotMessage }[] = [];
  readonly fetch: SnapshotFetch;
  nowMs = 0;
  needed: Slot | undefined = at(10);
  roomBytes = Number.POSITIVE_INFINITY;

  constructor(snapshots = new FakeSnapshots(), sources: readonly NodeId[] = [N2, N3]) {
    this.snapshots = snapshots;
    this.fetch = new SnapshotFetch({
      snapshots,
      send: (to, message) => this.sent.push({ to, message }),
      sources: () => sources,
      hasRoomFor: (bytes) => bytes <= this.roomBytes,
    });
  }

  run(durationMs: number): void {
    for (const endMs = this.nowMs + durationMs; this.nowMs < endMs; this.nowMs += 10)
      this.fetch.tick(this.needed, this.nowMs);
  }

  /** What was sent since the last call. */
  take(): readonly { to: NodeId; message: SnapshotMessage }[] {
    return this.sent.splice(0);
  }

  offer(from: NodeId, manifest: SnapshotManifest): void {
    const { encoded } = manifest;
    this.fetch.onOffer(from, { kind: "snapshot-offer", answer: "offered", manifest: encoded }, this.nowMs);
  }

  answer(from: NodeId, answer: "making" | "none"): void {
    this.fetch.onOffer(from, { kind: "snapshot-offer", answer }, this.nowMs);
  }

  /** Answers the chunks that were asked for; the disk is fast. */
  serve(manifest: SnapshotManifest): readonly number[] {
    const served: number[] = [];
    for (const { to, message } of this.take()) {
      if (message.kind !== "chunk-ask") continue;
      const { hash, index } = message;
      served.push(index);
      this.fetch.onChunk(to, { kind: "chunk", hash, index, content: chunkOf(manifest, index) }, this.nowMs);
      this.snapshots.receiver?.finish();
    }
    return served;
  }
}

t.test("a snapshot that is needed is asked for, pulled, built, and ready", async (t) => {
  const bench = new Bench();
  bench.needed = undefined;
  bench.run(100);
  t.same(bench.take(), [], "nothing is needed");
  bench.needed = at(10);
  bench.run(10);
  t.match(bench.take(), [{ to: N2, message: { kind: "snapshot-ask", least: 10, hash: undefined } }]);
  const manifest = manifestAt(20, 3);
  bench.offer(N2, manifest);
  const served: number[] = [];
  for (let round = 0; round < 20; round++) {
    served.push(...bench.serve(manifest));
    bench.run(10);
  }
  t.same(served, [0, 1, 2]);
  bench.snapshots.receiver?.finish();
  t.match(bench.fetch.ready, { manifest: { watermark: 20 }, state: 2 });
  bench.fetch.installed();
  t.equal(bench.fetch.isIdle, true);
});

t.test("one that is being made is waited for, one that reaches too short is not taken", async (t) => {
  const bench = new Bench();
  bench.run(10);
  bench.take();
  bench.answer(N2, "making");
  bench.run(400);
  t.match(bench.take(), [{ to: N2, message: { kind: "snapshot-ask" } }], "the same again");
  bench.offer(N2, manifestAt(9));
  t.match(bench.take(), [{ to: N3, message: { kind: "snapshot-ask" } }]);
  bench.answer(N3, "none");
  t.same(bench.take(), [], "all were asked");
  bench.run(400);
  t.match(bench.take(), [{ to: N2 }]);
});

t.test("it is in vain when nobody has given one for long, until somebody does", async (t) => {
  const bench = new Bench();
  const refuseFor = (durationMs: number): void => {
    for (const endMs = bench.nowMs + durationMs; bench.nowMs < endMs; ) {
      bench.run(10);
      for (const { to } of bench.take()) bench.answer(to, "none");
    }
  };
  refuseFor(9000);
  t.equal(bench.fetch.isInVain(bench.nowMs), false);
  refuseFor(1100);
  t.equal(bench.fetch.isInVain(bench.nowMs), true);
  bench.run(400);
  const asked = bench.take().at(-1)?.to ?? N2;
  bench.answer(asked, "making");
  bench.run(10);
  t.equal(bench.fetch.isInVain(bench.nowMs), false, "one is being made");

  const alone = new Bench(new FakeSnapshots(), []);
  alone.run(11_000);
  t.equal(alone.fetch.isInVain(alone.nowMs), true, "there is nobody to be asked");
});

t.test("only so many chunks are under way, those that the own disk still writes included", async (t) => {
  const bench = new Bench();
  bench.run(10);
  bench.take();
  const manifest = manifestAt(20, 100);
  bench.offer(N2, manifest);
  bench.run(100);
  const asked = bench.take();
  t.equal(asked.length, CHUNKS_ASKED_MAX);
  const hash = manifest.hash;
  bench.fetch.onChunk(N2, { kind: "chunk", hash, index: 0, content: chunkOf(manifest, 0) }, bench.nowMs);
  bench.run(100);
  t.same(bench.take(), [], "it is not on disk yet");
  bench.snapshots.receiver?.finish();
  bench.run(100);
  t.equal(bench.take().length, 1);
});

t.test("chunks are not asked for faster than is good for the cluster", async (t) => {
  const bench = new Bench();
  bench.run(10);
  bench.take();
  const chunks = 2000;
  const manifest = { ...manifestAt(20, 200), chunks, bytes: SNAPSHOT_BYTES_PER_SECOND * 4 };
  bench.snapshots.manifestOf = () => manifest;
  bench.offer(N2, manifest);
  let served = 0;
  for (const endMs = bench.nowMs + 1000; bench.nowMs < endMs; ) {
    served += bench.serve(manifest).length;
    bench.run(10);
  }
  t.ok(served > chunks / 6 && served < chunks / 3.5, `${served} of ${chunks} in a second of four`);
});

t.test(
  "a sender that is gone is asked again for the same, as are the others, and then for any",
  async (t) => {
    const bench = new Bench();
    bench.run(10);
    bench.take();
    const manifest = manifestAt(20, 3);
    bench.offer(N2, manifest);
    bench.serve(manifest);
    bench.run(8000);
    const asks = bench
      .take()
      .flatMap(({ to, message }) => (message.kind === "snapshot-ask" ? [{ to, message }] : []));
    t.same(
      asks.slice(0, 4).map(({ to, message }) => [to, message.hash !== undefined]),
      [
        [N3, true],
        [N2, true],
        [N3, false],
        [N2, false],
      ],
    );
  },
);

t.test("after a restart only what is missing is asked for", async (t) => {
  const snapshots = new FakeSnapshots();
  const manifest = manifestAt(20, 3);
  const receiver = snapshots.receive(manifest);
  receiver.add(1, chunkOf(manifest, 1), () => undefined);
  const bench = new Bench(snapshots);
  bench.run(10);
  t.match(bench.take(), [{ to: N2, message: { kind: "snapshot-ask", hash: manifest.hash } }]);
  bench.offer(N2, manifest);
  const served: number[] = [];
  for (let round = 0; round < 5; round++) {
    served.push(...bench.serve(manifest));
    bench.run(10);
  }
  t.same(served, [0, 2]);
});

t.test("wrong chunks come to nothing, and too many of them end it", async (t) => {
  const bench = new Bench();
  bench.run(10);
  bench.take();
  const manifest = manifestAt(20, 1);
  bench.offer(N2, manifest);
  const wrong = { kind: "chunk", hash: manifest.hash, index: 0, content: Uint8Array.of(1) } as const;
  for (let count = 0; count < 3; count++) {
    t.match(bench.take(), [{ to: N2, message: { kind: "chunk-ask", index: 0 } }]);
    bench.fetch.onChunk(N2, wrong, bench.nowMs);
  }
  t.equal(bench.snapshots.receiving, undefined);
  t.match(bench.take(), [{ to: N3, message: { kind: "snapshot-ask", hash: undefined } }]);
});

t.test("what is no longer needed, or helps no longer, is given up", async (t) => {
  for (const needed of [undefined, at(21)]) {
    const bench = new Bench();
    bench.run(10);
    const manifest = manifestAt(20, 1);
    bench.offer(N2, manifest);
    bench.serve(manifest);
    bench.snapshots.receiver?.finish();
    t.not(bench.fetch.ready, undefined);
    bench.needed = needed;
    bench.run(10);
    t.equal(bench.fetch.ready, undefined);
    t.equal(bench.snapshots.receiving, undefined);
  }
});

t.test("a build that proves damaged begins anew", async (t) => {
  const bench = new Bench();
  bench.run(10);
  const manifest = manifestAt(20, 1);
  bench.offer(N2, manifest);
  if (bench.snapshots.receiver !== undefined) bench.snapshots.receiver.built = { kind: "damaged" };
  bench.serve(manifest);
  bench.snapshots.receiver?.abandon();
  for (const done of bench.snapshots.receiver?.pending.splice(0) ?? []) done();
  bench.take();
  bench.run(400);
  t.match(bench.take(), [{ message: { kind: "snapshot-ask", hash: undefined } }]);
});

t.test("a snapshot that does not fit on the disk is not begun, and asked for again", async (t) => {
  const bench = new Bench();
  const manifest = manifestAt(20);
  bench.roomBytes = 3 * manifest.bytes - 1;
  bench.run(10);
  bench.take();
  bench.offer(N2, manifest);
  bench.run(900);
  t.same(bench.take(), []);
  t.ok(bench.fetch.lacksRoom);
  bench.roomBytes += 1;
  bench.run(300);
  const [asked] = bench.take();
  t.match(asked?.message, { kind: "snapshot-ask" });
  bench.offer(asked?.to ?? N2, manifest);
  t.match(bench.take()[0]?.message, { kind: "chunk-ask" });
  t.notOk(bench.fetch.lacksRoom);
});
