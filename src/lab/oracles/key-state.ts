import { unreachable } from "../../base/assert.ts";
import type { Operation, SeenRecord } from "./history.ts";

/**
 * What one key may be like at a moment. Revisions are undefined as long as nobody has been told: they
 * belong to a write of unknown outcome that took effect unseen.
 */
export interface KeyState {
  /** The tag of the put whose value stands here; undefined when the key is absent. */
  readonly tag: string | undefined;
  /** 0 when absent. */
  readonly version: number;
  readonly createRevision: number | undefined;
  readonly modRevision: number | undefined;
  /** Every change of this key so far has a revision of at least this. */
  readonly revisionFloor: number;
}

export const ABSENT: KeyState = {
  tag: undefined,
  version: 0,
  createRevision: undefined,
  modRevision: undefined,
  revisionFloor: 0,
};

/**
 * The state after `operation` has taken effect in `state` with the answer that it gave, or undefined when
 * it cannot have given that answer there.
 */
export function step(
  state: KeyState,
  operation: Pick<Operation, "action" | "outcome">,
): KeyState | undefined {
  const { action, outcome } = operation;
  switch (outcome.kind) {
    case "put":
      return action.kind === "put" ? stepPut(state, action.tag, outcome) : undefined;
    case "deleted":
      return stepDelete(state, outcome);
    case "read":
      return stepRead(state, outcome.record);
    case "unknown":
      if (action.kind === "put") return stepUnknownPut(state, action.tag);
      return action.kind === "delete" ? { ...ABSENT, revisionFloor: state.revisionFloor } : state;
    case "not-applied":
      return undefined;
    default:
      return unreachable(outcome);
  }
}

function stepPut(
  state: KeyState,
  tag: string,
  answer: { readonly version: number; readonly createRevision: number; readonly revision: number },
): KeyState | undefined {
  const { version, createRevision, revision } = answer;
  if (version !== state.version + 1 || revision <= state.revisionFloor) return undefined;
  const isNew = state.tag === undefined;
  if (isNew && createRevision !== revision) return undefined;
  if (!isNew && createRevision >= revision) return undefined;
  if (!isNew && state.createRevision !== undefined && createRevision !== state.createRevision)
    return undefined;
  return { tag, version, createRevision, modRevision: revision, revisionFloor: revision };
}

function stepDelete(
  state: KeyState,
  answer: { readonly deleted: boolean; readonly revision: number },
): KeyState | undefined {
  const { deleted, revision } = answer;
  if (deleted !== (state.tag !== undefined)) return undefined;
  if (deleted ? revision <= state.revisionFloor : revision < state.revisionFloor) return undefined;
  return deleted ? { ...ABSENT, revisionFloor: revision } : state;
}

function stepUnknownPut(state: KeyState, tag: string): KeyState {
  return { ...state, tag, version: state.version + 1, modRevision: undefined };
}

/** A read changes nothing, but may tell revisions that nobody knew. */
function stepRead(state: KeyState, record: SeenRecord | undefined): KeyState | undefined {
  if (record === undefined) return state.tag === undefined ? state : undefined;
  const { tag, version, createRevision, modRevision } = record;
  if (tag !== state.tag || version !== state.version) return undefined;
  if (state.modRevision !== undefined && modRevision !== state.modRevision) return undefined;
  if (state.modRevision === undefined && modRevision <= state.revisionFloor) return undefined;
  if (state.createRevision !== undefined && createRevision !== state.createRevision) return undefined;
  if ((version === 1) !== (createRevision === modRevision) || createRevision > modRevision) return undefined;
  const isNews = state.modRevision === undefined || state.createRevision === undefined;
  return isNews ? { tag, version, createRevision, modRevision, revisionFloor: modRevision } : state;
}
