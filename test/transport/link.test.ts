import t from "tap";
import { ChecksumProtection } from "../../src/transport/protection.ts";
import { indexOf, LossyWorld, numbered } from "./lossy-world.ts";

const ACK_RANGE_COUNT_AT = 12;

t.test("an acknowledgement rides on whatever goes back, and alone when nothing does", async (t) => {
  const world = new LossyWorld(1);
  const { a, b } = world.pair();
  world.run(200);
  b.onMessage = (link, payload) => b.endpoint.sendMessage(link, numbered(indexOf(payload), 50));
  const fromB: Uint8Array[] = [];
  world.filter = (from, _to, datagram) => {
    if (from.port === b.address.port) fromB.push(datagram.slice());
    return true;
  };
  a.endpoint.sendMessage(a.link, numbered(1, 50));
  world.run(3);
  t.equal(fromB.length, 1);
  t.equal(fromB[0]?.[ACK_RANGE_COUNT_AT], 1);
  b.onMessage = undefined;
  world.run(100);
  fromB.length = 0;
  a.endpoint.sendMessage(a.link, numbered(2, 50));
  world.run(3);
  t.equal(fromB.length, 0, "it waits for company first");
  world.run(20);
  t.equal(fromB.length, 1);
  t.same(a.endpoint.stats(a.link)?.inFlightBytes, 0);
});

t.test("a lost packet is found by the ones after it, long before a probe", async (t) => {
  const world = new LossyWorld(1);
  const { a, b } = world.pair();
  world.run(200);
  world.filter = () => false;
  a.endpoint.sendMessage(a.link, numbered(0, 500));
  a.endpoint.flush(world.nowMs);
  world.filter = () => true;
  for (let index = 1; index < 5; index++) {
    a.endpoint.sendMessage(a.link, numbered(index, 500));
    a.endpoint.flush(world.nowMs);
  }
  t.ok(world.runUntil(() => b.payloads.length === 5, 6));
  t.ok((a.endpoint.stats(a.link)?.loss ?? 0) > 0);
});

t.test("a lost last packet is sent again by a probe", async (t) => {
  const world = new LossyWorld(1);
  const { a, b } = world.pair();
  world.run(200);
  world.filter = () => false;
  a.endpoint.sendMessage(a.link, numbered(0, 500));
  a.endpoint.flush(world.nowMs);
  world.filter = () => true;
  t.notOk(world.runUntil(() => b.payloads.length === 1, 15));
  t.ok(world.runUntil(() => b.payloads.length === 1, 100));
});

t.test("bulk at full speed loses nothing on a clean path and fills its datagrams", async (t) => {
  const world = new LossyWorld(1);
  const { a, b } = world.pair();
  const before = world.transmitted;
  for (let index = 0; index < 2000; index++) a.endpoint.sendMessage(a.link, numbered(index, 300));
  t.ok(world.runUntil(() => b.payloads.length === 2000, 5000));
  t.equal(a.endpoint.stats(a.link)?.loss, 0);
  t.ok(
    world.transmitted - before < 1100,
    `${world.transmitted - before} datagrams, acknowledgements included`,
  );
});

t.test("a thousand idle links cost a few keep-alives and no other packet", async (t) => {
  const world = new LossyWorld(1);
  const hub = world.host({ idleTimeoutMs: 30_000 });
  const spoke = world.host({ idleTimeoutMs: 30_000 });
  for (let count = 0; count < 1000; count++) {
    spoke.endpoint.connect(hub.address, new Uint8Array(0), world.nowMs);
    if (count % 100 === 99) world.run(20);
  }
  t.ok(world.runUntil(() => hub.ups.length === 1000, 2000));
  world.run(200);
  const before = world.transmitted;
  world.run(9000);
  t.equal(world.transmitted, before);
  world.run(2000);
  t.ok(world.transmitted - before <= 4000);
  t.same([hub.downs, spoke.downs], [[], []]);
});

t.test("datagrams beyond the queue push out the oldest, too long ones are counted", async (t) => {
  const world = new LossyWorld(1);
  const { a, b } = world.pair();
  for (let index = 0; index < 100; index++) a.endpoint.sendDatagram(a.link, numbered(index, 20));
  a.endpoint.sendDatagram(a.link, new Uint8Array(1200));
  world.run(5);
  t.equal(indexOf(b.payloads[0] as Uint8Array), 36);
  t.equal(b.payloads.length, 64);
  t.equal(a.endpoint.drops().get("datagram_queue_full"), 36);
  t.equal(a.endpoint.drops().get("datagram_too_large"), 1);
});

t.test("a handler may close the link in the middle of a packet", async (t) => {
  const world = new LossyWorld(1);
  const { a, b } = world.pair();
  b.onMessage = (link) => b.endpoint.close(link);
  for (let index = 0; index < 3; index++) a.endpoint.sendMessage(a.link, numbered(index, 20));
  world.run(50);
  t.equal(b.payloads.length, 1);
  t.match(b.downs, [{ reason: "closed" }]);
  t.match(a.downs, [{ reason: "closed_by_peer" }]);
});

t.test("an acknowledgement of packets that were never sent is refused at once", async (t) => {
  const world = new LossyWorld(1);
  const { a, b } = world.pair();
  world.run(100);
  let sealed: Uint8Array = new Uint8Array(0);
  world.filter = (_from, _to, datagram) => {
    sealed = datagram.slice();
    return false;
  };
  a.endpoint.sendMessage(a.link, numbered(0, 100));
  a.endpoint.flush(world.nowMs);
  // The same header with an ack block for one packet far ahead, and nothing else.
  const forged = new Uint8Array(12 + 11 + 16);
  forged.set(sealed.subarray(0, 12));
  forged.set([1, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0], 12);
  new ChecksumProtection(world.crypto).seal(forged, 23);
  b.endpoint.receive(forged, a.address, world.nowMs);
  t.equal(b.endpoint.drops().get("ack_impossible"), 1);
  t.notOk(b.downs.length);
});

t.test("after a blackout with everything in flight the link recovers by probes", async (t) => {
  const world = new LossyWorld(1);
  const { a, b } = world.pair();
  a.endpoint.sendMessage(a.link, numbered(0, 400_000));
  world.run(60);
  world.filter = () => false;
  world.run(700);
  world.filter = () => true;
  t.ok(world.runUntil(() => b.payloads.length === 1, 3000));
  t.same(a.downs, []);
});

t.test("packets that measure a path are of the safe size, arrive, and deliver nothing", async (t) => {
  const world = new LossyWorld(1);
  const { a, b } = world.pair();
  world.run(200);
  const sizes: number[] = [];
  world.filter = (from, _to, datagram) => {
    if (from.port === a.address.port) sizes.push(datagram.length);
    return true;
  };
  const before = a.endpoint.stats(a.link)?.acked ?? 0;
  a.endpoint.measure(a.link, 8);
  world.run(200);
  t.equal(sizes.filter((bytes) => bytes >= 1190 && bytes <= 1200).length, 8);
  t.match(a.endpoint.stats(a.link), { acked: before + 8, lost: 0, largeLost: 0 });
  t.equal(b.payloads.length, 0);
});

t.test("a path that loses large packets alone shows by their number", async (t) => {
  const world = new LossyWorld(1);
  const { a } = world.pair();
  world.run(200);
  world.filter = (_from, _to, datagram) => datagram.length < 900;
  a.endpoint.measure(a.link, 16);
  world.run(500);
  t.ok((a.endpoint.stats(a.link)?.largeLost ?? 0) >= 10);
  world.filter = () => true;
  a.endpoint.measure(a.link, 1);
  world.run(200);
  t.equal(a.endpoint.stats(a.link)?.largeLost, 0);
});
