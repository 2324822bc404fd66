import t from "tap";
import type { Address } from "../../src/base/seams.ts";
import { ChecksumProtection } from "../../src/transport/protection.ts";
import { indexOf, LossyWorld, numbered } from "./lossy-world.ts";

const ROUNDS = 30_000;

t.test("30,000 random, cut, changed and replayed datagrams change nothing", async (t) => {
  const world = new LossyWorld(11);
  const captured: Uint8Array[] = [];
  world.filter = (_from, _to, datagram) => {
    captured.push(datagram.slice());
    return true;
  };
  const { a, b } = world.pair();
  const protection = new ChecksumProtection(world.crypto);
  const sent = new Set<number>();
  const random = world.random;
  const stranger: Address = { host: "10.9.9.9", port: 999 };
  let bytesIn = 0;
  let bytesOut = 0;
  world.filter = (_from, to, datagram) => {
    if (to.port === stranger.port) bytesOut += datagram.length;
    else if (captured.length < 3000) captured.push(datagram.slice());
    return true;
  };

  function mutated(): Uint8Array {
    const original = captured[random.below(captured.length)] as Uint8Array;
    switch (random.below(6)) {
      case 0:
        return random.bytes(random.below(200));
      case 1:
        return original.slice(0, random.below(original.length + 1));
      case 2:
        return original;
      case 3: {
        const longer = new Uint8Array(original.length + random.below(50));
        longer.set(original);
        return longer;
      }
      case 4: {
        const changed = original.slice();
        for (let count = 1 + random.below(4); count > 0; count--) {
          changed[random.below(changed.length)] = random.below(256);
        }
        return changed;
      }
      default: {
        // Sealed again, so that what is behind the checksum is tried too.
        const changed = original.slice();
        if (changed[1] === 4 && changed.length > 40) changed[6] = 1;
        for (let count = 1 + random.below(4); count > 0; count--) {
          const at = 6 + random.below(Math.max(1, changed.length - 22));
          if (at < changed.length - 16) changed[at] = random.below(256);
        }
        if (changed.length < 28) return changed;
        return protection.seal(changed, changed.length - 16).slice();
      }
    }
  }

  for (let round = 0; round < ROUNDS; round++) {
    const datagram = mutated();
    const isForged = random.below(2) === 0;
    const target = random.below(2) === 0 ? a : b;
    const from = isForged ? stranger : target === a ? b.address : a.address;
    if (isForged) {
      bytesIn += datagram.length;
      target.endpoint.receive(datagram, from, world.nowMs);
    } else if (datagram[1] !== 4 || world.crypto === undefined) {
      target.endpoint.receive(datagram, from, world.nowMs);
    } else {
      // From the peer's own address only what the checksum refuses, or what was really sent.
      const isSound = protection.open(datagram) !== undefined;
      if (!isSound || captured.includes(datagram)) target.endpoint.receive(datagram, from, world.nowMs);
    }
    if (round % 10 === 0) {
      a.endpoint.sendMessage(a.link, numbered(round, 50 + random.below(2000)));
      sent.add(round);
    }
    if (round % 5 === 0) world.run(1);
  }
  t.ok(
    world.runUntil(() => b.payloads.length >= sent.size, 20_000),
    "the link still works",
  );
  world.run(500);
  const delivered = b.payloads.map(indexOf);
  t.equal(new Set(delivered).size, delivered.length, "nothing is delivered twice");
  t.ok(
    delivered.every((index) => sent.has(index)),
    "nothing is delivered that was not sent",
  );
  t.same(a.payloads, []);
  t.ok(bytesOut <= bytesIn, `${bytesOut} bytes answered to ${bytesIn}`);
  t.same([a.downs, b.downs], [[], []]);
  t.ok(b.endpoint.drops().size >= 6, [...b.endpoint.drops().keys()].join(" "));
});

t.test("sound packets with senseless content are dropped, or cost their own link alone", async (t) => {
  for (let seed = 1; seed <= 20; seed++) {
    const world = new LossyWorld(seed);
    const { a, b } = world.pair();
    const protection = new ChecksumProtection(world.crypto);
    const packets: Uint8Array[] = [];
    world.filter = (from, _to, datagram) => {
      if (from.port === a.address.port) packets.push(datagram.slice());
      return true;
    };
    a.endpoint.sendMessage(a.link, numbered(1, 20_000));
    a.endpoint.sendMessage(a.link, numbered(2, 100));
    world.run(20);
    const template = packets[0] as Uint8Array;
    for (let round = 0; round < 500; round++) {
      const length = 28 + world.random.below(400);
      const forged = new Uint8Array(length);
      forged.set(template.subarray(0, Math.min(length, template.length)));
      for (let count = world.random.below(12); count > 0; count--) {
        forged[6 + world.random.below(length - 22)] = world.random.below(8);
      }
      forged[8] = 1;
      forged[10] = round >> 8;
      forged[11] = round;
      b.endpoint.receive(protection.seal(forged, length - 16).slice(), a.address, world.nowMs);
      if (round % 20 === 0) world.run(1);
    }
    a.endpoint.connect(b.address, new Uint8Array(0), world.nowMs);
    const ups = b.ups.length;
    t.ok(
      world.runUntil(() => b.ups.length > ups, 2000),
      "the endpoint still takes links",
    );
  }
});
