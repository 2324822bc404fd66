import type { KeyRecord } from "./command.ts";
import type { Effort } from "./effort.ts";
import type { EventReader, KeyEvent } from "./event.ts";
import { NextChange } from "./next-change.ts";
import type { StateReader } from "./state.ts";

/** What the past is read from. */
export interface PastSource<State = Pick<StateReader, "get">> {
  readonly state: State;
  readonly events: EventReader;
}

export type FoundRecord =
  | { readonly kind: "known"; readonly record: KeyRecord | undefined }
  /** There was one, which was changed last before the window began. From `since` on it is known. */
  | { readonly kind: "forgotten"; readonly since: number };

/** The search for a key's record as it was after a revision of the window, which goes on over turns. */
export class PastRecord {
  readonly key: Uint8Array;
  readonly #source: PastSource;
  readonly #next: NextChange;

  /** `revision` is above `compacted`, and must be so at each run. */
  constructor(source: PastSource, key: Uint8Array, revision: number) {
    this.key = key;
    this.#source = source;
    this.#next = new NextChange(source.events, key, revision);
  }

  /** Undefined while the effort did not suffice. */
  run(effort: Effort): FoundRecord | undefined {
    const { state, events } = this.#source;
    const next = this.#next.run(effort);
    if (next === undefined) return undefined;
    if (next === "none") return { kind: "known", record: state.get(this.key) };
    const { previousRevision } = next;
    if (previousRevision > events.compacted)
      return { kind: "known", record: events.at(this.key, previousRevision, effort).record };
    return wasThereBefore(next)
      ? { kind: "forgotten", since: next.revision }
      : { kind: "known", record: undefined };
  }
}

/** Whether there was a record that the change replaced or deleted. */
function wasThereBefore({ previousRevision, record, revision }: KeyEvent): boolean {
  return previousRevision > 0 && record?.createRevision !== revision;
}
