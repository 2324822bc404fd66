import { TIME_BUCKETS } from "../base/time-buckets.ts";
import type { NodeMeasures } from "./client-messages.ts";
import { amountField, countField, malformed, textField } from "./fields.ts";
import { NAME_CHARACTERS_MAX } from "./leader-hint.ts";
import type { kvd } from "./schema.generated.js";

const LIST_MAX = 256;

export function measuresBody({
  wallMs,
  figures,
  settings,
  timings,
}: NodeMeasures): kvd.NodeMeasures.$Properties {
  return {
    wallMs,
    figures: [...figures].map(([name, value]) => ({ name, value })),
    settings: [...settings].map(([name, value]) => ({ name, value })),
    timings: [...timings].map(([name, counts]) => ({ name, counts: [...counts] })),
  };
}

export function measuresField(body: kvd.NodeMeasures.$Properties): NodeMeasures {
  const { wallMs, figures, settings, timings } = body;
  return {
    wallMs: amountField(wallMs ?? 0, "wall clock"),
    figures: new Map(listed(figures).map(({ name, value }) => [nameField(name), figureField(value ?? 0)])),
    settings: new Map(
      listed(settings).map(({ name, value }) => [
        nameField(name),
        textField(value ?? "", NAME_CHARACTERS_MAX, "setting"),
      ]),
    ),
    timings: new Map(listed(timings).map(({ name, counts }) => [nameField(name), countsField(counts ?? [])])),
  };
}

function listed<T>(list: readonly T[] | null | undefined): readonly T[] {
  if (list === null || list === undefined) return [];
  return list.length <= LIST_MAX ? list : malformed(`a list of ${list.length}`);
}

const nameField = (name: string | null | undefined): string =>
  textField(name ?? "", NAME_CHARACTERS_MAX, "name");

function figureField(value: number): number {
  return Number.isFinite(value) ? value : malformed(`figure ${value}`);
}

function countsField(counts: readonly number[]): readonly number[] {
  if (counts.length > TIME_BUCKETS) malformed(`${counts.length} buckets`);
  return counts.map((count) => countField(count, "count"));
}
