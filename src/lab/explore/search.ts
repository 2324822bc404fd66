import { nodeId } from "../../base/ids.ts";
import type { Membership } from "../../paxos/membership.ts";
import { type BrokenRule, brokenRuleOf } from "./broken-rule.ts";
import { type CounterExample, retrace, type SearchStep } from "./counter-example.ts";
import { FactTable } from "./fact.ts";
import { type Group, GroupMoves } from "./group-moves.ts";
import { checkGroup } from "./group-rules.ts";
import type { MemberRunDeps } from "./member-run.ts";
import { MemberTable, type Move } from "./member-table.ts";
import { MessageTable } from "./message-table.ts";
import { Prelude } from "./prelude.ts";
import type { Scenario } from "./scenario.ts";
import { Symmetry } from "./symmetry.ts";
import { TupleTable } from "./tuple-table.ts";

export interface SearchOptions extends Pick<MemberRunDeps, "core" | "crypto"> {
  readonly scenario: Scenario;
  /** Stop at this many states. */
  readonly statesMax: number;
  /** Steps from the beginning. */
  readonly depthMax: number;
  /** Whether states that differ by names alone are searched once. */
  readonly isReduced: boolean;
  /** At some cost: what each disk would recover, and that states told to be equal behave alike. */
  readonly isThorough: boolean;
}

export interface Progress {
  readonly states: number;
  /** Of the state being looked at, in steps from the beginning. */
  readonly depth: number;
}

export type SearchEnd =
  | { readonly kind: "exhausted" }
  /** At least one state lies deeper. */
  | { readonly kind: "depth-reached" }
  | { readonly kind: "states-reached" }
  /** Whoever drives the search wanted no more of it. */
  | { readonly kind: "interrupted" }
  | { readonly kind: "broken"; readonly counterExample: CounterExample };

export interface SearchResult extends Progress {
  readonly end: SearchEnd;
  readonly transitions: number;
  readonly memberStates: number;
  readonly messages: number;
  /** Times that the protocol really ran. */
  readonly runs: number;
  /** Events not followed because they lead past the scenario's bounds. */
  readonly beyond: number;
}

/** States looked at in one slice: some tens of milliseconds. */
const SLICE_STATES = 2_048;

/**
 * Breadth first over the states of a group. A group's state is the tuple of its members' states: each
 * member's holds what it ever sent, so the network needs no place of its own.
 */
export class Search {
  readonly table: MemberTable;
  /** The groups found, in the order of their finding. */
  readonly groups: TupleTable;
  readonly #options: SearchOptions;
  readonly #messages = new MessageTable();
  readonly #facts = new FactTable();
  readonly #moves: GroupMoves;
  readonly #genesis: Membership;
  readonly #symmetry: Symmetry;
  readonly #parents: number[] = [];
  /** Tuples of sets of facts that were checked and broke nothing. */
  readonly #checked: TupleTable;
  readonly #next: Group;
  readonly #factSets: Int32Array;
  #prelude: readonly SearchStep[] = [];
  #transitions = 0;

  constructor(options: SearchOptions) {
    const { scenario, core, crypto } = options;
    const count = scenario.voters + (scenario.learners ?? 0);
    const membership = membershipOf(scenario.voters, count);
    this.#options = options;
    this.#genesis = membership;
    this.groups = new TupleTable(count);
    this.#checked = new TupleTable(count);
    this.#next = new Int32Array(count);
    this.#factSets = new Int32Array(count);
    const [messages, facts] = [this.#messages, this.#facts];
    const deps = { core, crypto, scenario, membership, messages, facts };
    this.table = new MemberTable(deps, options.isThorough);
    this.#moves = new GroupMoves(this.table, scenario);
    this.#symmetry = new Symmetry(this.table, messages, scenario);
  }

  /** How many groups at most are searched as one. */
  get symmetryOrder(): number {
    return this.#options.isReduced ? this.#symmetry.order : 1;
  }

  /** Searches to the end; once. */
  run(): SearchResult {
    const slices = this.slices();
    for (;;) {
      const slice = slices.next(false);
      if (slice.done === true) return slice.value;
    }
  }

  /** Searches slice by slice, each begun by a `next`, and ended early by `next(true)`; once. */
  *slices(): Generator<Progress, SearchResult, boolean> {
    const { statesMax, depthMax } = this.#options;
    const group = this.#next.map((_, index) => this.table.first(nodeId(index + 1)));
    const prelude = new Prelude(group, {
      moves: this.#moves,
      brokenBy: (next, move) => this.#brokenBy(next, move),
    });
    const broken = prelude.play(this.#options.scenario.prelude ?? []);
    this.#prelude = prelude.steps;
    if (broken !== undefined) {
      return this.#result(0, { kind: "broken", counterExample: { broken, steps: this.#prelude } });
    }
    this.#addIfNew(group, -1);
    let depth = 0;
    let levelEnd = 1;
    for (let index = 0; index < this.groups.size; index++) {
      if (index === levelEnd) {
        depth++;
        levelEnd = this.groups.size;
        if (depth >= depthMax) return this.#result(depth, { kind: "depth-reached" });
      }
      if (index % SLICE_STATES === 0) {
        const isInterrupted = yield { states: this.groups.size, depth };
        if (isInterrupted) return this.#result(depth, { kind: "interrupted" });
      }
      this.groups.read(index, group);
      if (this.#isBrokenBehind(index, group)) {
        return this.#result(depth + 1, { kind: "broken", counterExample: this.#counterExample(index) });
      }
      if (this.groups.size >= statesMax) return this.#result(depth, { kind: "states-reached" });
    }
    return this.#result(depth, { kind: "exhausted" });
  }

  /** Adds the groups that one step leads to. True when one of them, or a step, breaks a rule. */
  #isBrokenBehind(index: number, group: Group): boolean {
    const next = this.#next;
    return this.#moves.each(group, (member, move) => {
      this.#transitions++;
      if (move.to === undefined) return true;
      next.set(group);
      next[member] = move.to;
      this.#normalize(next);
      return this.#addIfNew(next, index) && this.#brokenIn(next) !== undefined;
    });
  }

  #addIfNew(group: Group, parent: number): boolean {
    if (!this.groups.add(group)) return false;
    this.#parents.push(parent);
    return true;
  }

  #normalize(group: Group): void {
    if (this.#options.isReduced) this.#symmetry.normalize(group);
  }

  #brokenBy(next: Group, move: Move): BrokenRule | undefined {
    return move.to === undefined ? move.broken : this.#brokenIn(next);
  }

  /** What the group breaks, by the facts that its members know of themselves. */
  #brokenIn(group: Group): BrokenRule | undefined {
    for (let member = 0; member < group.length; member++) {
      this.#factSets[member] = this.table.state(group[member] as number).facts;
    }
    if (this.#checked.has(this.#factSets)) return undefined;
    try {
      const facts = [...this.#factSets].map((id) => this.#facts.set(id));
      checkGroup(facts, this.#genesis);
    } catch (error) {
      return brokenRuleOf(error);
    }
    this.#checked.add(this.#factSets);
    return undefined;
  }

  #counterExample(index: number): CounterExample {
    const trail: Group[] = [];
    for (let at = index; at !== -1; at = this.#parents[at] as number) {
      const group = this.#next.slice();
      this.groups.read(at, group);
      trail.push(group);
    }
    const found = retrace(trail.reverse(), {
      moves: this.#moves,
      normalize: (group) => this.#normalize(group),
      brokenBy: (next, move) => this.#brokenBy(next, move),
    });
    return { ...found, steps: [...this.#prelude, ...found.steps] };
  }

  #result(depth: number, end: SearchEnd): SearchResult {
    return {
      end,
      depth,
      states: this.groups.size,
      transitions: this.#transitions,
      memberStates: this.table.size,
      messages: this.#messages.size,
      runs: this.table.runs,
      beyond: this.table.beyond,
    };
  }
}

function membershipOf(voters: number, count: number): Membership {
  const members = Array.from({ length: count }, (_, index) => ({
    id: nodeId(index + 1),
    name: `n${index + 1}`,
    address: { host: "127.0.0.1", port: 7400 + index },
    role: index < voters ? ("voter" as const) : ("learner" as const),
    incarnation: new Uint8Array(16),
  }));
  return { epoch: 1, members, nextNodeId: members.length + 1 };
}
