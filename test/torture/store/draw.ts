import type { SeededRandom } from "../../../src/lab/world/seeded-random.ts";
import type {
  SeenRow,
  StoreChange,
  StoreCompare,
  StoreCondition,
  StoreExtent,
  StoreOperation,
  StoreStep,
} from "./call.ts";

/** Few keys, so that clients meet: values of some are numbers. */
const TEXT_KEYS = ["t1", "t2", "u1"] as const;
const NUMBER_KEYS = ["n1", "n2"] as const;
const PREFIXES = ["", "t", "n"] as const;
const APPENDED_MAX = 40;

/** What one client draws its requests from. */
export interface DrawSource {
  readonly group: string;
  readonly random: SeededRandom;
  /** A value that no other request has. */
  readonly nextValue: () => string;
  /** What the client was last shown of the keys: its conditions are meant to hold, often. */
  readonly shown: ReadonlyMap<string, SeenRow | null>;
}

/** Any operation on a group of keys. */
export function drawOperation(source: DrawSource): StoreOperation {
  const { group, random } = source;
  switch (random.below(12)) {
    case 0:
    case 1:
      return { kind: "get", key: anyKey(source) };
    case 2:
    case 3:
      return { kind: "range", prefix: group + random.pick(PREFIXES), limit: random.pick([2, 100, 100]) };
    case 4:
      return drawPut(source, undefined);
    case 5: {
      const key = textKey(source);
      return { kind: "put", key, value: source.nextValue(), condition: drawCondition(source, key) };
    }
    case 6: {
      const key = anyKey(source);
      const condition = random.isLucky(0.5) ? drawCondition(source, key) : undefined;
      return { kind: "delete", key, condition };
    }
    case 7:
    case 8:
      return drawModify(source);
    case 9:
      return { kind: "put-all", entries: drawEntries(source) };
    case 10:
      return random.isLucky(0.35) ? drawDeleteRange(source) : drawTxn(source);
    default:
      return drawTxn(source);
  }
}

function drawPut(source: DrawSource, condition: StoreCondition | undefined): StoreOperation {
  const isNumber = source.random.isLucky(0.2);
  const key = isNumber ? numberKey(source) : textKey(source);
  const value = isNumber ? `${source.random.below(100)}` : source.nextValue();
  return { kind: "put", key, value, condition };
}

function drawCondition({ random, shown }: DrawSource, key: string): StoreCondition {
  const row = shown.get(key);
  if (row === null || row === undefined || random.isLucky(0.15)) return { kind: "absent" };
  return random.isLucky(0.5)
    ? { kind: "revision", revision: row.changed }
    : { kind: "value", value: row.value };
}

function drawModify(source: DrawSource): StoreOperation {
  const { random, shown } = source;
  const isNumber = random.isLucky(0.55);
  const key = isNumber ? numberKey(source) : textKey(source);
  const change = (): StoreChange => {
    // On text too, seldom: the log refuses it.
    if (isNumber || random.isLucky(0.05))
      return { op: random.isLucky(0.8) ? "incr" : "max", number: random.between(1, 9) };
    const row = shown.get(key);
    if (random.isLucky(0.3)) return { op: "set-if-absent", text: source.nextValue() };
    if (row !== null && row !== undefined && random.isLucky(0.6))
      return { op: "cas", expected: row.value, text: source.nextValue() };
    // A value that has grown is replaced before long: histories are to stay readable.
    return (row?.value.length ?? 0) > APPENDED_MAX
      ? { op: "set-if-absent", text: source.nextValue() }
      : { op: "append", text: `+${source.nextValue()}` };
  };
  return { kind: "modify", key, change: change() };
}

function drawEntries(source: DrawSource): readonly (readonly [string, string])[] {
  const keys = TEXT_KEYS.filter(() => source.random.isLucky(0.7));
  const chosen = keys.length === 0 ? TEXT_KEYS : keys;
  return chosen.map((key) => [source.group + key, source.nextValue()] as const);
}

function drawDeleteRange({ group, random }: DrawSource): StoreOperation {
  const extent = random.pick<StoreExtent>([
    { kind: "all" },
    { kind: "limit", keys: random.between(1, 2) },
    { kind: "count", keys: random.between(1, 3) },
  ]);
  return { kind: "delete-range", prefix: group + random.pick(["t", "t", "n", ""]), extent };
}

/** Reads and changes of keys none of which is changed twice. */
function drawTxn(source: DrawSource): StoreOperation {
  const { random } = source;
  const compares = Array.from({ length: random.below(3) }, () => drawCompare(source));
  return {
    kind: "txn",
    compares,
    steps: drawSteps(source),
    otherwise: random.isLucky(0.5) ? drawSteps(source) : drawGets(source),
  };
}

function drawCompare(source: DrawSource): StoreCompare {
  const { random, shown } = source;
  const key = anyKey(source);
  const row = shown.get(key);
  if (row === undefined) return { key, exists: random.isLucky(0.7) };
  if (row === null) return { key, exists: false };
  return random.isLucky(0.5) ? { key, revision: row.changed } : { key, value: row.value };
}

function drawSteps(source: DrawSource): readonly StoreStep[] {
  const { group, random } = source;
  const steps: StoreStep[] = [];
  for (const name of TEXT_KEYS) {
    const key = group + name;
    if (random.isLucky(0.3)) steps.push({ kind: "get", key });
    if (random.isLucky(0.5)) steps.push({ kind: "put", key, value: source.nextValue() });
    else if (random.isLucky(0.3)) steps.push({ kind: "delete", key });
    // After a change, it shows the change.
    if (random.isLucky(0.2)) steps.push({ kind: "get", key });
  }
  if (random.isLucky(0.1)) steps.push({ kind: "delete-range", prefix: `${group}n` });
  return steps.length === 0 ? drawGets(source) : steps;
}

function drawGets({ group }: DrawSource): readonly StoreStep[] {
  return [...TEXT_KEYS, ...NUMBER_KEYS].map((name) => ({ kind: "get", key: group + name }) as const);
}

function textKey({ group, random }: DrawSource): string {
  return group + random.pick(TEXT_KEYS);
}

function numberKey({ group, random }: DrawSource): string {
  return group + random.pick(NUMBER_KEYS);
}

function anyKey(source: DrawSource): string {
  return source.random.isLucky(0.6) ? textKey(source) : numberKey(source);
}
