import { unreachable } from "../../base/assert.ts";
import type { Timer } from "../../base/seams.ts";
import type { Trace } from "../trace.ts";
import { CRASH_POINTS, type CrashPoint } from "./crash-points.ts";
import { DiskNemesis } from "./disk-nemesis.ts";
import type { Host } from "./host.ts";
import type { Member } from "./member.ts";
import type { Scheduler } from "./scheduler.ts";
import type { SeededRandom } from "./seeded-random.ts";
import type { SimulatedNetwork } from "./simulated-network.ts";
import type { Fault, SwarmPlan } from "./swarm-plan.ts";

/** What a process meets again and again; anything else kills it the first or second time. */
const FREQUENT_POINT = /^(?:entry|learned|apply|send)/;
const WALL_JUMPS_MS = [-86_400_000, -3_600_000, -60_000, 60_000, 3_600_000, 86_400_000, 1e12];

export interface NemesisDeps {
  readonly scheduler: Scheduler;
  readonly network: SimulatedNetwork;
  readonly trace: Trace;
  readonly random: SeededRandom;
  readonly plan: SwarmPlan;
  readonly members: readonly Member[];
  readonly clients: readonly Host[];
  /** Asks the cluster to let the named member lead, the best when empty. */
  readonly handOver: (to: string) => void;
}

/** Makes everything go wrong that its plan names, until it is told to heal all of it. */
export class Nemesis {
  readonly #deps: NemesisDeps;
  readonly #disks: DiskNemesis;
  #next: Timer | undefined;
  #isHealing = false;

  constructor(deps: NemesisDeps) {
    this.#deps = deps;
    this.#disks = new DiskNemesis({ ...deps, random: deps.random.fork() });
  }

  start(): void {
    const { random, plan, scheduler } = this.#deps;
    if (plan.faults.length === 0) return;
    this.#next = scheduler.after(2 * random.fraction() * plan.faultEveryMs, () => {
      this.#cause(random.pick(plan.faults));
      this.start();
    });
  }

  /** Ends every fault: the members that are down come up again soon. */
  heal(): void {
    this.#isHealing = true;
    this.#next?.cancel();
    const { network, members, clients } = this.#deps;
    network.heal();
    this.#disks.heal();
    for (const member of members) {
      member.disarm();
      member.host.resume();
      if (!member.isUp) member.start();
    }
    for (const client of clients) client.resume();
  }

  /** A member is down: it comes back after a while. */
  onDown(member: Member): void {
    this.#disks.onDown(member);
    const { random, scheduler } = this.#deps;
    const afterMs = this.#isHealing || random.isLucky(0.3) ? random.below(50) : this.#drawMs();
    scheduler.after(afterMs, () => member.start());
  }

  #drawMs(): number {
    const { random, plan } = this.#deps;
    return random.fraction() * plan.faultMsMax;
  }

  #leader(): Member {
    const { members, random } = this.#deps;
    const leading = members.filter((member) => member.status()?.role === "leader");
    return random.pick(leading.length > 0 ? leading : members);
  }

  #cause(fault: Fault): void {
    const { members, random, clients, handOver } = this.#deps;
    const someone = random.isLucky(0.4) ? this.#leader() : random.pick(members);
    switch (fault) {
      case "kill":
        return someone.kill();
      case "kill-leader":
        return this.#leader().kill();
      case "kill-majority":
        return this.#killSome(Math.floor(members.length / 2) + 1);
      case "kill-all":
        return this.#killSome(members.length);
      case "crash-point":
        for (const member of members) if (random.isLucky(0.5)) this.#arm(member, random.pick(CRASH_POINTS));
        return;
      case "stop":
        return someone.stop();
      case "pause":
        return this.#pause(random.pick(members).host);
      case "pause-leader":
        return this.#pause(this.#leader().host);
      case "pause-client":
        return this.#pause(random.pick(clients));
      case "wall-jump":
        // Before anything is stamped, a wall clock is all that cluster time can begin with.
        if (members.some((member) => (member.status()?.revision ?? 0) > 0)) {
          someone.host.jumpWallClock(random.pick(WALL_JUMPS_MS));
        }
        return;
      case "hand-over":
        return handOver(random.isLucky(0.5) ? "" : random.pick(members).name);
      case "partition":
      case "one-way":
      case "isolate-leader":
      case "bridge":
      case "cut-clients":
      case "slow-path":
        return this.#disturb(fault);
      default:
        return this.#disks.cause(fault, someone);
    }
  }

  /** Sees to it, too, that the member gets there: by itself a process starts and stops rarely. */
  #arm(member: Member, point: CrashPoint): void {
    const { random } = this.#deps;
    member.arm(point, random.between(1, FREQUENT_POINT.test(point) ? 20 : 2));
    if (point.startsWith("stop")) member.stop();
    else if (point.startsWith("start")) member.kill();
  }

  #killSome(count: number): void {
    const rest = [...this.#deps.members];
    for (let killed = 0; killed < count; killed++) {
      const [member] = rest.splice(this.#deps.random.below(rest.length), 1);
      member?.kill();
    }
  }

  #pause(host: Host): void {
    if (host.state !== "running") return;
    const { trace, scheduler } = this.#deps;
    const { life } = host;
    const forMs = this.#drawMs();
    trace.add(host.name, "paused", `for ${forMs.toFixed(0)} ms`);
    host.pause();
    scheduler.after(forMs, () => {
      if (host.life !== life) return;
      trace.add(host.name, "resumed");
      host.resume();
    });
  }

  /** One disturbance of the network replaces the one before. */
  #disturb(fault: "partition" | "one-way" | "isolate-leader" | "bridge" | "cut-clients" | "slow-path"): void {
    const { network, trace, scheduler, members, clients, random } = this.#deps;
    network.heal();
    const names = members.map(({ name }) => name);
    const everybody = [...names, ...clients.map(({ name }) => name)];
    const split = (isLeft: (name: string) => boolean, isOneWay: boolean): void => {
      const left = everybody.filter(isLeft);
      const right = everybody.filter((name) => !isLeft(name));
      trace.add("net", fault, `${left.join(" ")} | ${right.join(" ")}`);
      for (const one of left) for (const other of right) this.#cut(one, other, isOneWay);
    };
    const sides = new Map(everybody.map((name) => [name, random.isLucky(0.5)]));
    switch (fault) {
      case "partition":
        split((name) => sides.get(name) === true, false);
        break;
      case "one-way":
        split((name) => sides.get(name) === true, true);
        break;
      case "isolate-leader": {
        const leader = this.#leader().name;
        split(
          (name) => name === leader || (!names.includes(name) && sides.get(name) === true),
          random.isLucky(0.3),
        );
        break;
      }
      case "bridge": {
        const bridge = random.pick(names);
        trace.add("net", fault, bridge);
        for (const one of names) {
          for (const other of names) {
            if (one !== bridge && other !== bridge && sides.get(one) !== sides.get(other))
              network.cut(one, other);
          }
        }
        break;
      }
      case "cut-clients":
        trace.add("net", fault);
        for (const client of clients) this.#cut(client.name, random.pick(names), random.isLucky(0.5));
        break;
      case "slow-path": {
        const [one, other] = [random.pick(names), random.pick(everybody)];
        trace.add("net", fault, `${one} > ${other}`);
        network.slowDown(one, other, random.below(2000));
        break;
      }
      default:
        unreachable(fault);
    }
    scheduler.after(this.#drawMs(), () => {
      trace.add("net", "healed");
      network.heal();
    });
  }

  #cut(one: string, other: string, isOneWay: boolean): void {
    this.#deps.network.cut(one, other);
    if (!isOneWay) this.#deps.network.cut(other, one);
  }
}
