import t from "tap";
import type { Address, Network } from "../../../src/base/seams.ts";
import { SystemCrypto } from "../../../src/io/system-crypto.ts";
import { Trace } from "../../../src/lab/trace.ts";
import { Host } from "../../../src/lab/world/host.ts";
import { Scheduler } from "../../../src/lab/world/scheduler.ts";
import { SeededRandom } from "../../../src/lab/world/seeded-random.ts";
import { CALM, SimulatedNetwork, type Weather } from "../../../src/lab/world/simulated-network.ts";

const A: Address = { host: "10.0.0.1", port: 1 };
const B: Address = { host: "10.0.0.2", port: 2 };

class World {
  readonly scheduler = new Scheduler();
  readonly random = new SeededRandom(7);
  readonly trace = new Trace(new SystemCrypto(), () => this.scheduler.nowMs);
  readonly network: SimulatedNetwork;
  readonly a: Host;
  readonly b: Host;
  readonly fromA: Network;
  /** First bytes of what b received, and when. */
  readonly received: number[] = [];
  readonly receivedMs: number[] = [];

  constructor(weather: Weather = CALM) {
    this.network = new SimulatedNetwork(this, weather);
    this.a = this.#host("a");
    this.b = this.#host("b");
    this.fromA = this.network.open({ host: this.a, local: A });
    this.fromA.onDatagram(() => undefined);
    this.listen();
  }

  listen(): void {
    this.network.open({ host: this.b, local: B }).onDatagram((datagram) => {
      this.received.push(datagram[0] ?? -1);
      this.receivedMs.push(this.scheduler.nowMs);
    });
  }

  send(...numbers: readonly number[]): void {
    for (const number of numbers) this.fromA.send(B, Uint8Array.of(number));
  }

  run(ms: number): Promise<void> {
    return this.scheduler.run(
      this.scheduler.nowMs + ms,
      () => Promise.resolve(),
      () => false,
    );
  }

  #host(name: string): Host {
    const { scheduler, random } = this;
    const host = new Host({
      name,
      scheduler,
      random,
      clockRate: 1,
      usesPromises: () => false,
      onKilled: () => undefined,
    });
    host.start(() => undefined);
    return host;
  }
}

t.test("what is clogged arrives all at once, and nothing of it is lost", async (t) => {
  const world = new World();
  world.network.clog("a", "b");
  world.send(1, 2, 3);
  await world.run(500);
  world.send(4);
  await world.run(500);
  t.strictSame(world.received, []);
  world.network.heal();
  await world.run(0);
  t.strictSame([...world.received].sort(), [1, 2, 3, 4]);
  t.equal(new Set(world.receivedMs).size, 1);
});

t.test("nothing passes a cut until it is mended, the other direction does", async (t) => {
  const world = new World();
  world.network.cut("a", "b");
  world.network.cut("b", "a");
  world.network.mend("b", "a");
  world.send(1);
  await world.run(10);
  world.network.mend("a", "b");
  world.send(2);
  await world.run(10);
  t.strictSame(world.received, [2]);
});

t.test("every kind of weather is counted, and does what it says", async (t) => {
  const world = new World({ ...CALM, lossChance: 0.2, duplicateChance: 0.2, garbleChance: 0.2 });
  for (let count = 0; count < 500; count++) world.send(0);
  await world.run(100);
  const { counts } = world.trace;
  const lost = counts.get("fault:loss") ?? 0;
  const doubled = counts.get("fault:duplicate") ?? 0;
  t.ok(lost > 50 && lost < 150 && doubled > 50 && doubled < 150, `${lost} lost, ${doubled} doubled`);
  t.equal(world.received.length, 500 - lost + doubled);
  t.equal(world.received.filter((byte) => byte !== 0).length, counts.get("fault:garble"));
});

t.test("a process that was restarted hears under its address what was sent to the one before", async (t) => {
  const world = new World();
  world.network.slowDown("a", "b", 100);
  world.send(1);
  world.b.kill();
  await world.run(50);
  t.strictSame(world.received, []);
  world.b.start(() => world.listen());
  await world.run(100);
  t.strictSame(world.received, [1]);
});

t.test("the socket of a paused process holds as much as a system grants", async (t) => {
  const world = new World();
  world.b.pause();
  for (let count = 0; count < 1000; count++) world.send(1);
  await world.run(1000);
  world.b.resume();
  await world.run(1);
  t.ok(world.received.length > 50 && world.received.length < 600, `${world.received.length}`);
});
