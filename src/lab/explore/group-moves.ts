import { type Slot, slot } from "../../base/ids.ts";
import type { MemberTable, Move } from "./member-table.ts";
import type { Sent } from "./message-table.ts";
import type { Scenario } from "./scenario.ts";

/** A group's state: for each member the number of its state. Never kept: the search overwrites its own. */
export type Group = Int32Array;

/** Told each thing that can happen next. True ends the enumeration. */
export type VisitMove = (member: number, move: Move) => boolean;

/** What can happen next in a group: always in the same order. */
export class GroupMoves {
  readonly #table: MemberTable;
  readonly #scenario: Scenario;

  constructor(table: MemberTable, scenario: Scenario) {
    this.#table = table;
    this.#scenario = scenario;
  }

  sent(message: number): Sent {
    return this.#table.messages.at(message);
  }

  /** True when `visit` ended it. */
  each(group: Group, visit: VisitMove): boolean {
    const table = this.#table;
    let crashes = this.#scenario.crashes ?? 0;
    let damages = this.#scenario.damages ?? 0;
    if (crashes > 0) {
      for (const id of group) {
        crashes -= table.state(id).crashes;
        damages -= table.state(id).damages;
      }
    }
    const visitAll = (member: number, moves: readonly Move[]): boolean => {
      for (const move of moves) {
        if (move.crashes <= crashes && move.damages <= damages && visit(member, move)) return true;
      }
      return false;
    };
    for (let member = 0; member < group.length; member++) {
      const id = group[member] as number;
      if (visitAll(member, table.moves(id))) return true;
      for (let sender = 0; sender < group.length; sender++) {
        if (sender === member) continue;
        const outbox = table.state(group[sender] as number).outboxes[member + 1] as number;
        if (visitAll(member, table.arrivals(id, outbox))) return true;
      }
      if (table.state(id).canRead && visitAll(member, table.read(id, this.#learned(group)))) return true;
    }
    return false;
  }

  #learned(group: Group): Slot {
    let learned = 1;
    for (const id of group) learned = Math.max(learned, this.#table.state(id).learned);
    return slot(learned);
  }
}
