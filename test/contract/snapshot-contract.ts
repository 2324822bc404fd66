import type { Test } from "tap";
import { GROUP_ZERO, slot } from "../../src/base/ids.ts";
import type { KeyEvent } from "../../src/kv/event.ts";
import type { MachineMeta, Row } from "../../src/kv/state.ts";
import { FRESH_META } from "../../src/kv/state.ts";
import { SeededRandom } from "../../src/lab/world/seeded-random.ts";
import { AbsentState } from "../../src/storage/absent-state.ts";
import type { BuiltState, SnapshotManifest, SnapshotReceiver } from "../../src/storage/snapshot.ts";
import type { Slice, StateStorage, Storage } from "../../src/storage/storage.ts";
import {
  bal,
  bytesOf,
  entryWrite,
  flush,
  IDENTITY,
  keyRow,
  learned,
  pattern,
  plain,
  promise,
  record,
  sliceOf,
  slotsOf,
  truncate,
  write,
} from "./storage-fixture.ts";
import type { MakeStorage } from "./storage-under-test.ts";

/** What every storage promises of snapshots. */
export function snapshotContract(t: Test, make: MakeStorage): void {
  t.test("a snapshot taken while the state changes is the state at its watermark", async (t) => {
    const source = await make(t);
    const storage = await source.open();
    await learn(storage, 200);
    const changes = new Changes(storage.state(GROUP_ZERO), 1);
    for (let round = 1; round <= 3; round++) {
      for (let count = 0; count < 20; count++) await changes.flushOne();
      let manifest: SnapshotManifest | undefined;
      storage.snapshots(GROUP_ZERO).write((made) => {
        manifest = made;
      });
      t.equal(storage.snapshots(GROUP_ZERO).isWriting, true);
      // Each may be the last one that is in it.
      const contents = new Map([[changes.watermark, contentOf(storage.state(GROUP_ZERO))]]);
      while (manifest === undefined) {
        await changes.flushOne();
        contents.set(changes.watermark, contentOf(storage.state(GROUP_ZERO)));
      }
      t.equal(storage.snapshots(GROUP_ZERO).isWriting, false);
      t.same(plain(storage.snapshots(GROUP_ZERO).latest), plain(manifest));
      t.equal(manifest.digest, manifest.watermark * 31);

      const target = await make(t);
      const copy = await target.open();
      await installFrom(storage, copy, manifest);
      const isSame = contentOf(copy.state(GROUP_ZERO)) === contents.get(manifest.watermark);
      t.ok(isSame, `round ${round}: ${contents.size} slices, ${manifest.chunks} chunks`);
      await copy.close();
      await target.dispose();
    }
    await storage.close();
    await source.dispose();
  });

  t.test("an install puts the state in place and leaves the promise and what lies above", async (t) => {
    const { source, storage, manifest } = await snapshotAt(t, make, 50);
    const target = await make(t);
    const copy = await target.open();
    await write(copy, promise(7), entryWrite(2, pattern(9, 2)), entryWrite(49, pattern(9, 3)));
    await write(copy, entryWrite(50, pattern(9, 4)), entryWrite(60, pattern(3000, 5), { round: 6 }));
    await installFrom(storage, copy, manifest);
    const { recovered } = copy.state(GROUP_ZERO);
    t.equal(recovered.watermark, 50);
    t.equal(recovered.digest, 50 * 31);
    t.same(plain(recovered.membership), plain(IDENTITY.genesis));
    t.equal(copy.logReader(GROUP_ZERO).read(slot(49)), undefined);
    t.type(copy.logReader(GROUP_ZERO).read(slot(60)), "object");
    await write(copy, entryWrite(51, pattern(10, 6), { round: 7 }), learned(51));
    await flush(copy.state(GROUP_ZERO), sliceOf(50, 51, [], 20));
    await copy.close();
    const again = await target.open();
    const log = again.recoverLog(GROUP_ZERO);
    t.match(log, { promised: bal(7), firstKept: 50, learned: 51, digest: 51 * 31, end: 61, damaged: [] });
    t.same(slotsOf(log.accepted), [51, 60]);
    t.equal(again.state(GROUP_ZERO).recovered.watermark, 51);
    t.same(plain(again.snapshots(GROUP_ZERO).latest?.hash), plain(manifest.hash), "and is one to give away");
    await again.close();
    await target.dispose();
    await storage.close();
    await source.dispose();
  });

  t.test(
    "what was received counts after a restart, and nothing is installed that was not named",
    async (t) => {
      const { source, storage, manifest } = await snapshotAt(t, make, 50, 3000);
      t.ok(manifest.chunks > 3);
      const target = await make(t);
      const first = await target.open();
      const snapshots = first.snapshots(GROUP_ZERO);
      const parsed = snapshots.manifestOf(manifest.encoded);
      t.same(plain(parsed), plain(manifest));
      const receiver = snapshots.receive(manifest);
      await add(storage, receiver, 0);
      await add(storage, receiver, 2);
      t.equal(receiver.nextMissing(0), 1);
      t.equal(receiver.nextMissing(2), 3);
      await first.close();

      const second = await target.open();
      const { receiving } = second.snapshots(GROUP_ZERO);
      if (receiving === undefined) throw new Error("nothing is being received");
      t.same(plain(receiving.manifest), plain(manifest));
      t.equal(receiving.nextMissing(0), 1);
      t.equal(second.snapshots(GROUP_ZERO).receive(manifest), receiving, "the same one goes on");
      await addAll(storage, receiving);
      const built = await new Promise((resolve) => receiving.build(resolve));
      t.match(built, { kind: "built" });
      await second.close();

      const third = await target.open();
      t.equal(third.state(GROUP_ZERO).recovered.watermark, 1, "nothing was installed");
      await installFrom(storage, third, manifest);
      t.equal(third.state(GROUP_ZERO).recovered.watermark, 50);
      t.equal(third.snapshots(GROUP_ZERO).receiving, undefined);
      await third.close();
      await target.dispose();
      await storage.close();
      await source.dispose();
    },
  );

  t.test("what is not the chunk is not taken, and another manifest begins anew", async (t) => {
    const { source, storage, manifest } = await snapshotAt(t, make, 50, 3000);
    const target = await make(t);
    const copy = await target.open();
    const snapshots = copy.snapshots(GROUP_ZERO);
    const receiver = snapshots.receive(manifest);
    const chunk = storage.snapshots(GROUP_ZERO).readChunk(0) ?? new Uint8Array(0);
    const never = (): void => {
      t.fail("done");
    };
    t.equal(receiver.add(1, chunk, never), false, "under another number");
    t.equal(receiver.add(0, chunk.subarray(1), never), false, "cut");
    t.equal(receiver.add(0, chunk.with(100, (chunk[100] ?? 0) ^ 1), never), false, "a flipped bit");
    t.equal(receiver.add(manifest.chunks, chunk, never), false, "beyond the last");
    await add(storage, receiver, 0);
    t.equal(receiver.add(0, chunk, never), false, "again");
    t.equal(snapshots.manifestOf(new Uint8Array(7)), undefined);
    t.equal(snapshots.manifestOf(manifest.encoded.with(7, 1)), undefined, "of another cluster");
    await flush(storage.state(GROUP_ZERO), sliceOf(50, 51, [keyRow(bytesOf("k"), undefined)], 3000));
    const next = await snapshotOf(storage);
    const other = snapshots.receive(next);
    t.equal(other.nextMissing(0), 0);
    await addAll(storage, other);
    await copy.close();
    await target.dispose();
    await storage.close();
    await source.dispose();
  });

  t.test("a snapshot with chunks of another is not built", async (t) => {
    const { source, storage, manifest } = await snapshotAt(t, make, 50, 3000);
    const target = await make(t);
    const copy = await target.open();
    const receiver = copy.snapshots(GROUP_ZERO).receive(manifest);
    await addAll(storage, receiver, 1);
    // Nothing but the hash tells that the value is another one.
    const rows = [keyRow(keyAt(0), record(pattern(300, 77)))];
    await flush(storage.state(GROUP_ZERO), sliceOf(50, 51, rows, 3000));
    await snapshotOf(storage);
    await add(storage, receiver, 0);
    t.same(await new Promise((resolve) => receiver.build(resolve)), { kind: "damaged" });
    t.equal(copy.snapshots(GROUP_ZERO).receiving, undefined, "all of it is dropped");
    await copy.close();
    await target.dispose();
    await storage.close();
    await source.dispose();
  });

  t.test("an install never lowers what is learned, only the log begins later", async (t) => {
    const { source, storage, manifest } = await snapshotAt(t, make, 50);
    const target = await make(t);
    const copy = await target.open();
    await learn(copy, 70);
    const receiver = copy.snapshots(GROUP_ZERO).receive(manifest);
    await addAll(storage, receiver);
    const built = await new Promise<BuiltState>((resolve) => receiver.build(resolve));
    if (built.kind !== "built") throw new Error("it was not built");
    const { watermark, digest } = manifest;
    await write(copy, { kind: "install", watermark, digest, state: built.state });
    t.equal(contentOf(copy.state(GROUP_ZERO)), contentOf(storage.state(GROUP_ZERO)));
    await copy.close();
    const again = await target.open();
    const { firstKept, learned: learnedNow, damaged } = again.recoverLog(GROUP_ZERO);
    t.same([firstKept, learnedNow, damaged], [watermark, 70, []]);
    await again.close();
    await target.dispose();
    await storage.close();
    await source.dispose();
  });

  t.test("a damaged state is made again of the snapshot and the log above it", async (t) => {
    const { source, storage } = await snapshotAt(t, make, 50);
    await flush(
      storage.state(GROUP_ZERO),
      sliceOf(50, 60, [keyRow(bytesOf("later"), record(pattern(5)))], 21),
    );
    await write(storage, truncate(50));
    await storage.close();
    await source.damageKey(GROUP_ZERO, bytesOf("later"));
    const second = await source.open();
    t.throws(() => second.state(GROUP_ZERO).get(bytesOf("later")), /a record fails its checks/);
    await second.close();
    const third = await source.open();
    const state = third.state(GROUP_ZERO);
    t.equal(state.recovered.watermark, 50);
    t.equal([...state.range(new Uint8Array(0), undefined)].length, 20);
    await flush(state, sliceOf(50, 55, [], 20));
    await third.close();
    await source.dispose();
  });

  t.test(
    "a state that nothing here makes again stays lost until one from elsewhere takes its place",
    async (t) => {
      const { source, storage, manifest } = await snapshotAt(t, make, 60);
      const target = await make(t);
      const copy = await target.open();
      await learn(copy, 70);
      await flush(copy.state(GROUP_ZERO), sliceOf(1, 55, [keyRow(keyAt(3), record(pattern(9)))], 1));
      await write(copy, truncate(50), promise(4));
      await copy.close();
      await target.damageKey(GROUP_ZERO, keyAt(3));
      const second = await target.open();
      t.equal(second.state(GROUP_ZERO).isLost, false, "nobody has noticed");
      t.throws(() => second.state(GROUP_ZERO).get(keyAt(3)), /a record fails its checks/);
      await second.close();
      for (const time of ["once", "again"]) {
        const third = await target.open();
        const state = third.state(GROUP_ZERO);
        t.equal(state.isLost, true, time);
        t.equal(state.recovered.watermark, 1);
        t.equal(contentOf(state), contentOf(new AbsentState(IDENTITY.genesis)));
        t.throws(() => state.flush(sliceOf(1, 2, [], 0), () => undefined), /I18/);
        t.match(
          third.recoverLog(GROUP_ZERO),
          { promised: bal(4), firstKept: 50, learned: 70 },
          "all of the log",
        );
        await third.close();
      }
      const last = await target.open();
      await installFrom(storage, last, manifest);
      const installed = last.state(GROUP_ZERO);
      t.equal(installed.isLost, false);
      t.equal(contentOf(installed), contentOf(storage.state(GROUP_ZERO)));
      await flush(installed, sliceOf(60, 65, [], 20));
      await last.close();
      const after = await target.open();
      t.equal(after.state(GROUP_ZERO).recovered.watermark, 65);
      t.match(after.recoverLog(GROUP_ZERO), { promised: bal(4), firstKept: 60, learned: 70, damaged: [] });
      await after.close();
      await target.dispose();
      await storage.close();
      await source.dispose();
    },
  );

  t.test("a storage is closed while a snapshot is being written", async (t) => {
    const { source, storage } = await snapshotAt(t, make, 50, 3000);
    const before = storage.snapshots(GROUP_ZERO).latest?.watermark;
    storage.snapshots(GROUP_ZERO).write(() => t.fail("it is given up"));
    await storage.close();
    const again = await source.open();
    t.equal(again.snapshots(GROUP_ZERO).latest?.watermark, before, "the one before is still there");
    t.equal((await snapshotOf(again)).watermark, 50, "and another can be made");
    await again.close();
    await source.dispose();
  });

  t.test("a damaged chunk is not given away, and the snapshot is no more", async (t) => {
    const { source, storage, manifest } = await snapshotAt(t, make, 50, 3000);
    await storage.close();
    await source.damageChunk(GROUP_ZERO, 1);
    const again = await source.open();
    const snapshots = again.snapshots(GROUP_ZERO);
    t.same(plain(snapshots.latest?.hash), plain(manifest.hash), "it is found only when it is read");
    t.type(snapshots.readChunk(0), "object");
    t.equal(snapshots.readChunk(1), undefined);
    t.equal(snapshots.latest, undefined);
    t.equal((await snapshotOf(again)).watermark, 50, "another is made");
    await again.close();
    await source.dispose();
  });
}

const KEYS = 1500;

/** Random changes of all tables, slice by slice. */
class Changes {
  readonly #state: StateStorage;
  readonly #random: SeededRandom;
  readonly #keys = new Map<number, number>();
  readonly #deleted = new Set<number>();
  readonly #leases = new Set<number>();
  readonly #expiries = new Set<number>();
  readonly #principals = new Set<number>();
  #compacted = 0;
  watermark = 1;

  constructor(state: StateStorage, seed: number) {
    this.#state = state;
    this.#random = new SeededRandom(seed);
  }

  async flushOne(): Promise<void> {
    const slice = this.#slice();
    await flush(this.#state, slice);
    this.watermark = slice.watermark;
  }

  #slice(): Slice {
    const random = this.#random;
    const revision = this.watermark * 10;
    const rows: Row[] = [];
    const events: KeyEvent[] = [];
    for (const index of this.#indexes(120)) this.#change(index, revision, rows, events);
    for (const index of this.#indexes(10)) this.#changeEnds(index, rows);
    rows.push({ table: "executed", slot: slot(this.watermark), records: [] });
    if (random.below(2) === 0) {
      rows.push({ table: "executed", slot: slot(1 + random.below(this.watermark)), records: undefined });
    }
    rows.push({ table: "events", revision, part: 0, events });
    if (random.below(3) === 0) this.#compacted = Math.max(this.#compacted, revision - 10 * random.below(30));
    const meta: MachineMeta = {
      ...FRESH_META,
      revision,
      keyCount: this.#keys.size,
      leaseCount: this.#leases.size,
      expiryCount: this.#expiries.size,
      principalCount: this.#principals.size,
      compacted: this.#compacted,
    };
    return { ...sliceOf(this.watermark, this.watermark + 1, rows, 0), meta };
  }

  #change(index: number, revision: number, rows: Row[], events: KeyEvent[]): void {
    const key = keyAt(index);
    const previousRevision = this.#keys.get(index) ?? 0;
    if (previousRevision > 0 && this.#random.below(3) === 0) {
      this.#keys.delete(index);
      this.#deleted.add(index);
      rows.push(keyRow(key, undefined), { table: "tombstones", key, revision });
      events.push({ key, revision, previousRevision, record: undefined });
      return;
    }
    const made = { ...record(pattern(this.#random.below(400), revision + index)), modRevision: revision };
    this.#keys.set(index, revision);
    rows.push(keyRow(key, made));
    if (this.#deleted.delete(index)) rows.push({ table: "tombstones", key, revision: undefined });
    events.push({ key, revision, previousRevision, record: made });
  }

  #changeEnds(index: number, rows: Row[]): void {
    const isGone = this.#random.below(2) === 0;
    const set = (known: Set<number>): boolean => {
      if (isGone) known.delete(index);
      else known.add(index);
      return isGone;
    };
    const lease = set(this.#leases) ? undefined : { ttlMs: index, expiresMs: this.watermark };
    rows.push({ table: "leases", id: index + 1, lease });
    const expiry = set(this.#expiries) ? undefined : { kind: "ttl" as const, expiresMs: this.watermark };
    rows.push({ table: "expiries", key: keyAt(index), expiry });
    if (index % 50 > 0) return;
    const former = undefined;
    const made = { role: "admin" as const, prefix: keyAt(index), verifier: pattern(32), former };
    rows.push({ table: "principals", id: `p${index}`, principal: set(this.#principals) ? undefined : made });
  }

  #indexes(count: number): ReadonlySet<number> {
    return new Set(Array.from({ length: count }, () => this.#random.below(KEYS)));
  }
}

const keyAt = (index: number): Uint8Array => bytesOf(`key-${String(index).padStart(5, "0")}`);

/** All that the state holds, as lines of text. */
function contentOf(state: StateStorage): string {
  const { recovered } = state;
  const lines: unknown[][] = [];
  for (const [key, { value, modRevision }] of state.range(new Uint8Array(0), undefined))
    lines.push(["key", textOf(key), modRevision, textOf(value)]);
  for (const { revision, part, events } of state.eventRows(0))
    lines.push([
      "events",
      revision,
      part,
      ...events.map(({ key, record: made }) => [textOf(key), made?.version]),
    ]);
  for (let index = 0; index < KEYS; index++) lines.push(["tombstone", index, state.tombstone(keyAt(index))]);
  for (const row of recovered.executed()) lines.push(["executed", row.slot]);
  for (const { id, lease } of recovered.leases()) lines.push(["lease", id, lease.ttlMs, lease.expiresMs]);
  for (const { key, expiry } of recovered.expiries())
    lines.push(["expiry", textOf(key), JSON.stringify(expiry)]);
  for (const { id, principal } of recovered.principals())
    lines.push(["principal", id, textOf(principal.prefix)]);
  return lines.map((line) => line.join(" ")).join("\n");
}

const textOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString("latin1");

/** Lets the log say that every slot below `end` is chosen, as it does before a state may hold them. */
async function learn(storage: Storage, end: number): Promise<void> {
  const writes = Array.from({ length: end - 1 }, (_, index) => entryWrite(index + 1, pattern(10, index)));
  await write(storage, promise(1), ...writes, learned(end));
}

function snapshotOf(storage: Storage): Promise<SnapshotManifest> {
  return new Promise((resolve) => storage.snapshots(GROUP_ZERO).write(resolve));
}

/** A storage with a snapshot at the watermark, of `count` keys. */
async function snapshotAt(t: Test, make: MakeStorage, watermark: number, count = 20) {
  const source = await make(t);
  const storage = await source.open();
  await learn(storage, 100);
  const rows = Array.from({ length: count }, (_, index) => keyRow(keyAt(index), record(pattern(300, index))));
  await flush(storage.state(GROUP_ZERO), sliceOf(1, watermark, rows, count));
  return { source, storage, manifest: await snapshotOf(storage) };
}

function add(from: Storage, receiver: SnapshotReceiver, index: number): Promise<void> {
  const chunk = from.snapshots(GROUP_ZERO).readChunk(index);
  return new Promise((resolve, reject) => {
    if (chunk === undefined) reject(new Error(`no chunk ${index}`));
    else if (!receiver.add(index, chunk, resolve)) reject(new Error(`chunk ${index} is not taken`));
  });
}

async function addAll(from: Storage, receiver: SnapshotReceiver, first = 0): Promise<void> {
  const added: Promise<void>[] = [];
  for (let index = receiver.nextMissing(first); index < receiver.manifest.chunks; ) {
    added.push(add(from, receiver, index));
    index = receiver.nextMissing(index);
  }
  await Promise.all(added);
}

/** Receives, builds and installs the snapshot; the state of `to` is another one afterwards. */
async function installFrom(from: Storage, to: Storage, manifest: SnapshotManifest): Promise<void> {
  const receiver = to.snapshots(GROUP_ZERO).receive(manifest);
  await addAll(from, receiver);
  const built = await new Promise<BuiltState>((resolve) => receiver.build(resolve));
  if (built.kind !== "built") throw new Error("it was not built");
  const { watermark, digest } = manifest;
  await write(to, { kind: "install", watermark, digest, state: built.state });
}
