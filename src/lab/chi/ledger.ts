import { unreachable } from "../../base/assert.ts";
import type { Answer } from "./chi-world.ts";
import type { Content, Question } from "./script.ts";

const ABSENT: Content = { kind: "absent" };

interface Entry {
  /** What the last answered change made of the key, or the last get saw. */
  known: Content;
  /** Changes of which nobody knows whether they were, or yet will be, executed. */
  readonly open: Content[];
}

/**
 * What each key may hold, from what one asker after the other was told. A linearizable get shows nothing
 * else, whether the script expects anything of it or not.
 */
export class Ledger {
  readonly #entries = new Map<string, Entry>();

  /** What the key might have held, when the answer shows something else; undefined when all is well. */
  onAnswer(question: Question, answer: Answer): readonly Content[] | undefined {
    const entry = this.#entryOf(question.key);
    switch (question.kind) {
      case "set":
        this.#onChange(entry, { kind: "value", value: question.value }, answer);
        return undefined;
      case "delete":
        this.#onChange(entry, ABSENT, answer);
        return undefined;
      case "get":
        return this.#onSeen(entry, answer);
      default:
        return unreachable(question);
    }
  }

  #entryOf(key: string): Entry {
    const entry = this.#entries.get(key) ?? { known: ABSENT, open: [] };
    this.#entries.set(key, entry);
    return entry;
  }

  #onChange(entry: Entry, made: Content, answer: Answer): void {
    if (answer.kind !== "error") entry.known = made;
    else if (answer.outcome === "unknown") entry.open.push(made);
  }

  #onSeen(entry: Entry, answer: Answer): readonly Content[] | undefined {
    if (answer.kind !== "value" && answer.kind !== "absent") return undefined;
    const seen: Content = answer.kind === "value" ? { kind: "value", value: answer.value } : ABSENT;
    if (isSame(entry.known, seen)) return undefined;
    const index = entry.open.findIndex((content) => isSame(content, seen));
    if (index === -1) return [entry.known, ...entry.open];
    entry.open.splice(index, 1);
    entry.known = seen;
    return undefined;
  }
}

export function isSame(left: Content, right: Content): boolean {
  if (left.kind === "absent" || right.kind === "absent") return left.kind === right.kind;
  return left.value === right.value;
}
