import { assert, present } from "../../base/assert.ts";
import { type NodeId, nodeId } from "../../base/ids.ts";
import type { Group } from "./group-moves.ts";
import type { MemberTable } from "./member-table.ts";
import type { MessageTable } from "./message-table.ts";
import { countAt, type MemberEvent, type Scenario } from "./scenario.ts";

/** A renaming of members: place i takes the name of member `names[i]`. */
type Renaming = readonly NodeId[];

/**
 * Members that only vote are interchangeable: of all states that differ by their names alone one is searched.
 * A member's state is renamed by living its life again under the other names, so nothing is assumed about
 * the protocol; that a renamed life says the renamed messages is asserted each time.
 */
export class Symmetry {
  readonly #table: MemberTable;
  readonly #messages: MessageTable;
  readonly #renamings: readonly Renaming[];
  /** By renaming, then by state. */
  readonly #renamed: number[][];
  readonly #candidate: Int32Array;

  constructor(table: MemberTable, messages: MessageTable, scenario: Scenario) {
    this.#table = table;
    this.#messages = messages;
    const count = scenario.voters + (scenario.learners ?? 0);
    this.#renamings = renamingsOf(count, passiveVoters(scenario)).slice(1);
    this.#renamed = this.#renamings.map(() => []);
    this.#candidate = new Int32Array(count);
  }

  /** How many states at most count as one. */
  get order(): number {
    return this.#renamings.length + 1;
  }

  /** Replaces the group by the one that stands for it and all its renamings: the lowest. */
  normalize(group: Group): void {
    if (this.#renamings.length === 0) return;
    const original = group.slice();
    this.#renamings.forEach((names, index) => {
      for (let place = 0; place < original.length; place++) {
        this.#candidate[(names[place] as number) - 1] = this.#rename(index, original[place] as number);
      }
      if (isLower(this.#candidate, group)) group.set(this.#candidate);
    });
  }

  #rename(index: number, state: number): number {
    const renamed = present(this.#renamed[index], "a renaming has its states");
    const known = renamed[state];
    if (known !== undefined) return known;
    const names = present(this.#renamings[index], "a renaming has a number");
    const { member, before } = this.#table.state(state);
    let found: number;
    if (before === undefined) {
      found = this.#table.first(present(names[member - 1], "a member has a name"));
    } else {
      const outcome = this.#table.outcome(
        this.#rename(index, before.state),
        this.#event(names, before.event),
      );
      assert(outcome.kind === "state", "a renamed event leads to a state");
      found = outcome.state;
    }
    this.#assertAlike(names, state, found);
    renamed[state] = found;
    return found;
  }

  #event(names: Renaming, event: MemberEvent): MemberEvent {
    switch (event.kind) {
      case "deliver":
        return { kind: "deliver", message: this.#message(names, event.message) };
      case "torn":
        return { ...event, event: this.#event(names, event.event) };
      default:
        return event;
    }
  }

  /** Ballots, the only names inside of a message, are of members that stand: those keep their names. */
  #message(names: Renaming, id: number): number {
    const { from, to, message } = this.#messages.at(id);
    const renamed = (member: NodeId): NodeId => present(names[member - 1], "a member has a name");
    return this.#messages.idOf(renamed(from), renamed(to), message);
  }

  #assertAlike(names: Renaming, state: number, renamed: number): void {
    const original = this.#table.state(state);
    const other = this.#table.state(renamed);
    assert(original.facts === other.facts, "a renamed member has the same history");
    original.outboxes.forEach((outbox, receiver) => {
      const said = this.#table.outbox(outbox).map((message) => this.#message(names, message));
      const name = present(names[receiver - 1], "a receiver has a name");
      const saidToo = this.#table.outbox(present(other.outboxes[name], "every member may be written to"));
      said.sort((left, right) => left - right);
      assert(said.join() === saidToo.join(), "a renamed member says the renamed messages");
    });
  }
}

/**
 * Voters that never stand, and that nothing tells from one another. Whom to fetch from goes by turns, in the
 * order of names: where time passes for anybody but candidates, or members change, nobody is interchangeable.
 */
function passiveVoters(scenario: Scenario): readonly NodeId[] {
  const { stands, proposals, beats, changes, reads, handOver, start } = scenario;
  if (beats !== undefined || changes !== undefined) return [];
  const passive: NodeId[] = [];
  for (let index = 0; index < scenario.voters; index++) {
    const isNamed = handOver !== undefined && (handOver.from === index + 1 || handOver.to === index + 1);
    const isBusy = [stands, proposals, reads].some((counts) => countAt(counts, index) > 0);
    if (!isNamed && !isBusy) passive.push(nodeId(index + 1));
  }
  const image = (member: NodeId | undefined) => JSON.stringify(start?.[(member ?? 0) - 1]);
  return passive.filter((member) => image(member) === image(passive.at(-1)));
}

/** All renamings that move only `movable`; the first one moves nobody. */
function renamingsOf(count: number, movable: readonly NodeId[]): readonly Renaming[] {
  const identity = Array.from({ length: count }, (_, index) => nodeId(index + 1));
  return permutations(movable).map((permuted) => {
    const names = [...identity];
    movable.forEach((member, index) => {
      names[member - 1] = present(permuted[index], "a permutation is complete");
    });
    return names;
  });
}

function permutations<Item>(items: readonly Item[]): readonly (readonly Item[])[] {
  if (items.length === 0) return [[]];
  return items.flatMap((item, index) =>
    permutations([...items.slice(0, index), ...items.slice(index + 1)]).map((rest) => [item, ...rest]),
  );
}

function isLower(left: Int32Array, right: Int32Array): boolean {
  for (let index = 0; index < left.length; index++) {
    const difference = (left[index] as number) - (right[index] as number);
    if (difference !== 0) return difference < 0;
  }
  return false;
}
