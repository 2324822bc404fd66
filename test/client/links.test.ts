import t from "tap";
import { isLoopback } from "../../src/client/links.ts";
import { FakeNode, threeNodes, World } from "./world.ts";

t.test("loopback is 127.0.0.0/8 and ::1, nothing else", async (t) => {
  for (const host of ["127.0.0.1", "127.1.2.3", "::1"]) t.ok(isLoopback({ host, port: 1 }), host);
  for (const host of ["10.0.0.1", "0.0.0.0", "::", "128.0.0.1"]) t.notOk(isLoopback({ host, port: 1 }), host);
});

t.test("a live leader that is slow to answer is probed, not given up", async (t) => {
  const { world, nodes } = threeNodes();
  const client = world.client();
  await world.resolve(client.put("a", "1"));
  nodes[0].intercept = (request) => (request.kind === "get" ? "drop" : undefined);
  const read = client.get("a", { timeoutMs: 10_000 });
  await world.run(1_500);
  t.ok(
    nodes[0].received.some(({ kind }) => kind === "ping"),
    "asked whether it lives",
  );
  const asked = nodes.flatMap((node) => node.received).filter(({ kind }) => kind === "get");
  t.equal(asked.length, 1, "and the read is not sent elsewhere");
  nodes[0].intercept = () => undefined;
  t.ok((await world.resolve(read)).record, "until its patience ends");
  client.close();
});

t.test("a node that is only to answer some day is probed rarely, and missed all the same", async (t) => {
  const { world, nodes } = threeNodes();
  const client = world.client();
  await world.resolve(client.put("a", "1"));
  const watch = client.watch({ key: "a" });
  const change = watch[Symbol.asyncIterator]().next();
  await world.run(500);
  const watched = nodes.find((node) => node.watchCount > 0) ?? nodes[0];
  const pings = (): number => watched.received.filter(({ kind }) => kind === "ping").length;
  const before = pings();
  await world.run(5_000);
  const rare = pings() - before;
  t.ok(rare >= 3 && rare <= 10, `${rare} probes in five seconds`);
  watched.intercept = (request) => (request.kind === "get" ? "drop" : undefined);
  const read = client.get("a", { timeoutMs: 10_000 });
  void read.catch(() => undefined);
  await world.run(1_500);
  t.ok(pings() - before - rare >= 5, "as soon as somebody waits for an answer, it is probed often");
  watched.isFrozen = true;
  world.leader = nodes.find((node) => node !== watched);
  await world.run(3_000);
  t.ok(
    nodes.some((node) => node !== watched && node.watchCount > 0),
    "dead, it is watched elsewhere",
  );
  await world.resolve(client.put("a", "2"));
  t.match((await world.resolve(change)).value, { kind: "put" });
  client.close();
});

t.test("a pause of this very process is nobody's silence", async (t) => {
  const { world, nodes } = threeNodes();
  const client = world.client();
  await world.resolve(client.put("a", "1"));
  const read = client.get("a");
  world.stall(3_000);
  await world.resolve(read);
  const asked = nodes.flatMap((node) => node.received).filter(({ kind }) => kind === "get");
  t.equal(asked.length, 1, "the link survived, and one attempt was enough");
  client.close();
});

t.test("a process that is always held up gives up in time all the same", async (t) => {
  const { world, nodes } = threeNodes();
  const client = world.client();
  await world.resolve(client.put("a", "1"));
  for (const node of nodes) node.intercept = () => "drop";
  const read = client.get("a", { timeoutMs: 2_000 });
  read.catch(() => undefined);
  const fromMs = world.nowMs();
  let isOver = false;
  void read.catch(() => {
    isOver = true;
  });
  while (!isOver && world.nowMs() - fromMs < 10_000) {
    world.stall(150);
    await world.run(1);
  }
  t.ok(isOver, "its time-out is noticed");
  client.close();
});

t.test("a node that answers elsewhere than the members say is where it answers", async (t) => {
  const world = new World();
  const node = new FakeNode(world, "n1", 7410);
  node.knownAt = { host: "127.0.0.1", port: 7400 };
  world.leader = node;
  const client = world.client();
  const before = world.nowMs();
  await world.resolve(client.put("a", "1"));
  await world.resolve(client.put("b", "1"));
  t.same(
    client.members,
    [node.hint()].map((hint) => ({ ...hint, port: 7410 })),
  );
  t.equal(client.leader, "n1");
  t.ok(world.nowMs() - before < 100, "nobody is looked for at the other address");
  client.close();
});

t.test("of others a node tells what the members say", async (t) => {
  const { world, nodes } = threeNodes();
  nodes[2].knownAt = { host: "127.0.0.1", port: 7499 };
  const client = world.client({ endpoints: [nodes[1].address] });
  await world.resolve(client.put("a", "1"));
  t.same(
    client.members.map(({ port }) => port),
    [7401, 7402, 7499],
  );
  client.close();
});
