import { unreachable } from "../../base/assert.ts";
import type { Timer } from "../../base/seams.ts";
import type { Trace } from "../trace.ts";
import type { Scheduler } from "./scheduler.ts";
import type { SeededRandom } from "./seeded-random.ts";
import type { SimulatedNetwork } from "./simulated-network.ts";
import type { NetworkFault } from "./swarm-plan.ts";

/** A link that flaps is up or down for up to this long at a time: less and more than a time-out. */
const FLAP_MS_MAX = 400;
const SLOW_PATH_MS_MAX = 2000;

export interface NetworkNemesisDeps {
  readonly scheduler: Scheduler;
  readonly network: SimulatedNetwork;
  readonly trace: Trace;
  readonly random: SeededRandom;
  /** Names of hosts. */
  readonly members: readonly string[];
  readonly clients: readonly string[];
  readonly leader: () => string;
  readonly drawMs: () => number;
}

/** Disturbs the network: one disturbance at a time, the next one replaces it. */
export class NetworkNemesis {
  readonly #deps: NetworkNemesisDeps;
  readonly #everybody: readonly string[];
  #healing: Timer | undefined;
  #flapping: Timer | undefined;

  constructor(deps: NetworkNemesisDeps) {
    this.#deps = deps;
    this.#everybody = [...deps.members, ...deps.clients];
  }

  cause(fault: NetworkFault): void {
    this.heal();
    const { random, members } = this.#deps;
    const sides = new Map(this.#everybody.map((name) => [name, random.isLucky(0.5)]));
    const isLeft = (name: string): boolean => sides.get(name) === true;
    switch (fault) {
      case "partition":
        this.#split(fault, isLeft, false);
        break;
      case "one-way":
        this.#split(fault, isLeft, true);
        break;
      case "isolate-leader": {
        const leader = this.#deps.leader();
        const isWithLeader = (name: string): boolean =>
          name === leader || (!members.includes(name) && isLeft(name));
        this.#split(fault, isWithLeader, random.isLucky(0.3));
        break;
      }
      case "bridge":
        this.#bridge(isLeft);
        break;
      case "cut-clients":
        this.#note(fault, "");
        for (const client of this.#deps.clients) this.#cut(client, random.pick(members), random.isLucky(0.5));
        break;
      case "slow-path":
        this.#onPath(fault, (from, to) =>
          this.#deps.network.slowDown(from, to, random.below(SLOW_PATH_MS_MAX)),
        );
        break;
      case "clog":
        this.#onPath(fault, (from, to) => this.#deps.network.clog(from, to));
        break;
      case "flap":
        this.#onPath(fault, (from, to) => this.#flap(from, to, true));
        break;
      default:
        unreachable(fault);
    }
    this.#healing = this.#deps.scheduler.after(this.#deps.drawMs(), () => {
      this.#deps.trace.add("net", "healed");
      this.heal();
    });
  }

  heal(): void {
    this.#healing?.cancel();
    this.#flapping?.cancel();
    this.#deps.network.heal();
  }

  #note(fault: NetworkFault, detail: string): void {
    const { trace } = this.#deps;
    trace.add("net", fault, detail);
    trace.count(`fault:${fault}`);
  }

  #split(fault: NetworkFault, isLeft: (name: string) => boolean, isOneWay: boolean): void {
    const left = this.#everybody.filter(isLeft);
    const right = this.#everybody.filter((name) => !isLeft(name));
    if (left.length === 0 || right.length === 0) return;
    this.#note(fault, `${left.join(" ")} | ${right.join(" ")}`);
    for (const one of left) for (const other of right) this.#cut(one, other, isOneWay);
  }

  /** Two sides that only one member reaches both of. */
  #bridge(isLeft: (name: string) => boolean): void {
    const { random, members, network } = this.#deps;
    const bridge = random.pick(members);
    this.#note("bridge", bridge);
    for (const one of members) {
      for (const other of members) {
        if (one !== bridge && other !== bridge && isLeft(one) !== isLeft(other)) network.cut(one, other);
      }
    }
  }

  /** From a member to anybody, or to a member from anybody. */
  #onPath(fault: NetworkFault, disturb: (from: string, to: string) => void): void {
    const { random, members } = this.#deps;
    const member = random.pick(members);
    const other = random.pick(this.#everybody.filter((name) => name !== member));
    const [from, to] = random.isLucky(0.5) ? [member, other] : [other, member];
    this.#note(fault, `${from} > ${to}`);
    disturb(from, to);
  }

  #flap(from: string, to: string, isDown: boolean): void {
    const { network, scheduler, random } = this.#deps;
    if (isDown) this.#cut(from, to, false);
    else {
      network.mend(from, to);
      network.mend(to, from);
    }
    this.#flapping = scheduler.after(random.below(FLAP_MS_MAX), () => this.#flap(from, to, !isDown));
  }

  #cut(one: string, other: string, isOneWay: boolean): void {
    this.#deps.network.cut(one, other);
    if (!isOneWay) this.#deps.network.cut(other, one);
  }
}
