import t from "tap";
import { GROUP_ZERO } from "../../src/base/ids.ts";
import { MemoryDisk } from "../../src/storage/memory-disk.ts";
import { MemoryStorage } from "../../src/storage/memory-storage.ts";
import type { SnapshotManifest } from "../../src/storage/snapshot.ts";
import {
  SnapshotFileError,
  type SnapshotFileItem,
  SnapshotFileReader,
  SnapshotFileWriter,
} from "../../src/storage/snapshot-file.ts";
import { openSnapshotSource } from "../../src/storage/snapshot-source.ts";
import {
  bytesOf,
  crypto,
  deps,
  flush,
  IDENTITY,
  keyRow,
  pattern,
  plain,
  record,
  sliceOf,
} from "../contract/storage-fixture.ts";

const KEYS = 2000;

const storage = new MemoryStorage(new MemoryDisk(IDENTITY), {
  ...deps,
  schedule: (_what, finish) => setImmediate(finish),
});
const rows = Array.from({ length: KEYS }, (_, at) => keyRow(bytesOf(`key-${at}`), record(pattern(300, at))));
await flush(storage.state(GROUP_ZERO), sliceOf(1, 9, rows, KEYS));
const snapshots = storage.snapshots(GROUP_ZERO);
const manifest = await new Promise<SnapshotManifest>((resolve) => snapshots.write(resolve));
const chunks = Array.from(
  { length: manifest.chunks },
  (_, at) => snapshots.readChunk(at) ?? new Uint8Array(0),
);
const file = fileOf(chunks);

function fileOf(contents: readonly Uint8Array[]): Buffer {
  const writer = new SnapshotFileWriter(crypto, manifest);
  return Buffer.concat([writer.header(), ...contents.map((chunk) => writer.chunk(chunk)), writer.trailer()]);
}

function read(bytes: Uint8Array, pieceBytes = 65_536): SnapshotFileItem[] {
  const reader = new SnapshotFileReader(crypto);
  const items: SnapshotFileItem[] = [];
  for (let at = 0; at < bytes.length; at += pieceBytes) {
    items.push(...reader.push(bytes.subarray(at, at + pieceBytes)));
  }
  reader.end();
  return items;
}

/** The code with which the bytes are refused. */
function codeOf(bytes: Uint8Array): string {
  try {
    read(bytes);
    return "taken";
  } catch (error) {
    if (error instanceof SnapshotFileError) return error.code;
    throw error;
  }
}

t.test("a file gives back what went into it, in pieces of any size", async (t) => {
  t.ok(manifest.chunks >= 3);
  for (const pieceBytes of [1000, 4096, 65_536, file.length]) {
    const [first, ...rest] = read(file, pieceBytes);
    t.same(plain(first), plain({ kind: "manifest", manifest }));
    t.same(
      rest.map((item) => item.kind === "chunk" && item.index),
      chunks.map((_, at) => at),
    );
  }
});

t.test("all rows are read from it, verified", async (t) => {
  async function* pieces() {
    for (let at = 0; at < file.length; at += 10_000) yield file.subarray(at, at + 10_000);
  }
  const source = await openSnapshotSource(crypto, pieces());
  t.same(plain(source.manifest), plain(manifest));
  let count = 0;
  for await (const some of source.rows()) count += some.length;
  t.equal(count, KEYS);
});

t.test("a flipped bit anywhere is found", async (t) => {
  const counts = new Map<string, number>();
  for (let flip = 0; flip < 300; flip++) {
    // The beginning and the end densely, what lies between here and there.
    const span = 200 + Math.floor(((file.length - 400) * (flip - 140)) / 160);
    const at = flip < 100 ? flip : flip < 140 ? file.length - 1 - (flip - 100) : span;
    const flipped = Buffer.from(file);
    flipped[at] = (flipped[at] ?? 0) ^ (1 << (flip % 8));
    const code = codeOf(flipped);
    counts.set(code, (counts.get(code) ?? 0) + 1);
    if (code === "taken") t.fail(`byte ${at}`);
  }
  t.equal(counts.get("not_a_snapshot"), 8, "those of the magic");
  t.equal(counts.get("other_format"), 8, "those of the versions");
});

t.test("a file that is cut, or goes on, or is none, is refused by name", async (t) => {
  for (const length of [8, 20, 100, 600, 5000, file.length - 40, file.length - 1]) {
    t.equal(codeOf(file.subarray(0, length)), "damaged", `${length} bytes`);
  }
  t.equal(codeOf(Buffer.concat([file, Uint8Array.of(0)])), "damaged");
  t.equal(codeOf(new Uint8Array(0)), "damaged");
  t.equal(codeOf(file.subarray(0, 3)), "damaged");
  t.equal(codeOf(bytesOf("some text that somebody wrote")), "not_a_snapshot");
});

t.test("chunks out of order or missing are not written", async (t) => {
  const [first, second, ...others] = chunks;
  if (first === undefined || second === undefined) throw new Error("too few chunks");
  t.throws(() => fileOf([second, first, ...others]), SnapshotFileError);
  t.throws(() => fileOf([first, second]), SnapshotFileError);
});

t.test("a file is not finished of chunks that are not the manifest's", async (t) => {
  const other = { ...manifest, chain: manifest.chain.toReversed() };
  const writer = new SnapshotFileWriter(crypto, other);
  for (const chunk of chunks) writer.chunk(chunk);
  t.throws(() => writer.trailer(), { code: "damaged" });
});
