import t from "tap";
import { failure } from "../../src/base/errors.ts";
import type { Slot } from "../../src/base/ids.ts";
import { CHUNKS_ASKED_MAX } from "../../src/base/limits.ts";
import { pullSnapshot } from "../../src/client/snapshot-pull.ts";
import { threeNodes } from "./world.ts";

const COUNT = 9;
const offered = { manifest: Uint8Array.of(1, 2), hash: new Uint8Array(32).fill(7), chunks: COUNT };
const options = { least: 5 as Slot, timeoutMs: 5000 };

function setUp() {
  const { world, nodes } = threeNodes();
  const client = world.client();
  world.chunks = Array.from({ length: COUNT }, (_, index) => Uint8Array.of(index));
  const asked = (kind: "snapshot" | "chunk") => nodes[1].received.filter((request) => request.kind === kind);
  return { world, nodes, client, asked, address: nodes[1].address };
}

async function collected(chunks: AsyncIterable<Uint8Array>): Promise<number[]> {
  const indexes: number[] = [];
  for await (const [index = -1] of chunks) indexes.push(index);
  return indexes;
}

t.test("one that is being made is asked for until it is there, then comes whole and in order", async (t) => {
  t.type(pullSnapshot, "function");
  const { world, client, asked, address } = setUp();
  world.snapshots.push(undefined, undefined, offered);
  const snapshot = await world.resolve(client.operator.snapshot(address, options));
  t.same([...snapshot.manifest], [1, 2]);
  t.equal(snapshot.servedBy, "n2");
  t.match(asked("snapshot"), [{ least: 5, maxAgeMs: 0 }, {}, {}]);
  t.same(await world.resolve(collected(snapshot.chunks())), [0, 1, 2, 3, 4, 5, 6, 7, 8]);
  client.close();
});

t.test("no more chunks are asked for than are soon taken", async (t) => {
  const { world, client, asked, address } = setUp();
  world.snapshots.push(offered);
  const snapshot = await world.resolve(client.operator.snapshot(address, options));
  const chunks = snapshot.chunks();
  await world.resolve(chunks.next());
  await world.run(1000);
  t.ok(asked("chunk").length <= CHUNKS_ASKED_MAX);
  await world.resolve(chunks.return());
  await world.run(1000);
  t.ok(asked("chunk").length <= CHUNKS_ASKED_MAX, "whoever leaves asks for no more");
  client.close();
});

t.test("a lost answer is asked for again, of the same node", async (t) => {
  const { world, nodes, client, asked, address } = setUp();
  world.snapshots.push(offered);
  let lost = 0;
  nodes[1].intercept = (request) =>
    request.kind === "chunk" && lost++ === 2 ? "execute-and-drop" : undefined;
  const snapshot = await world.resolve(client.operator.snapshot(address, { ...options, timeoutMs: 30_000 }));
  t.equal((await world.resolve(collected(snapshot.chunks()))).length, COUNT);
  t.equal(asked("chunk").length, COUNT + 1);
  client.close();
});

t.test("a node without room for a snapshot is asked once, since nobody makes room meanwhile", async (t) => {
  const { world, nodes, client, asked, address } = setUp();
  nodes[1].intercept = (request) =>
    request.kind === "snapshot"
      ? { kind: "failure", failure: failure("no_space", "not_applied", "no room") }
      : undefined;
  const beganMs = world.nowMs();
  const failed = client.operator.snapshot(address, { ...options, timeoutMs: 30_000 }).catch((error) => error);
  t.match(await world.resolve(failed), {
    failure: { code: "no_space", retryable: true, message: "no room" },
  });
  t.equal(asked("snapshot").length, 1);
  t.ok(world.nowMs() - beganMs < 1000, "by the world's own clock");
  client.close();
});

t.test("a snapshot that is gone in the middle is an error that says so", async (t) => {
  const { world, client, address } = setUp();
  world.snapshots.push(offered);
  world.chunks = world.chunks.slice(0, 5);
  const snapshot = await world.resolve(client.operator.snapshot(address, options));
  const failed = collected(snapshot.chunks()).catch((error: unknown) => error);
  t.match(await world.resolve(failed), { failure: { code: "unavailable", outcome: "not_applied" } });
  client.close();
});
