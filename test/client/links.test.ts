import t from "tap";
import { isLoopback } from "../../src/client/links.ts";
import { threeNodes } from "./world.ts";

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
