import { unreachable } from "../../base/assert.ts";
import { GROUP_ZERO, slot } from "../../base/ids.ts";
import { MemoryDisk } from "../../storage/memory-disk.ts";
import type { Trace } from "../trace.ts";
import type { Member } from "./member.ts";
import type { Scheduler } from "./scheduler.ts";
import type { SeededRandom } from "./seeded-random.ts";
import type { SimulatedNetwork } from "./simulated-network.ts";
import type { DiskFault, SwarmPlan } from "./swarm-plan.ts";

/** A commit that takes so long is stuck, but not long enough to be given up by a clock that runs true. */
const STUCK_DISK_MS_MAX = 8000;
/** Longer than any process waits for its disk. */
const HANGING_DISK_MS = [18_000, 40_000] as const;
/** How often an exchange of a disk is tried until the cluster is in a state that allows for it. */
const EXCHANGE_TRIES_MAX = 60;
const EXCHANGE_RETRY_MS = 200;
/** Longer than an election takes. */
const LEADER_LOST_MS_MIN = 1500;

export interface DiskNemesisDeps {
  readonly scheduler: Scheduler;
  readonly network: SimulatedNetwork;
  readonly trace: Trace;
  readonly random: SeededRandom;
  readonly plan: SwarmPlan;
  readonly members: readonly Member[];
}

/**
 * Makes disks fail. What a disk loses beyond the commits under way is lost on one member alone, the cursed:
 * a value that a majority has lost nobody can bring back.
 */
export class DiskNemesis {
  readonly #deps: DiskNemesisDeps;
  readonly #cursed: Member;
  #isHealing = false;
  /** The member that is kept from dying until it has told the cursed that it forgot. */
  #witness: Member | undefined;

  constructor(deps: DiskNemesisDeps) {
    this.#deps = deps;
    this.#cursed = deps.random.pick(deps.members);
  }

  /** What needs the cursed happens to it, everything else to `someone`; nothing when it cannot happen now. */
  cause(fault: DiskFault, someone: Member): void {
    const { random } = this.#deps;
    switch (fault) {
      case "slow-disk":
        return this.#slowDown(fault, someone, [10, 20 + random.below(300)]);
      case "stuck-disk":
        return this.#slowDown(fault, someone, [500, 1000 + random.below(STUCK_DISK_MS_MAX - 1000)]);
      case "hanging-disk":
        return this.#slowDown(fault, someone, HANGING_DISK_MS);
      case "failing-write":
        return this.#failNext(someone);
      case "full-disk":
        return this.#fill(someone);
      case "damage":
        return this.#damage();
      case "damage-state":
        return this.#damageState();
      case "torn-rows":
        return this.#tear();
      case "last-holder":
        return this.#isolateHolders();
      case "old-copy":
        return this.#keepCopy();
      case "wiped-disk":
        return this.#tryToExchange(() => this.#wipe(), 0);
      default:
        return unreachable(fault);
    }
  }

  heal(): void {
    this.#isHealing = true;
    for (const member of this.#deps.members) member.storage.heal(this.#deps.plan.pace);
  }

  onDown(member: Member): void {
    if (member.isLost && this.#witness !== undefined) this.#witness.isSpared = false;
  }

  #occurred(fault: DiskFault): void {
    this.#deps.trace.count(`fault:${fault}`);
  }

  #slowDown(fault: DiskFault, member: Member, pace: readonly [min: number, max: number]): void {
    const { trace, scheduler, plan } = this.#deps;
    if (fault === "hanging-disk" && member.isSpared) return;
    this.#occurred(fault);
    trace.add(member.name, fault, `up to ${pace[1]} ms`);
    member.storage.pace = pace;
    scheduler.after(this.#drawMs(), () => {
      member.storage.pace = plan.pace;
    });
  }

  #failNext(member: Member): void {
    if (member.isSpared) return;
    this.#occurred("failing-write");
    member.storage.failNext();
  }

  #fill(member: Member): void {
    if (member.isSpared) return;
    this.#occurred("full-disk");
    member.storage.fill();
    this.#deps.scheduler.after(this.#drawMs(), () => member.storage.heal(this.#deps.plan.pace));
  }

  /** A state that is being rebuilt needs the whole log: nobody else may have it any more. */
  get #mayLoseEntries(): boolean {
    return !this.#cursed.storage.isStateDamaged && !this.#cursed.isLost;
  }

  #damageState(): void {
    if (this.#cursed.isLost) return;
    this.#occurred("damage-state");
    this.#cursed.storage.damageState();
  }

  #tear(): void {
    if (!this.#mayLoseEntries) return;
    this.#occurred("torn-rows");
    this.#cursed.storage.tearNext();
    this.#cursed.arm("entry-submitted", this.#deps.random.between(1, 5));
  }

  /** Any record, whether the member is up or not: what it has verified before, it takes for sound. */
  #damage(): void {
    const { random } = this.#deps;
    if (!this.#mayLoseEntries) return;
    if (random.isLucky(0.5)) this.#cursed.kill();
    const { firstKept, end } = this.#cursed.disk.log(GROUP_ZERO).summary;
    if (end <= firstKept) return;
    // The last slots matter most: perhaps nobody knows yet that they are chosen.
    this.#occurred("damage");
    const back = random.below(random.pick([1, 3, 50]));
    this.#cursed.damage(slot(Math.max(firstKept, end - 1 - back)));
  }

  /**
   * Lets the leader and a bare quorum with the cursed go on alone for a while; then the cursed loses what it
   * has accepted and not learned, and the other holders are cut off. Whoever elects without them must
   * notice that something is missing.
   */
  #isolateHolders(): void {
    const { members, network, trace, random, scheduler } = this.#deps;
    const leader = members.find((member) => member.isServing);
    const cursed = this.#cursed;
    if (leader === undefined || leader === cursed || !cursed.isUp) return;
    const others = members.filter((member) => member !== leader && member !== cursed);
    const helpersCount = Math.floor(members.length / 2) - 1;
    const holders = [leader, ...others.slice(0, helpersCount)];
    const left = others.slice(helpersCount);
    trace.add("net", "last-holder", `${holders.map(({ name }) => name).join(" ")} and ${cursed.name}`);
    network.heal();
    for (const one of left) for (const other of [...holders, cursed]) this.#cut(one, other);
    scheduler.after(50 + random.below(600), () => this.#loseHolders(holders));
  }

  #loseHolders(holders: readonly Member[]): void {
    const { members, network, trace, random, scheduler } = this.#deps;
    const cursed = this.#cursed;
    if (this.#isHealing || !this.#mayLoseEntries) return;
    this.#occurred("last-holder");
    network.heal();
    for (const holder of holders) {
      for (const other of members) if (!holders.includes(other)) this.#cut(holder, other);
    }
    cursed.kill();
    const { learned, end } = cursed.disk.log(GROUP_ZERO).summary;
    const from = Math.max(learned, end - random.pick([1, 2, 64]));
    for (let at = from; at < end; at++) cursed.damage(slot(at));
    scheduler.after(random.below(50), () => cursed.start());
    scheduler.after(LEADER_LOST_MS_MIN + this.#drawMs(), () => {
      trace.add("net", "healed");
      network.heal();
    });
  }

  /** Takes a copy of the cursed member's disk, and later puts it back. */
  #keepCopy(): void {
    const copy = this.#cursed.disk.copy();
    this.#deps.scheduler.after(200 + this.#drawMs(), () => {
      this.#tryToExchange(() => this.#putBack(copy), 0);
    });
  }

  #tryToExchange(exchange: () => boolean, tries: number): void {
    const { scheduler } = this.#deps;
    if (this.#isHealing || this.#cursed.isLost || this.#cursed.storage.isReplaced) return;
    if (tries === EXCHANGE_TRIES_MAX || exchange()) return;
    scheduler.after(EXCHANGE_RETRY_MS, () => this.#tryToExchange(exchange, tries + 1));
  }

  /**
   * Who is asked first, and asks nobody but those who do not know either, can be misled by an old copy: the
   * protocol promises no more than that a witness stops it. So there is one, it stays up, and the cursed
   * meets it first.
   */
  #putBack(copy: MemoryDisk): boolean {
    const { members, trace, plan } = this.#deps;
    const cursed = this.#cursed;
    const witness = members.find(
      (member) =>
        member !== cursed &&
        member.status() !== undefined &&
        !member.host.awaitsPromises &&
        member.testimony.contradicts(cursed.id, copy.log(GROUP_ZERO)),
    );
    if (witness === undefined) return false;
    this.#witness = witness;
    witness.isSpared = true;
    witness.storage.heal(plan.pace);
    cursed.onlyPeer = witness.address;
    cursed.kill();
    cursed.storage.replace(copy);
    this.#occurred("old-copy");
    trace.add(cursed.name, "old-copy", `seen by ${witness.name}`);
    return true;
  }

  /** An empty disk is refused by all who wrote down whose disk was there before: it is put in when all have. */
  #wipe(): boolean {
    const { members, trace, random } = this.#deps;
    const cursed = this.#cursed;
    const isKnown = members.every((member) => member === cursed || member.disk.peers.has(cursed.id));
    if (!isKnown) return false;
    cursed.kill();
    const { identity } = cursed.disk;
    cursed.storage.replace(new MemoryDisk({ ...identity, incarnation: random.bytes(16) }));
    this.#occurred("wiped-disk");
    trace.add(cursed.name, "wiped-disk");
    return true;
  }

  #cut(one: Member, other: Member): void {
    this.#deps.network.cut(one.name, other.name);
    this.#deps.network.cut(other.name, one.name);
  }

  #drawMs(): number {
    return this.#deps.random.fraction() * this.#deps.plan.faultMsMax;
  }
}
