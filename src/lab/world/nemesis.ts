import { present } from "../../base/assert.ts";
import { copyBytes, EMPTY_BYTES } from "../../base/bytes.ts";
import type { Timer } from "../../base/seams.ts";
import type { Membership } from "../../paxos/membership.ts";
import { withLearner, without, withVote } from "../../paxos/membership-step.ts";
import type { Trace } from "../trace.ts";
import { CRASH_POINTS, type CrashPoint } from "./crash-points.ts";
import { DiskNemesis } from "./disk-nemesis.ts";
import type { Host } from "./host.ts";
import type { Member } from "./member.ts";
import { NetworkNemesis } from "./network-nemesis.ts";
import type { Scheduler } from "./scheduler.ts";
import type { SeededRandom } from "./seeded-random.ts";
import type { SimulatedNetwork } from "./simulated-network.ts";
import { FINAL, type Incident, isIncident, type SwarmPlan } from "./swarm-plan.ts";

/** What a process meets again and again; anything else kills it the first or second time. */
const FREQUENT_POINT = /^(?:entry|learned|apply|send)/;
/** What many runs never come to: whoever may get there is to be killed there. */
const RARE_POINTS = CRASH_POINTS.filter((point) => /^(?:install|state-build|received-chunk)/.test(point));
const RARE_POINT_CHANCE = 0.3;
const WALL_JUMPS_MS = [-86_400_000, -3_600_000, -60_000, 60_000, 3_600_000, 86_400_000, 1e12];

/** What ends a member for good comes once, in this part of the time. */
const FINAL_FROM = 0.4;
const FINAL_TO = 0.9;
/** Longer than a state waits until it is written, so that the log behind it can be cut. */
const ABSENCE_MS = [6000, 15_000] as const;
/** In a storm a member is killed so often, this long after each other. */
const STORM_KILLS_MAX = 12;
const STORM_PAUSE_MS_MAX = 300;
/** While there are nodes that could join, so many changes bring one; it is started so long after it at most. */
const JOIN_CHANCE = 0.4;
const JOIN_MS_MAX = 2000;

/** A client machine, whose program may be killed. */
export interface ClientProgram {
  readonly host: Host;
  readonly kill: () => void;
  readonly start: () => void;
}

export interface NemesisDeps {
  readonly scheduler: Scheduler;
  readonly network: SimulatedNetwork;
  readonly trace: Trace;
  readonly random: SeededRandom;
  readonly plan: SwarmPlan;
  readonly members: readonly Member[];
  readonly clients: readonly ClientProgram[];
  /** Asks the cluster to let the named member lead, the best when empty. */
  readonly handOver: (to: string) => void;
  /** Asks the member to stand for election, whether there is a leader or not. */
  readonly stand: (member: Member) => void;
}

/**
 * A node joins, a learner gets its vote, or somebody goes: the last two voters never do, since nothing tells a leader
 * that needs no answer that its link to a learner is dead.
 */
function drawnChange(current: Membership, joining: Member | undefined, random: SeededRandom): Membership {
  const learners = current.members.filter(({ role }) => role === "learner");
  const voters = current.members.length - learners.length;
  const learner = learners[0];
  if (joining !== undefined && random.isLucky(JOIN_CHANCE)) {
    const { name, address } = joining;
    return withLearner(current, { name, address, incarnation: copyBytes(EMPTY_BYTES) });
  }
  if (learner !== undefined && random.isLucky(0.6)) return withVote(current, learner.id);
  const { id, role } = random.pick(current.members);
  // No step away: it will be refused.
  return role === "voter" && voters <= 2 ? current : without(current, id);
}

/** Makes everything go wrong that its plan names, until it is told to heal all of it. */
export class Nemesis {
  readonly #deps: NemesisDeps;
  readonly #disks: DiskNemesis;
  readonly #network: NetworkNemesis;
  readonly #incidents: readonly Incident[];
  /** Each incident once at first, in any order. */
  #first: Incident[];
  #next: Timer | undefined;
  #isHealing = false;
  #absent: Member | undefined;

  constructor(deps: NemesisDeps) {
    this.#deps = deps;
    const { random, plan, members, clients } = deps;
    this.#incidents = plan.faults.filter(isIncident).filter((incident) => !FINAL.has(incident));
    this.#first = [...this.#incidents];
    this.#disks = new DiskNemesis({ ...deps, random: random.fork() });
    this.#network = new NetworkNemesis({
      ...deps,
      random: random.fork(),
      members: members.map(({ name }) => name),
      clients: clients.map(({ host }) => host.name),
      leader: () => this.#leader().name,
      drawMs: () => this.#drawMs(),
    });
  }

  start(): void {
    const { random, plan, scheduler } = this.#deps;
    for (const fault of plan.faults.filter(isIncident).filter((incident) => FINAL.has(incident))) {
      const part = FINAL_FROM + random.fraction() * (FINAL_TO - FINAL_FROM);
      scheduler.after(part * plan.faultsForMs, () => this.#cause(fault));
    }
    this.#goOn();
  }

  #goOn(): void {
    const { random, plan, scheduler } = this.#deps;
    if (this.#incidents.length === 0) return;
    this.#next = scheduler.after(this.#pauseMs(2 * random.fraction() * plan.faultEveryMs), () => {
      this.#cause(this.#pick());
      this.#goOn();
    });
  }

  /** Ends every fault: the members that are down come up again soon. */
  heal(): void {
    this.#isHealing = true;
    this.#next?.cancel();
    this.#absent = undefined;
    const { members, clients } = this.#deps;
    this.#network.heal();
    this.#disks.heal();
    for (const member of members) {
      member.disarm();
      member.isAcceptorSilent = false;
      member.host.resume();
      if (!member.isUp) member.start();
    }
    for (const client of clients) {
      client.host.resume();
      client.start();
    }
  }

  /** A member is down: it comes back after a while. */
  onDown(member: Member): void {
    this.#disks.onDown(member);
    const { random, scheduler } = this.#deps;
    const afterMs = this.#isHealing || random.isLucky(0.3) ? random.below(50) : this.#drawMs();
    scheduler.after(afterMs, () => {
      if (member !== this.#absent) member.start();
    });
  }

  /** After a spell with incidents the cluster is left alone for a while, so that something gets done, too. */
  #pauseMs(drawnMs: number): number {
    const { scheduler, plan } = this.#deps;
    const { spellMs, restMs } = plan;
    const intoMs = (scheduler.nowMs + drawnMs) % (spellMs + restMs);
    return intoMs < spellMs ? drawnMs : drawnMs + spellMs + restMs - intoMs;
  }

  #pick(): Incident {
    const { random, plan } = this.#deps;
    const [first] = this.#first.splice(random.below(this.#first.length), 1);
    if (first !== undefined) return first;
    const weightOf = (incident: Incident): number => plan.weights[incident] ?? 1;
    let at = random.below(this.#incidents.reduce((sum, incident) => sum + weightOf(incident), 0));
    const chosen = this.#incidents.find((incident) => {
      at -= weightOf(incident);
      return at < 0;
    });
    return present(chosen, "weights add up");
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

  #cause(incident: Incident): void {
    const { members, random, clients, handOver, stand } = this.#deps;
    const someone = random.isLucky(0.4) ? this.#leader() : random.pick(members);
    switch (incident) {
      case "kill":
        return this.#kill(incident, [someone]);
      case "kill-leader":
        return this.#kill(incident, [this.#leader()]);
      case "kill-majority":
        return this.#kill(incident, this.#some(Math.floor(members.length / 2) + 1));
      case "kill-all":
        return this.#kill(incident, members);
      case "absence":
        return this.#sendAway(random.pick(members));
      case "restart-storm":
        return this.#storm(someone, random.between(2, STORM_KILLS_MAX));
      case "crash-point":
        for (const member of members) if (random.isLucky(0.5)) this.#arm(member, this.#drawPoint());
        return;
      case "stop":
        if (someone.stop()) this.#occurred(incident);
        return;
      case "pause":
        return this.#halt(incident, random.pick(members).host);
      case "pause-leader":
        return this.#halt(incident, this.#leader().host);
      case "suspend":
      case "leap":
        return this.#halt(incident, someone.host);
      case "silent-acceptor":
        return this.#silenceAcceptor(someone);
      case "pause-client":
        return this.#halt(incident, random.pick(clients).host);
      case "kill-client":
        return this.#killClient(random.pick(clients));
      case "wall-jump":
        return this.#jumpWallClock(someone);
      case "hand-over":
        this.#occurred(incident);
        if (random.isLucky(0.3)) return stand(someone);
        return handOver(random.isLucky(0.5) ? "" : random.pick(members).name);
      case "change-members":
        return this.#changeMembers();
      case "partition":
      case "one-way":
      case "isolate-leader":
      case "bridge":
      case "cut-clients":
      case "slow-path":
      case "clog":
      case "flap":
        return this.#network.cause(incident);
      default:
        return this.#disks.cause(incident, someone);
    }
  }

  #changeMembers(): void {
    const { random, members, trace, scheduler, handOver } = this.#deps;
    const leader = this.#leader();
    let nextId = 0;
    let drawnId = 0;
    const refusal = leader.changeMembership((current) => {
      nextId = current.nextNodeId;
      const next = drawnChange(current, members[nextId - 1], random);
      drawnId = next.nextNodeId;
      return next;
    });
    if (refusal === "removes-leader") handOver("");
    if (refusal !== undefined) return;
    this.#occurred("change-members");
    const joining = drawnId > nextId ? members[nextId - 1] : undefined;
    if (joining === undefined) return;
    trace.add(joining.name, "joins");
    trace.count("change:joined");
    joining.invite();
    scheduler.after(random.below(JOIN_MS_MAX), () => joining.start());
  }

  #drawPoint(): CrashPoint {
    const { random } = this.#deps;
    return random.pick(random.isLucky(RARE_POINT_CHANCE) ? RARE_POINTS : CRASH_POINTS);
  }

  /** Sees to it, too, that the member gets there: by itself a process starts and stops rarely. */
  #arm(member: Member, point: CrashPoint): void {
    const { random } = this.#deps;
    member.arm(point, random.between(1, FREQUENT_POINT.test(point) ? 20 : 2));
    if (point.startsWith("stop")) member.stop();
    else if (point.startsWith("start")) member.kill();
  }

  #occurred(incident: Incident): void {
    this.#deps.trace.count(`fault:${incident}`);
  }

  #kill(incident: Incident, members: readonly Member[]): void {
    if (members.some((member) => member.isUp)) this.#occurred(incident);
    for (const member of members) member.kill();
  }

  #some(count: number): readonly Member[] {
    const rest = [...this.#deps.members];
    return Array.from({ length: count }, () => rest.splice(this.#deps.random.below(rest.length), 1)).flat();
  }

  /** One at a time: the others go on. */
  #sendAway(member: Member): void {
    if (this.#absent !== undefined || !member.isUp) return;
    const { random, scheduler } = this.#deps;
    this.#absent = member;
    this.#kill("absence", [member]);
    scheduler.after(random.between(...ABSENCE_MS), () => {
      this.#absent = undefined;
      member.start();
    });
  }

  #storm(member: Member, kills: number): void {
    if (this.#isHealing || kills === 0) return;
    const { random, scheduler } = this.#deps;
    this.#kill("restart-storm", [member]);
    if (!member.isUp) member.start();
    scheduler.after(random.below(STORM_PAUSE_MS_MAX), () => this.#storm(member, kills - 1));
  }

  #halt(incident: "pause" | "pause-leader" | "pause-client" | "suspend" | "leap", host: Host): void {
    if (host.state !== "running") return;
    const { trace, scheduler } = this.#deps;
    const { life } = host;
    const forMs = this.#drawMs();
    this.#occurred(incident);
    trace.add(host.name, incident, `for ${forMs.toFixed(0)} ms`);
    if (incident === "suspend") host.suspend();
    else host.pause();
    scheduler.after(forMs, () => {
      if (host.life !== life) return;
      if (incident === "leap") host.leap(this.#drawMs());
      trace.add(host.name, "resumed");
      host.resume();
    });
  }

  #silenceAcceptor(member: Member): void {
    const { trace, scheduler } = this.#deps;
    if (!member.isUp || member.isAcceptorSilent) return;
    this.#occurred("silent-acceptor");
    trace.add(member.name, "silent-acceptor");
    member.isAcceptorSilent = true;
    scheduler.after(this.#drawMs(), () => {
      trace.add(member.name, "acceptor-returns");
      member.isAcceptorSilent = false;
    });
  }

  #killClient(client: ClientProgram): void {
    if (client.host.state === "down") return;
    const { trace, scheduler } = this.#deps;
    this.#occurred("kill-client");
    trace.add(client.host.name, "killed");
    client.kill();
    scheduler.after(this.#drawMs(), () => client.start());
  }

  /** Before anything is stamped, a wall clock is all that cluster time can begin with. */
  #jumpWallClock(member: Member): void {
    const { members, random } = this.#deps;
    if (!members.some((one) => (one.status()?.revision ?? 0) > 0)) return;
    this.#occurred("wall-jump");
    member.host.jumpWallClock(random.pick(WALL_JUMPS_MS));
  }
}
