import type { Test } from "tap";
import { equalBytes } from "../../src/base/bytes.ts";
import type { TransportFactory } from "../../src/transport/service.ts";
import { type Host, indexOf, LossyWorld, numbered } from "../transport/lossy-world.ts";

const SEEDS = [1, 2, 3, 4, 5];

/** What every transport promises to those who send and receive over it. */
export function transportContract(t: Test, open: TransportFactory): void {
  t.test("a handshake brings both sides up, each with the other's words", async (t) => {
    const world = new LossyWorld(1, open);
    const { a, b } = world.pair();
    t.same(a.ups[0]?.body, Uint8Array.of(9));
    t.same(b.ups[0]?.body, Uint8Array.of(1, 2, 3));
    t.equal(a.ups[0]?.initiator, true);
    t.equal(b.ups[0]?.initiator, false);
  });

  for (const seed of SEEDS) {
    t.test(
      `seed ${seed}: every message arrives exactly once through loss, repeats and reordering`,
      async (t) => {
        const world = new LossyWorld(seed, open);
        world.faults = { loss: 0.3, duplicate: 0.2, delayMs: [1, 30] };
        const { a, b } = world.pair();
        const sizes: number[] = [];
        for (let turn = 0; turn < 60; turn++) {
          for (let count = world.random.below(20); count > 0; count--) {
            const size = world.random.below(20) === 0 ? world.random.below(30_000) : world.random.below(600);
            t.ok(a.endpoint.sendMessage(a.link, numbered(sizes.length, size)));
            sizes.push(size);
          }
          world.run(world.random.below(15));
        }
        world.runUntil(() => b.payloads.length >= sizes.length, 60_000);
        world.run(2000);
        assertExactlyOnce(t, b, sizes);
        t.equal(a.endpoint.stats(a.link)?.queuedBytes, 0, "nothing is held once all is acknowledged");
        t.equal(a.endpoint.stats(a.link)?.inFlightBytes, 0);
        t.same(a.downs, []);
        t.same(b.downs, []);
      },
    );
  }

  for (const loss of [0, 0.1, 0.3]) {
    t.test(`1 MiB goes through with ${loss * 100} % loss`, async (t) => {
      const world = new LossyWorld(7, open);
      const { a, b } = world.pair();
      world.faults = { loss, duplicate: 0.05, delayMs: [1, 4] };
      const startedMs = world.nowMs;
      a.endpoint.sendMessage(a.link, numbered(0, 1024 * 1024));
      t.ok(world.runUntil(() => b.payloads.length === 1, 60_000));
      t.comment(`${world.nowMs - startedMs} virtual ms, ${world.transmitted} datagrams`);
      assertExactlyOnce(t, b, [1024 * 1024]);
    });
  }

  t.test("messages of every awkward size arrive whole, at both datagram sizes", async (t) => {
    for (const isSameHost of [false, true]) {
      const world = new LossyWorld(3, open);
      const { a, b } = world.pair({ isSameHost: () => isSameHost });
      const sizes = [
        4, 1099, 1100, 1101, 1199, 1200, 1201, 61_338, 61_339, 61_440, 65_536, 65_537, 4_259_840,
      ];
      for (const [index, size] of sizes.entries()) {
        t.ok(a.endpoint.sendMessage(a.link, numbered(index, size)));
      }
      t.ok(a.endpoint.sendMessage(a.link, new Uint8Array(0)));
      t.notOk(a.endpoint.sendMessage(a.link, new Uint8Array(4_259_841)), "one byte too much is refused");
      t.ok(world.runUntil(() => b.payloads.length === sizes.length + 1, 60_000));
      b.payloads.splice(
        b.payloads.findIndex((payload) => payload.length === 0),
        1,
      );
      assertExactlyOnce(t, b, sizes);
    }
  });

  t.test("a datagram goes out although messages wait for an answer, and is never sent again", async (t) => {
    const world = new LossyWorld(1, open);
    const { a, b } = world.pair();
    world.filter = () => false;
    a.endpoint.sendMessage(a.link, numbered(0, 1024 * 1024));
    world.run(30);
    world.filter = () => true;
    a.endpoint.sendDatagram(a.link, numbered(1, 40));
    world.run(2);
    t.same(b.payloads.map(indexOf), [1]);
    world.filter = () => false;
    a.endpoint.sendDatagram(a.link, numbered(2, 40));
    world.run(2);
    world.filter = () => true;
    t.ok(world.runUntil(() => b.payloads.length === 2, 5000));
    t.same(b.payloads.map(indexOf), [1, 0]);
  });

  t.test("a link takes no more than its memory allows, and withdrawing makes room", async (t) => {
    const world = new LossyWorld(1, open);
    const { a } = world.pair();
    world.filter = () => false;
    let count = 0;
    while (a.endpoint.sendMessage(a.link, new Uint8Array(10_000), { epoch: 1, position: 1 })) count++;
    t.ok(count > 3000 && count < 3500, `${count} messages of 10,000 bytes`);
    a.endpoint.withdraw(a.link, { epoch: 2, position: 0 });
    t.ok(a.endpoint.sendMessage(a.link, new Uint8Array(10_000)));
  });

  t.test("a repeated hello is admitted once and makes no second link", async (t) => {
    const world = new LossyWorld(1, open);
    const sent: Uint8Array[] = [];
    world.filter = (_from, _to, datagram) => {
      sent.push(datagram.slice());
      return true;
    };
    const { a, b } = world.pair();
    for (let count = 0; count < 5; count++) {
      b.endpoint.receive(sent[0] as Uint8Array, a.address, world.nowMs);
      world.run(50);
    }
    t.equal(b.admitted, 1);
    t.equal(b.ups.length, 1);
    t.same([...a.downs, ...b.downs], []);
  });

  t.test("a withdrawn message is not sent again", async (t) => {
    const world = new LossyWorld(1, open);
    const { a, b } = world.pair();
    world.run(100);
    world.filter = () => false;
    a.endpoint.sendMessage(a.link, numbered(0, 100), { epoch: 5, position: 10 });
    a.endpoint.sendMessage(a.link, numbered(1, 100), { epoch: 6, position: 10 });
    a.endpoint.sendMessage(a.link, numbered(2, 100), { epoch: 6, position: 11 });
    a.endpoint.sendMessage(a.link, numbered(3, 100));
    world.run(5);
    a.endpoint.withdraw(a.link, { epoch: 6, position: 11 });
    a.endpoint.sendMessage(a.link, numbered(4, 100), { epoch: 1, position: 1 });
    world.filter = () => true;
    t.ok(world.runUntil(() => b.payloads.length === 3, 5000));
    world.run(1000);
    t.same(b.payloads.map(indexOf).sort(), [2, 3, 4]);
    t.equal(a.endpoint.stats(a.link)?.queuedBytes, 0);
  });

  t.test("a forged hello does not replace a live link", async (t) => {
    const world = new LossyWorld(1, open);
    const hellos: Uint8Array[] = [];
    world.filter = (_from, _to, datagram) => {
      if (hellos.length === 0) hellos.push(datagram.slice());
      return true;
    };
    const { a, b } = world.pair();
    b.admission = () => ({ kind: "accept", reply: new Uint8Array(0), replaces: [b.link] });
    b.endpoint.receive(hellos[0] as Uint8Array, { host: "10.6.6.6", port: 1 }, world.nowMs);
    world.run(1000);
    t.same(b.downs, []);
    const again = a.endpoint.connect(b.address, new Uint8Array(0), world.nowMs);
    t.ok(world.runUntil(() => b.downs.length > 0, 1000));
    t.equal(b.downs[0]?.reason, "replaced");
    t.equal(a.link, again);
  });

  t.test("a hello without answer is repeated, then given up", async (t) => {
    const world = new LossyWorld(1, open);
    const a = world.host();
    const link = a.endpoint.connect({ host: "10.0.0.9", port: 9 }, new Uint8Array(0), world.nowMs);
    t.ok(world.runUntil(() => a.downs.length > 0, 5000));
    t.match(a.downs, [{ link, reason: "no_answer" }]);
    t.ok(world.transmitted >= 4 && world.transmitted <= 6);
  });

  t.test("a refusal carries its words, an ignored hello gets silence", async (t) => {
    const world = new LossyWorld(1, open);
    const a = world.host();
    const b = world.host();
    b.admission = () => ({ kind: "refuse", reply: Uint8Array.of(4, 2) });
    a.endpoint.connect(b.address, new Uint8Array(0), world.nowMs);
    world.run(50);
    t.equal(a.downs[0]?.reason, "refused");
    t.same(a.downs[0]?.detail, Uint8Array.of(4, 2));
    b.admission = () => ({ kind: "ignore" });
    a.endpoint.connect(b.address, new Uint8Array(0), world.nowMs);
    world.run(4000);
    t.equal(a.downs[1]?.reason, "no_answer");
  });

  t.test("close tells the peer, after what was sent before", async (t) => {
    const world = new LossyWorld(1, open);
    const { a, b } = world.pair();
    a.endpoint.sendMessage(a.link, numbered(1, 10));
    a.endpoint.close(a.link);
    t.same(a.downs, [], "nothing is reported from within close");
    t.notOk(a.endpoint.sendMessage(a.link, numbered(2, 10)));
    world.run(20);
    t.equal(a.downs[0]?.reason, "closed");
    t.equal(b.downs[0]?.reason, "closed_by_peer");
    t.same(b.payloads.map(indexOf), [1]);
  });

  t.test("a peer that is gone is noticed by its unanswered probes within two seconds", async (t) => {
    const world = new LossyWorld(1, open);
    const { a, b } = world.pair();
    world.run(500);
    world.kill(b);
    const startedMs = world.nowMs;
    a.endpoint.sendMessage(a.link, numbered(0, 100));
    t.ok(world.runUntil(() => a.downs.length > 0, 5000));
    t.equal(a.downs[0]?.reason, "silent");
    t.ok(world.nowMs - startedMs >= 1000 && world.nowMs - startedMs <= 2000, `${world.nowMs - startedMs} ms`);
  });

  t.test("a restarted peer knows nothing of the old link and says nothing about it", async (t) => {
    const world = new LossyWorld(1, open);
    const { a, b } = world.pair();
    const fresh = world.restart(b);
    a.endpoint.sendMessage(a.link, numbered(0, 100));
    t.ok(world.runUntil(() => a.downs.length > 0, 5000));
    t.ok((fresh.endpoint.drops().get("unknown_connection") ?? 0) > 0);
    t.same(fresh.payloads, []);
    a.endpoint.connect(fresh.address, new Uint8Array(0), world.nowMs);
    t.ok(world.runUntil(() => fresh.ups.length === 1, 1000));
  });

  t.test("an idle link is kept alive, and ends when nothing is heard for the time-out", async (t) => {
    const world = new LossyWorld(1, open);
    const { a, b } = world.pair({ idleTimeoutMs: 3000 });
    world.run(20_000);
    t.same(a.downs, []);
    t.same(b.downs, []);
    t.ok(world.transmitted < 100, `${world.transmitted} datagrams in 20 s`);
    world.filter = () => false;
    world.run(3100);
    t.equal(a.downs[0]?.reason, "silent");
    t.equal(b.downs[0]?.reason, "silent");
  });

  t.test("a process that stood still judges nobody before it has looked into its socket", async (t) => {
    const world = new LossyWorld(1, open);
    const { a } = world.pair({ idleTimeoutMs: 3000 });
    world.nowMs += 60_000;
    a.endpoint.tick(world.nowMs);
    t.same(a.downs, []);
    a.endpoint.tick(world.nowMs + 10);
    t.equal(a.downs[0]?.reason, "silent");
  });

  t.test("hellos beyond the number of links are ignored and counted", async (t) => {
    const world = new LossyWorld(1, open);
    const b = world.host({ linksMax: 2 });
    const hosts = [world.host(), world.host(), world.host()];
    for (const host of hosts) host.endpoint.connect(b.address, new Uint8Array(0), world.nowMs);
    world.run(4000);
    t.equal(b.ups.length, 2);
    t.ok((b.endpoint.drops().get("links_full") ?? 0) > 0);
  });
}

function assertExactlyOnce(t: Test, host: Host, sizes: readonly number[]): void {
  const seen = new Set<number>();
  for (const payload of host.payloads) {
    const index = indexOf(payload);
    t.notOk(seen.has(index), `message ${index} arrives once`);
    seen.add(index);
    if (!equalBytes(payload, numbered(index, sizes[index] ?? 0)))
      t.fail(`message ${index} arrives unchanged`);
  }
  t.equal(seen.size, sizes.length, "every message arrives");
}
