import { setImmediate as settle } from "node:timers/promises";
import t from "tap";
import { EMPTY_BYTES } from "../../src/base/bytes.ts";
import { nodeId } from "../../src/base/ids.ts";
import { Client } from "../../src/client/client.ts";
import { Dispatcher } from "../../src/client/dispatcher.ts";
import type { LinksDeps } from "../../src/client/links.ts";
import { SystemCrypto } from "../../src/io/system-crypto.ts";
import { SlotOracle } from "../../src/lab/oracles/slot-oracle.ts";
import { Trace } from "../../src/lab/trace.ts";
import { Host } from "../../src/lab/world/host.ts";
import { Member } from "../../src/lab/world/member.ts";
import { Scheduler } from "../../src/lab/world/scheduler.ts";
import { SeededRandom } from "../../src/lab/world/seeded-random.ts";
import { CALM, SimulatedNetwork } from "../../src/lab/world/simulated-network.ts";
import { SNAPSHOT_PERIOD } from "../../src/node/snapshot-keeper.ts";
import { LOG_TAIL } from "../../src/paxos/log-tail.ts";
import type { Membership } from "../../src/paxos/membership.ts";
import { Endpoint } from "../../src/transport/endpoint.ts";
import type { Reply } from "../../src/wire/client-messages.ts";

const KEY = new TextEncoder().encode("count");
const NAMES = ["n1", "n2", "n3"];
const READ_PATIENCE_MS = 1_500;

/** Three nodes that are cut off, paused and killed at random, one who counts, and many who read what may be stale. */
class StaleWorld {
  readonly scheduler = new Scheduler();
  readonly random: SeededRandom;
  readonly crypto = new SystemCrypto();
  readonly network: SimulatedNetwork;
  readonly members: readonly Member[];
  readonly asker: Host;
  readonly complaints: string[] = [];
  /** By what was read: answered within a bound, refused. */
  readonly tally = { fresh: 0, asked: 0, refused: 0, old: 0 };
  /** When each count was acknowledged. */
  readonly #acknowledged: number[] = [];
  #ports = 9_000;

  constructor(seed: number) {
    this.random = new SeededRandom(seed);
    const trace = new Trace(this.crypto, () => this.scheduler.nowMs);
    const { scheduler, crypto } = this;
    this.network = new SimulatedNetwork({ scheduler, random: this.random.fork(), trace }, CALM);
    const oracle = new SlotOracle(crypto, () => this.members.map(({ disk }) => disk));
    const clusterId = this.random.bytes(32);
    this.members = NAMES.map(
      (_, index) =>
        new Member(index, genesis(), clusterId, {
          scheduler,
          network: this.network,
          trace,
          crypto,
          oracle,
          random: this.random.fork(),
          openTransport: (options, deps) => new Endpoint(options, deps),
          clockRate: 1,
          keeping: { tail: LOG_TAIL, snapshotPeriod: SNAPSHOT_PERIOD },
          onDown: () => undefined,
          onCrash: () => undefined,
          onStep: () => undefined,
          fail: (error) => this.complaints.push(String(error)),
        }),
    );
    const random = this.random.fork();
    this.asker = new Host({
      name: "asker",
      scheduler,
      random,
      clockRate: 1,
      usesPromises: () => true,
      onKilled: () => undefined,
    });
    this.asker.start(() => undefined);
  }

  async run(ms: number): Promise<void> {
    for (const member of this.members) member.start();
    this.asker.turn(() => {
      void this.#count();
      for (let reader = 0; reader < 3; reader++) void this.#readOn();
    });
    this.#disturb();
    await this.scheduler.run(this.scheduler.nowMs + ms, settle, () => this.complaints.length > 0);
    for (const member of this.members) member.kill();
  }

  async #count(): Promise<void> {
    const endpoints = this.members.map(({ address }) => address);
    const client = new Client({ endpoints, timeoutMs: 60_000 }, this.#seams());
    for (;;) {
      const { value } = await client.modify(KEY, { op: "incr" });
      this.#acknowledged[Number(Buffer.from(value ?? []).toString())] = this.scheduler.nowMs;
      await new Promise<void>((resolve) => void this.asker.after(20, resolve));
    }
  }

  async #readOn(): Promise<void> {
    for (;;) {
      await this.#read(this.random.below(NAMES.length), [50, 300, 1_000][this.random.below(3)] ?? 0);
      await new Promise<void>((resolve) => void this.asker.after(this.random.below(40), resolve));
    }
  }

  async #read(node: number, maxStalenessMs: number): Promise<void> {
    const beganMs = this.scheduler.nowMs;
    const reply = await this.#ask(node, maxStalenessMs);
    if (reply?.body.kind !== "record") {
      this.tally.refused += 1;
      return;
    }
    const { level, ageMs = Number.POSITIVE_INFINITY } = reply.freshness ?? { level: "stale" };
    this.tally[level === "stale" ? "fresh" : "asked"] += 1;
    const seen = Number(Buffer.from(reply.body.record?.value ?? []).toString() || "0");
    const hidden = this.#acknowledged.findIndex(
      (atMs, count) => count > seen && atMs < beganMs - Math.min(maxStalenessMs, ageMs),
    );
    if (this.#acknowledged.findIndex((_, count) => count > seen) !== -1) this.tally.old += 1;
    if (hidden === -1) return;
    this.complaints.push(
      `${NAMES[node]} showed ${seen} at ${beganMs}, within ${maxStalenessMs} ms, of an age of ${ageMs} ms; ` +
        `${hidden} was acknowledged at ${this.#acknowledged[hidden]}`,
    );
  }

  #ask(node: number, maxStalenessMs: number): Promise<Reply | undefined> {
    const deps = this.#seams();
    const { address } = this.members[node] as Member;
    const dispatcher = new Dispatcher([address], deps);
    return new Promise((resolve) => {
      const end = (reply?: Reply): void => {
        dispatcher.close();
        resolve(reply);
      };
      dispatcher.start({
        target: { kind: "node", address },
        changes: false,
        timeoutMs: READ_PATIENCE_MS,
        giveUpMs: deps.clock.nowMs() + READ_PATIENCE_MS,
        request: (id, timeoutMs) => {
          return { kind: "get", id, timeoutMs, key: KEY, consistency: { level: "stale", maxStalenessMs } };
        },
        settle: end,
        fail: () => end(),
      });
    });
  }

  /** One thing after another, each undone by the next. */
  #disturb(): void {
    const victim = this.members[this.random.below(NAMES.length)] as Member;
    this.network.heal();
    for (const { host } of this.members) if (host.state === "paused") host.resume();
    for (const member of this.members) if (member.host.state === "down") member.start();
    switch (this.random.below(5)) {
      case 0:
        for (const { name } of this.members) {
          if (name === victim.name) continue;
          this.network.cut(victim.name, name);
          this.network.cut(name, victim.name);
        }
        break;
      case 1:
        victim.host.pause();
        break;
      case 2:
        victim.kill();
        break;
      case 3:
        // What the others say does not arrive; what it says does.
        for (const { name } of this.members) if (name !== victim.name) this.network.cut(name, victim.name);
        break;
      default:
        break;
    }
    this.scheduler.after(200 + this.random.below(1_000), () => this.#disturb());
  }

  #seams(): LinksDeps {
    const local = { host: "10.0.1.1", port: ++this.#ports };
    return {
      network: this.network.open({ host: this.asker, local }),
      openTransport: (options, deps) => new Endpoint(options, deps),
      clock: this.asker,
      timers: this.asker,
      random: this.random.fork(),
      crypto: this.crypto,
    };
  }
}

function genesis(): Membership {
  const members = NAMES.map((name, index) => ({
    id: nodeId(index + 1),
    name,
    address: { host: `10.0.0.${index + 1}`, port: 7400 },
    role: "voter" as const,
    incarnation: EMPTY_BYTES,
  }));
  return { epoch: 1, members, nextNodeId: members.length + 1 };
}

for (const seed of [1, 2]) {
  t.test(`a bound holds through partitions, pauses and changes of leader (seed ${seed})`, async (t) => {
    const world = new StaleWorld(seed);
    await world.run(10_000);
    t.strictSame(world.complaints, []);
    const { fresh, asked, refused, old } = world.tally;
    t.comment(`${fresh} from what was there, ${asked} by asking, ${refused} refused; ${old} were old`);
    t.ok(fresh > 20 && asked > 20 && refused > 0 && old > 0, "every way was gone");
  });
}
