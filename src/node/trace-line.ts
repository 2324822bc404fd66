export type Json = string | number | boolean | null | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [field: string]: Json;
}

/** Raised with every change after which an older reader would misread a file. */
export const TRACE_VERSION = 1;

/** Opens what one process has written; a file to which several were appended has several. */
export interface HeaderLine {
  readonly type: "trace";
  readonly version: number;
  /** Program and version. */
  readonly writer: string;
  /** The node whose steps follow; absent when they are several nodes'. */
  readonly node?: string;
  /** Of a simulated run. */
  readonly seed?: number;
  /** Names of the members by their numbers. */
  readonly members: Readonly<Record<string, string>>;
  readonly at: number;
  /** Wall time at `at`, ms since 1970; absent in a simulated run. */
  readonly wallMs?: number;
}

/** The wall time at `at`, said again now and then: by it the traces of several machines are laid side by side. */
export interface ClockLine {
  readonly type: "clock";
  readonly at: number;
  readonly wallMs: number;
}

/** One step of one group's replica. `docs/TRACE.md` lists the fields of each part. */
export interface StepLine {
  readonly type: "step";
  readonly at: number;
  readonly node: string;
  readonly group: number;
  readonly input: JsonObject;
  /** Those that are not empty. */
  readonly effects: JsonObject;
  readonly view: JsonObject;
}

/** Something else worth a line: what the node logged, what the lab did to it. */
export interface EventLine {
  readonly type: "event";
  readonly at: number;
  /** A node, a client, or `lab`, `net`, `ops`. */
  readonly who: string;
  readonly kind: string;
  readonly detail: string;
}

/** So many lines are missing here: the disk took them more slowly than they came. */
export interface DroppedLine {
  readonly type: "dropped";
  readonly at: number;
  readonly count: number;
}

/** One line of a trace. `at` is in ms of one clock that never runs back: the node's own, or virtual time. */
export type TraceLine = HeaderLine | ClockLine | StepLine | EventLine | DroppedLine;

/** A longer line is encoded again with shorter lists. */
export const TRACE_LINE_BYTES_MAX = 64 * 1024;

/** The line, its line feed included. */
export function encodeTraceLine(line: TraceLine): string {
  return `${JSON.stringify(line)}\n`;
}

/** Why a text is no line of a trace. One that is no JSON may be the beginning of a line. */
export interface UnreadLine {
  readonly reason: string;
  readonly kind: "no-json" | "unknown-type" | "wrong";
}

/** The line of a text without its line feed, or what is wrong with it. */
export function parseTraceLine(text: string): TraceLine | UnreadLine {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { reason: "it is not JSON", kind: "no-json" };
  }
  if (typeof value !== "object" || value === null) return { reason: "it is not an object", kind: "wrong" };
  const type: unknown = new Map<string, unknown>(Object.entries(value)).get("type");
  if (typeof type === "string" && !Object.hasOwn(FIELDS, type))
    return { reason: `its type '${type}' is unknown`, kind: "unknown-type" };
  const wrong = wrongField(value);
  return wrong === undefined ? (value as TraceLine) : { reason: wrong, kind: "wrong" };
}

type FieldType = "number" | "string" | "object";

/** The fields that readers rely on. */
const FIELDS: Readonly<Record<TraceLine["type"], Readonly<Record<string, FieldType>>>> = {
  trace: { version: "number", writer: "string", members: "object", at: "number" },
  clock: { at: "number", wallMs: "number" },
  step: { at: "number", node: "string", group: "number", input: "object", effects: "object", view: "object" },
  event: { at: "number", who: "string", kind: "string", detail: "string" },
  dropped: { at: "number", count: "number" },
};

function wrongField(line: object): string | undefined {
  const fields = new Map<string, unknown>(Object.entries(line));
  const type = fields.get("type");
  const wanted = Object.entries(FIELDS).find(([known]) => known === type)?.[1];
  if (wanted === undefined) return "its type is no string";
  for (const [name, fieldType] of Object.entries(wanted)) {
    const value = fields.get(name);
    if (typeof value !== fieldType || value === null) return `its ${name} is no ${fieldType}`;
  }
  if (type === "trace" && fields.get("version") !== TRACE_VERSION) {
    return `it opens a trace of version ${String(fields.get("version"))}, and ${TRACE_VERSION} is what can be read`;
  }
  return undefined;
}
