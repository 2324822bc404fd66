import t from "tap";
import { indexOf, LossyWorld, numbered } from "./lossy-world.ts";

t.test("a process that was held up does not take its own pause for a slow path", async (t) => {
  const world = new LossyWorld(1);
  world.faults = { loss: 0, duplicate: 0, delayMs: [30, 30] };
  const { a, b } = world.pair();
  a.endpoint.sendMessage(a.link, numbered(0, 100));
  // Everything stops while the acknowledgement is on its way: it waits in a's socket.
  world.runUntil(() => b.payloads.length === 1, 100);
  world.run(20);
  world.nowMs += 3000;
  world.run(100);
  t.equal(a.endpoint.stats(a.link)?.inFlightBytes, 0);
  const rttMs = a.endpoint.stats(a.link)?.rttMs ?? Number.NaN;
  t.ok(rttMs < 150, `the round trip is taken for ${rttMs} ms`);
});

t.test("nothing leaves before flush, and one turn's messages share a packet", async (t) => {
  const world = new LossyWorld(1);
  const { a, b } = world.pair();
  world.run(100);
  const before = world.transmitted;
  for (let index = 0; index < 10; index++) a.endpoint.sendMessage(a.link, numbered(index, 80));
  t.equal(world.transmitted, before);
  a.endpoint.flush(world.nowMs);
  t.equal(world.transmitted, before + 1);
  world.run(5);
  t.equal(b.payloads.length, 10);
});

t.test("a small message overtakes a large one", async (t) => {
  const world = new LossyWorld(1);
  const { a, b } = world.pair();
  a.endpoint.sendMessage(a.link, numbered(0, 4 * 1024 * 1024));
  world.run(20);
  a.endpoint.sendMessage(a.link, numbered(1, 100));
  a.endpoint.sendMessage(a.link, numbered(2, 5000));
  t.ok(world.runUntil(() => b.payloads.length >= 2, 50));
  t.same(b.payloads.map(indexOf), [1, 2]);
  a.endpoint.close(a.link);
});

t.test("a withdrawn message is not sent again, whole or in pieces", async (t) => {
  const world = new LossyWorld(1);
  const { a, b } = world.pair();
  world.run(100);
  world.filter = () => false;
  a.endpoint.sendMessage(a.link, numbered(0, 100), { epoch: 5, position: 10 });
  a.endpoint.sendMessage(a.link, numbered(1, 100), { epoch: 5, position: 11 });
  a.endpoint.sendMessage(a.link, numbered(2, 100), { epoch: 6, position: 11 });
  a.endpoint.sendMessage(a.link, numbered(3, 100));
  a.endpoint.sendMessage(a.link, numbered(4, 9000), { epoch: 6, position: 10 });
  a.endpoint.sendMessage(a.link, numbered(5, 200_000), { epoch: 6, position: 10 });
  world.run(5);
  a.endpoint.withdraw(a.link, { epoch: 6, position: 11 });
  a.endpoint.sendMessage(a.link, numbered(6, 100), { epoch: 1, position: 1 });
  world.filter = () => true;
  t.ok(world.runUntil(() => b.payloads.length === 3, 5000));
  world.run(1000);
  t.same(
    b.payloads.map(indexOf).sort(),
    [2, 3, 6],
    "what was said later, or of something else, still arrives",
  );
  t.equal(a.endpoint.stats(a.link)?.queuedBytes, 0);
});

t.test("a message withdrawn when half of it had arrived leaves nothing behind", async (t) => {
  const world = new LossyWorld(1);
  const { a, b } = world.pair({ messageBytesMax: 300_000 });
  for (let round = 0; round < 50; round++) {
    a.endpoint.sendMessage(a.link, numbered(round, 300_000), { epoch: 0, position: round });
    a.endpoint.sendMessage(a.link, numbered(round, 290_000), { epoch: 0, position: round });
    world.run(3);
    a.endpoint.withdraw(a.link, { epoch: 0, position: round + 1 });
    world.run(3);
  }
  b.payloads.length = 0;
  a.endpoint.sendMessage(a.link, numbered(7, 300_000));
  t.ok(world.runUntil(() => b.payloads.length === 1, 5000));
  t.same(b.endpoint.drops().get("reassembly_full"), undefined);
});

t.test("a repeated or replayed hello gets the same reply and makes no second link", async (t) => {
  const world = new LossyWorld(1);
  const hellos: Uint8Array[] = [];
  const replies: Uint8Array[] = [];
  world.filter = (from, _to, datagram) => {
    if (datagram[1] === 1) hellos.push(datagram.slice());
    if (datagram[1] === 2 && from.port === 7001) replies.push(datagram.slice());
    return true;
  };
  const { a, b } = world.pair();
  const hello = hellos[0] as Uint8Array;
  for (let count = 0; count < 5; count++) b.endpoint.receive(hello, a.address, world.nowMs);
  world.run(100);
  t.equal(b.admitted, 1);
  t.equal(b.ups.length, 1);
  t.ok(replies.length >= 6);
  for (const reply of replies) {
    t.same(reply, replies[0]);
    t.ok(reply.length <= hello.length);
  }
  b.endpoint.receive(hello, { host: "10.6.6.6", port: 1 }, world.nowMs);
  world.run(100);
  t.equal(b.ups.length, 1, "a hello that nobody proves brings nothing up");
});

t.test("in flight stays below what a stock receive buffer holds", async (t) => {
  const world = new LossyWorld(1);
  const { a, b } = world.pair({ isSameHost: () => true, receiveBufferBytes: 212_992 });
  let unread = 0;
  let unreadMax = 0;
  world.filter = (from, _to, datagram) => {
    if (from.port === a.address.port) unread += Math.max(datagram.length + 2400, 2304);
    unreadMax = Math.max(unreadMax, unread);
    return true;
  };
  for (let index = 0; index < 40; index++) a.endpoint.sendMessage(a.link, numbered(index, 50_000));
  for (let turn = 0; turn < 2000 && b.payloads.length < 40; turn++) {
    unread = 0;
    world.run(1);
  }
  t.equal(b.payloads.length, 40);
  t.ok(unreadMax <= 212_992 / 4, `${unreadMax} bytes at once`);
});

t.test("bytes that come from elsewhere than the link's peer are dropped", async (t) => {
  const world = new LossyWorld(1);
  const packets: Uint8Array[] = [];
  world.filter = (_from, _to, datagram) => {
    if (datagram[1] === 4) packets.push(datagram.slice());
    return false;
  };
  world.filter = () => true;
  const { a, b } = world.pair();
  world.run(50);
  world.filter = (_from, _to, datagram) => {
    packets.push(datagram.slice());
    return false;
  };
  a.endpoint.sendMessage(a.link, numbered(0, 10));
  a.endpoint.flush(world.nowMs);
  b.endpoint.receive(packets[0] as Uint8Array, { host: "10.6.6.6", port: 7000 }, world.nowMs);
  t.same(b.payloads, []);
  t.equal(b.endpoint.drops().get("wrong_source"), 1);
  b.endpoint.receive(packets[0] as Uint8Array, a.address, world.nowMs);
  b.endpoint.receive(packets[0] as Uint8Array, a.address, world.nowMs);
  t.equal(b.payloads.length, 1);
  t.equal(b.endpoint.drops().get("packet_repeated"), 1);
});
