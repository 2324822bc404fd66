import t from "tap";
import type { WatchEvent } from "../../src/client/replies.ts";
import { Watches } from "../../src/client/watches.ts";
import { threeNodes } from "./world.ts";

/** What a watch tells, gathered as it comes; a page after the other is read as long as `isReading`. */
function gather(events: AsyncIterable<WatchEvent>) {
  const told: string[] = [];
  const gathered = { told, end: "open" as string };
  const run = async (): Promise<void> => {
    for await (const event of events) {
      const key = event.kind === "progress" ? "" : ` ${Buffer.from(event.key)}`;
      told.push(`${event.kind}${key} ${event.revision}`);
    }
  };
  run().then(
    () => {
      gathered.end = "done";
    },
    (error) => {
      gathered.end = error.failure?.code ?? String(error);
    },
  );
  return gathered;
}

t.test("a watch goes on elsewhere when its node is lost, and tells everything once", async (t) => {
  const { world, nodes } = threeNodes();
  const client = world.client();
  const writer = world.client();
  const watch = client.watch({ prefix: "a/" });
  t.equal(await world.resolve(watch.started), 1);
  const gathered = gather(watch);
  let revision = 0;
  for (let round = 0; round < 6; round++) {
    const lost = nodes.find((node) => node.watchCount > 0) ?? nodes[0];
    world.leader = nodes.find((node) => node !== lost);
    lost.isFrozen = true;
    await world.resolve(writer.put(`a/${round}`, "1", { timeoutMs: 20_000 }));
    await world.resolve(writer.put(`b/${round}`, "1", { timeoutMs: 20_000 }));
    revision += 2;
    await world.run(2_000);
    t.equal(gathered.told.at(-1), `put a/${round} ${revision - 1}`, "though its node is frozen");
    lost.restart();
  }
  t.equal(gathered.told.length, 6);
  client.close();
  await world.run(10);
  t.equal(gathered.end, "unavailable", "a client that is closed is not the end of what happens");
  writer.close();
});

t.test("a whole cluster that is away for a while is waited for", async (t) => {
  const { world, nodes } = threeNodes();
  const client = world.client();
  const watch = client.watch({ key: "a" });
  await world.resolve(watch.started);
  const gathered = gather(watch);
  for (const node of nodes) node.isFrozen = true;
  await world.run(60_000);
  t.equal(gathered.end, "open");
  for (const node of nodes) node.restart();
  await world.resolve(client.put("a", "1", { timeoutMs: 20_000 }));
  await world.run(3_000);
  t.strictSame(gathered.told, ["put a 1"]);
  client.close();
});

t.test("nobody who cannot be reached is waited for at the beginning", async (t) => {
  const { world, nodes } = threeNodes();
  for (const node of nodes) node.isFrozen = true;
  const client = world.client();
  const gathered = gather(client.watch({ key: "a", from: 3, timeoutMs: 500 }));
  await world.run(2_000);
  t.equal(gathered.end, "unavailable");
  client.close();
});

t.test("a watcher that does not read holds one page, and the nodes hold nothing for it", async (t) => {
  const { world, nodes } = threeNodes();
  const client = world.client();
  const watch = client.watch({ prefix: "" });
  await world.resolve(watch.started);
  const events = watch[Symbol.asyncIterator]();
  const first = events.next();
  await world.run(100);
  const entries = Array.from({ length: 100 }, (_, index) => [`${index}`, "v".repeat(100)] as const);
  for (let round = 0; round < 50; round++) await world.resolve(client.putAll(entries));
  t.match(await world.resolve(first), { value: { kind: "put" } });
  const asked = (): number =>
    nodes.flatMap((node) => node.received).filter(({ kind }) => kind === "watch").length;
  const before = asked();
  await world.run(30_000);
  t.equal(asked(), before, "nothing more is asked for");
  t.equal(
    nodes.reduce((sum, node) => sum + node.watchCount, 0),
    0,
  );
  let count = 1;
  for (; count < 5_000; count++) await world.resolve(events.next());
  t.ok(asked() - before < 20, "page by page");
  client.close();
});

t.test("a node that waits is not taken for one that does not answer", async (t) => {
  const { world, nodes } = threeNodes();
  const client = world.client();
  gather(client.watch({ key: "a" }));
  await world.run(60_000);
  const asked = nodes.flatMap((node) => node.received).filter(({ kind }) => kind === "watch").length;
  t.ok(asked > 10 && asked < 16, `${asked} questions in a minute`);
  client.close();
});

t.test("a node without a leader is left for one that may know more", async (t) => {
  const { world, nodes } = threeNodes();
  const client = world.client();
  const gathered = gather(client.watch({ key: "a", from: 1, progress: true }));
  await world.run(100);
  t.strictSame(gathered.told, ["progress 0"]);
  world.leader = undefined;
  await world.run(20_000);
  t.strictSame(gathered.told, ["progress 0"], "nobody says that nothing has happened");
  world.leader = nodes[1];
  await world.run(20_000);
  t.ok(gathered.told.length > 1);
  client.close();
});

t.test("an aborted watch ends quietly, an aborted signal begins none", async (t) => {
  const { world } = threeNodes();
  const client = world.client();
  const end = new AbortController();
  const gathered = gather(client.watch({ key: "a", signal: end.signal }));
  await world.run(100);
  end.abort();
  await world.run(10);
  t.equal(gathered.end, "done");
  const never = gather(client.watch({ key: "a", signal: AbortSignal.abort() }));
  await world.run(100);
  t.strictSame(never, { told: [], end: "done" });
  client.close();
});

t.test("options that cannot be meant are refused at once", async (t) => {
  const { world } = threeNodes();
  const client = world.client();
  t.throws(() => client.watch({ from: 0 }), { failure: { code: "bad_request" } } as never);
  t.throws(() => client.watch({ from: 1.5 }), { failure: { code: "bad_request" } } as never);
  t.type(Watches, "function");
  t.throws(() => client.watch({ key: "" }), { failure: { code: "bad_request" } } as never);
  t.throws(() => client.watch({ start: "b", end: "a" }), { failure: { code: "bad_request" } } as never);
  client.close();
});

t.test("a watch that is given up waits at no node, and leaves the link and the others alone", async (t) => {
  const { world, nodes } = threeNodes();
  const client = world.client();
  const waiting = () => nodes.reduce((count, node) => count + node.watchCount, 0);
  const stop = new AbortController();
  const watches = [
    client.watch({ key: "a" }),
    client.watch({ prefix: "b/", signal: stop.signal }),
    client.watch({ key: "stays" }),
  ];
  for (const watch of watches) await world.resolve(watch.started);
  const [closed, aborted, stays] = watches.map((watch) => gather(watch));
  await world.run(50);
  t.equal(waiting(), 3);
  watches[0]?.close();
  stop.abort();
  await world.run(50);
  t.equal(waiting(), 1, "long before its wait is over");
  t.match([closed, aborted], [{ end: "done" }, { end: "done" }]);
  await world.resolve(client.put("stays", "1"));
  await world.run(50);
  t.same(stays?.told, ["put stays 1"]);
  client.close();
});
