/** A record as an answer showed it; values are text. */
export interface SeenRow {
  readonly value: string;
  readonly version: number;
  readonly created: number;
  readonly changed: number;
}

export type StoreCondition =
  | { readonly kind: "absent" }
  | { readonly kind: "revision"; readonly revision: number }
  | { readonly kind: "value"; readonly value: string };

export type StoreChange =
  | { readonly op: "incr" | "max"; readonly number: number }
  | { readonly op: "append" | "set-if-absent"; readonly text: string }
  | { readonly op: "cas"; readonly expected: string; readonly text: string };

export type StoreCompare =
  | { readonly key: string; readonly exists: boolean }
  | { readonly key: string; readonly value: string }
  | { readonly key: string; readonly revision: number };

export type StoreStep =
  | { readonly kind: "put"; readonly key: string; readonly value: string }
  | { readonly kind: "delete"; readonly key: string }
  | { readonly kind: "delete-range"; readonly prefix: string }
  | { readonly kind: "get"; readonly key: string };

/** How much of a range goes: all, at most so many keys, or exactly so many or nothing. */
export type StoreExtent =
  | { readonly kind: "all" }
  | { readonly kind: "limit" | "count"; readonly keys: number };

export type StoreChangeOperation =
  | {
      readonly kind: "put";
      readonly key: string;
      readonly value: string;
      readonly condition: StoreCondition | undefined;
    }
  | { readonly kind: "delete"; readonly key: string; readonly condition: StoreCondition | undefined }
  | { readonly kind: "modify"; readonly key: string; readonly change: StoreChange }
  | { readonly kind: "put-all"; readonly entries: readonly (readonly [key: string, value: string])[] }
  | {
      readonly kind: "txn";
      readonly compares: readonly StoreCompare[];
      readonly steps: readonly StoreStep[];
      readonly otherwise: readonly StoreStep[];
    }
  | { readonly kind: "delete-range"; readonly prefix: string; readonly extent: StoreExtent };

export type StoreReadOperation =
  | { readonly kind: "get"; readonly key: string }
  | { readonly kind: "range"; readonly prefix: string; readonly limit: number };

export type StoreOperation = StoreChangeOperation | StoreReadOperation;

/** A key that is absent shows `null`. */
export type StepAnswer =
  | {
      readonly kind: "put";
      readonly version: number;
      readonly created: number;
      readonly previous: SeenRow | null;
    }
  | { readonly kind: "delete"; readonly deleted: boolean; readonly previous: SeenRow | null }
  | { readonly kind: "delete-range"; readonly count: number; readonly more: boolean }
  | { readonly kind: "get"; readonly row: SeenRow | null };

export type StoreAnswer =
  | StepAnswer
  | {
      readonly kind: "modify";
      readonly isChanged: boolean;
      readonly row: SeenRow;
      readonly previous: SeenRow | null;
    }
  | { readonly kind: "put-all"; readonly count: number }
  | { readonly kind: "txn"; readonly succeeded: boolean; readonly answers: readonly StepAnswer[] }
  | {
      readonly kind: "range";
      readonly rows: readonly (readonly [key: string, row: SeenRow])[];
      readonly more: boolean;
    };

/** The log's own refusal, which is an answer: it tells of the state in which the request was executed. */
export type StoreRefusal =
  | { readonly kind: "refused"; readonly code: "bad_value" }
  | {
      readonly kind: "refused";
      readonly code: "condition_failed";
      readonly conflict: { readonly kind: "revision" | "count"; readonly number: number };
    };

export type StoreOutcome =
  /** `revision`: the store's as the answer told it. */
  | { readonly kind: "answered"; readonly answer: StoreAnswer; readonly revision: number }
  | StoreRefusal
  /** Not applied for certain; of a read, that there was no answer. */
  | { readonly kind: "none"; readonly code: string }
  /** May be executed once, at any time from its invocation on, or never. */
  | { readonly kind: "unknown" };

/** What a client asked of one group of keys, and what came of it. */
export interface StoreCall {
  readonly client: string;
  readonly group: string;
  readonly operation: StoreOperation;
  /** `sequential`: at least what this client has been told before, else at any earlier moment. */
  readonly level: "linearizable" | "sequential";
  readonly outcome: StoreOutcome;
  /** Positions in one order of all calls and answers. */
  readonly invoked: number;
  readonly returned: number;
}

/** Whether the answer says that the operation took a revision. */
export function tookRevision(answer: StoreAnswer): boolean {
  switch (answer.kind) {
    case "put":
    case "put-all":
      return true;
    case "delete":
      return answer.deleted;
    case "delete-range":
      return answer.count > 0;
    case "modify":
      return answer.isChanged;
    case "txn":
      return answer.answers.some(tookRevision);
    case "get":
    case "range":
      return false;
  }
}
