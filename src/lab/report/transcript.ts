import { unreachable } from "../../base/assert.ts";
import type { EventLine, StepLine, TraceLine } from "../../node/trace-line.ts";
import { StepText } from "./step-text.ts";
import { type Layout, layoutOf } from "./transcript-layout.ts";

/** The column of everything that is no node. */
const WORLD = "world";
/** A pause that is shorter is not worth a line. */
const PAUSE_MS_MIN = 20;
const ROWS_PER_HEADER = 60;
/** What a node logs and its steps tell as well. */
const TOLD_BY_STEPS: ReadonlySet<string> = new Set([
  "became_candidate",
  "became_leader",
  "serving",
  "stepped_down",
  "following",
  "slow_disk",
  "alarm",
]);
/** After one of these a node is another process, or none. */
const LIFE_EVENTS: ReadonlySet<string> = new Set(["down", "started"]);

export interface TranscriptOptions {
  /** Names of the members by their numbers; each gets a column, in this order. */
  readonly members: Readonly<Record<string, string>>;
  /** Characters in a row. */
  readonly width: number;
}

/**
 * A trace as rows to be read, a column for each node. Takes lines in the order of time; heartbeats that change nothing are
 * folded, and so are pauses.
 */
export class Transcript {
  readonly #names: readonly string[];
  readonly #layout: Layout;
  readonly #steps: ReadonlyMap<string, StepText>;
  #shownMs: number | undefined;
  #heartbeats = 0;
  #rowsSinceHeader = ROWS_PER_HEADER;

  constructor({ members, width }: TranscriptOptions) {
    const names = Object.values(members);
    const nameOf = (node: string): string => members[node] ?? `node ${node}`;
    this.#names = [...names, WORLD];
    this.#layout = layoutOf(this.#names, width);
    this.#steps = new Map(names.map((name) => [name, new StepText(nameOf)]));
  }

  /** The rows that this line adds, without line feeds; often none. */
  add(line: TraceLine): readonly string[] {
    switch (line.type) {
      case "step":
        return this.#addStep(line);
      case "event":
        return this.#addEvent(line);
      case "dropped":
        return this.#show(line.at, WORLD, [`${line.count} lines of the trace are missing`]);
      case "trace":
      case "clock":
        return [];
      default:
        return unreachable(line);
    }
  }

  #addStep(line: StepLine): readonly string[] {
    const shown = this.#steps.get(line.node)?.show(line);
    if (shown === undefined) return [];
    if (shown.kind === "lines") return this.#show(line.at, line.node, shown.lines);
    this.#heartbeats += shown.heartbeats;
    return [];
  }

  #addEvent({ at, who, kind, detail }: EventLine): readonly string[] {
    if (TOLD_BY_STEPS.has(kind)) return [];
    const steps = this.#steps.get(who);
    if (LIFE_EVENTS.has(kind)) steps?.forget();
    const text = `${kind} ${detailText(detail)}`.trimEnd();
    return steps === undefined
      ? this.#show(at, WORLD, [`${who} ${text}`])
      : this.#show(at, who, [`■ ${text}`]);
  }

  #show(at: number, who: string, lines: readonly string[]): readonly string[] {
    const rows = [...this.#headerRows(), ...this.#pauseRows(at)];
    const shown = this.#layout.rows(this.#names.indexOf(who), lines, at.toFixed(3));
    this.#rowsSinceHeader += shown.length;
    this.#shownMs = at;
    this.#heartbeats = 0;
    return [...rows, ...shown];
  }

  #headerRows(): readonly string[] {
    if (this.#rowsSinceHeader < ROWS_PER_HEADER) return [];
    this.#rowsSinceHeader = 0;
    return this.#layout.header();
  }

  #pauseRows(at: number): readonly string[] {
    const pauseMs = this.#shownMs === undefined ? 0 : at - this.#shownMs;
    if (pauseMs < PAUSE_MS_MIN) return [];
    const heartbeats = this.#heartbeats === 0 ? "" : `, heartbeats and answers: ${this.#heartbeats}`;
    return [this.#layout.across(`⋯ ${pauseMs.toFixed(0)} ms${heartbeats}`)];
  }
}

/** A node logs its fields as JSON: their values suffice. */
function detailText(detail: string): string {
  if (!detail.startsWith("{")) return detail;
  try {
    return Object.values(JSON.parse(detail) as object).join(" ");
  } catch {
    return detail;
  }
}
