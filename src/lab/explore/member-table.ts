import { assert, present } from "../../base/assert.ts";
import { type NodeId, nodeId, type Slot, slot } from "../../base/ids.ts";
import { type BrokenRule, brokenRuleOf } from "./broken-rule.ts";
import { digest128 } from "./digest.ts";
import { MemberRun, type MemberRunDeps } from "./member-run.ts";
import type { MessageTable } from "./message-table.ts";
import { countAt, faultsOf, type MemberEvent, type Scenario } from "./scenario.ts";

/** Where an event leads: a member's state, a broken rule, or past the scenario's bounds. */
export type Outcome =
  | { readonly kind: "state"; readonly state: number; readonly commits: number }
  | { readonly kind: "broken"; readonly broken: BrokenRule }
  | { readonly kind: "beyond" };

/** Something that can happen in a state, and does change it. */
export interface Move {
  readonly event: MemberEvent;
  readonly crashes: number;
  readonly damages: number;
  /** The member's next state; undefined when the event breaks a rule. */
  readonly to: number | undefined;
  readonly broken: BrokenRule | undefined;
}

/** What the search must know of one state of one member. */
export interface MemberState {
  readonly member: NodeId;
  /** How it came about first: the event in the state before; undefined at the beginning. */
  readonly before: { readonly state: number; readonly event: MemberEvent } | undefined;
  /** The messages sent so far, by receiver: a number for each set (the place is the receiver's id). */
  readonly outboxes: readonly number[];
  readonly facts: number;
  readonly crashes: number;
  readonly damages: number;
  readonly canRead: boolean;
  /** One past the highest slot that it ever took for chosen. */
  readonly learned: Slot;
  /** Bounded events that may be tried here. */
  readonly candidates: readonly MemberEvent[];
}

/**
 * The states of single members, each met once, and what each event does to them. Group states are many and
 * member states are few: the protocol runs only for a pair of state and event not met before.
 */
export class MemberTable {
  readonly #deps: MemberRunDeps;
  readonly #states: MemberState[] = [];
  readonly #ids = new Map<string, number>();
  readonly #outboxes: (readonly number[])[] = [];
  readonly #outboxIds = new Map<string, number>();
  readonly #outcomes: Map<string, Outcome>[] = [];
  readonly #deliveries: Map<number, Outcome>[] = [];
  readonly #moves: (readonly Move[] | undefined)[] = [];
  readonly #arrivals: Map<number, readonly Move[]>[] = [];
  readonly #reads: Map<Slot, readonly Move[]>[] = [];
  /** Times that the protocol really ran. */
  runs = 0;
  /** Events not followed because they lead past the scenario's bounds. */
  beyond = 0;
  readonly #isThorough: boolean;

  /** `isThorough`: at some cost, disks are checked, and each state reached twice must behave alike both times. */
  constructor(deps: MemberRunDeps, isThorough: boolean) {
    this.#deps = deps;
    this.#isThorough = isThorough;
  }

  get messages(): MessageTable {
    return this.#deps.messages;
  }

  get size(): number {
    return this.#states.length;
  }

  state(id: number): MemberState {
    return present(this.#states[id], `member state ${id} was met`);
  }

  outbox(id: number): readonly number[] {
    return present(this.#outboxes[id], "an outbox has a number");
  }

  first(member: NodeId): number {
    return this.#intern(new MemberRun(member, this.#deps), undefined);
  }

  /** Bounded events, but for reads, that change this state. */
  moves(id: number): readonly Move[] {
    const known = this.#moves[id];
    if (known !== undefined) return known;
    const moves: Move[] = [];
    for (const event of this.state(id).candidates) this.#addMoves(id, event, moves);
    this.#moves[id] = moves;
    return moves;
  }

  /** What the messages of outbox `outbox` do to this state, those that do anything. */
  arrivals(id: number, outbox: number): readonly Move[] {
    const arrivals = present(this.#arrivals[id], "a state has arrivals");
    const known = arrivals.get(outbox);
    if (known !== undefined) return known;
    const moves: Move[] = [];
    for (const message of this.outbox(outbox)) this.#addMoves(id, { kind: "deliver", message }, moves);
    arrivals.set(outbox, moves);
    return moves;
  }

  read(id: number, least: Slot): readonly Move[] {
    const reads = present(this.#reads[id], "a state has reads");
    return getOrSet(reads, least, () => {
      const moves: Move[] = [];
      this.#addMoves(id, { kind: "read", least }, moves);
      return moves;
    });
  }

  /** Remembered once it was found out. */
  outcome(id: number, event: MemberEvent): Outcome {
    if (event.kind === "deliver") {
      const outcomes = present(this.#deliveries[id], "a state has outcomes");
      return getOrSet(outcomes, event.message, () => this.#run(id, event));
    }
    const outcomes = present(this.#outcomes[id], "a state has outcomes");
    return getOrSet(outcomes, JSON.stringify(event), () => this.#run(id, event));
  }

  /** A run that stands in this state, told what happens from here on. */
  replay(id: number, note?: (line: string) => void): MemberRun {
    const events: MemberEvent[] = [];
    for (let { before } = this.state(id); before !== undefined; { before } = this.state(before.state)) {
      events.push(before.event);
    }
    let isTelling = false;
    const run = new MemberRun(this.state(id).member, this.#deps, (line) => {
      if (isTelling) note?.(line());
    });
    for (const event of events.reverse()) run.perform(event);
    isTelling = true;
    return run;
  }

  #addMoves(id: number, event: MemberEvent, moves: Move[]): void {
    const outcome = this.outcome(id, event);
    this.#addMove(id, event, moves);
    const commits = outcome.kind === "state" ? outcome.commits : 0;
    if ((this.#deps.scenario.crashes ?? 0) === 0 || faultsOf(event).crashes > 0) return;
    for (let write = 0; write < commits; write++) this.#addMove(id, { kind: "torn", event, write }, moves);
  }

  #addMove(id: number, event: MemberEvent, moves: Move[]): void {
    const outcome = this.outcome(id, event);
    if (outcome.kind === "beyond" || (outcome.kind === "state" && outcome.state === id)) return;
    moves.push({
      event,
      ...faultsOf(event),
      to: outcome.kind === "state" ? outcome.state : undefined,
      broken: outcome.kind === "broken" ? outcome.broken : undefined,
    });
  }

  #run(id: number, event: MemberEvent): Outcome {
    this.runs++;
    const run = this.replay(id);
    try {
      run.perform(event);
      if (this.#isThorough) run.checkDisk();
    } catch (error) {
      return { kind: "broken", broken: brokenRuleOf(error) };
    }
    if (run.counts.ballots > ballotsOf(this.#deps.scenario, run.id)) {
      this.beyond++;
      return { kind: "beyond" };
    }
    const { commits } = run;
    const state = this.#intern(run, { state: id, event });
    if (this.#isThorough) this.#compare(state, run);
    return { kind: "state", state, commits };
  }

  /** `run` stands in `state`, perhaps after another life: what is known to follow must follow here too. */
  #compare(state: number, run: MemberRun): void {
    for (const [message, outcome] of this.#deliveries[state] ?? []) {
      if (outcome.kind !== "state") continue;
      run.perform({ kind: "deliver", message });
      const found = this.#ids.get(digest128(run.describe()));
      assert(found === outcome.state, "equal states answer an event alike");
      return;
    }
  }

  #intern(run: MemberRun, before: MemberState["before"]): number {
    const digest = digest128(run.describe());
    const known = this.#ids.get(digest);
    if (known !== undefined) return known;
    const id = this.#states.length;
    this.#ids.set(digest, id);
    this.#outcomes.push(new Map());
    this.#deliveries.push(new Map());
    this.#arrivals.push(new Map());
    this.#reads.push(new Map());
    this.#moves.push(undefined);
    const facts = this.#deps.facts.setOf(run.facts);
    const { crashes, damages } = run.counts;
    this.#states.push({
      member: run.id,
      before,
      outboxes: this.#sortOut(run.sent),
      facts,
      crashes,
      damages,
      canRead: run.counts.read < countAt(this.#deps.scenario.reads, run.id - 1),
      learned: this.#learned(facts),
      candidates: candidates(run, this.#deps.scenario),
    });
    return id;
  }

  #sortOut(sent: Iterable<number>): readonly number[] {
    const byReceiver: number[][] = [];
    for (const { id } of this.#deps.membership.members) byReceiver[id] = [];
    for (const id of [...sent].sort((left, right) => left - right)) {
      byReceiver[this.#deps.messages.at(id).to]?.push(id);
    }
    return byReceiver.map((ids) => {
      const key = ids.join(",");
      return getOrSet(this.#outboxIds, key, () => this.#outboxes.push(ids) - 1);
    });
  }

  #learned(facts: number): Slot {
    let learned = 1;
    for (const fact of this.#deps.facts.set(facts)) {
      if (fact.kind === "learned" && fact.slot >= learned) learned = fact.slot + 1;
    }
    return slot(learned);
  }
}

/** A member's own ballots: one for each time that it stands or is handed the office. */
function ballotsOf(scenario: Scenario, member: NodeId): number {
  const { stands, handOver, extraBallots } = scenario;
  return countAt(stands, member - 1) + (handOver?.to === member ? 1 : 0) + countAt(extraBallots, member - 1);
}

function candidates(run: MemberRun, scenario: Scenario): readonly MemberEvent[] {
  const index = run.id - 1;
  const { counts } = run;
  const events: MemberEvent[] = [];
  if (counts.stand < countAt(scenario.stands, index)) events.push({ kind: "stand" });
  if (counts.beat < countAt(scenario.beats, index)) events.push({ kind: "beat" });
  if (counts.propose < countAt(scenario.proposals, index) && run.canPropose) events.push({ kind: "propose" });
  const { handOver } = scenario;
  if (handOver?.from === run.id && counts.handOver === 0 && run.isServing) {
    events.push({ kind: "hand-over", to: nodeId(handOver.to) });
  }
  for (const [place, change] of (scenario.changes ?? []).entries()) {
    const isNew = change.by === run.id && !counts.changes.includes(place);
    if (isNew && run.canChange(change)) events.push({ kind: "change", change: place });
  }
  if (run.hasQueue && scenario.disk === "slow") events.push({ kind: "disk" });
  if ((scenario.crashes ?? 0) > 0) {
    events.push({ kind: "restart", damaged: undefined });
    if ((scenario.damages ?? 0) > 0) {
      for (const damaged of run.slotsOnDisk) events.push({ kind: "restart", damaged });
    }
  }
  assert(
    events.every(({ kind }) => kind !== "deliver"),
    "deliveries follow from what others sent",
  );
  return events;
}

function getOrSet<Key, Value>(map: Map<Key, Value>, key: Key, make: () => Value): Value {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = make();
  map.set(key, made);
  return made;
}
