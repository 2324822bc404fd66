import fc from "fast-check";
import type { Change, Compare, Condition, Fenced, Operation, TxnStep } from "../../src/kv/command.ts";
import { ROLES } from "../../src/kv/principal.ts";
import { bytes, count, interval, name, owned, positive, shape, shortBytes } from "./arbitraries.ts";

/** The operation, under a fence or without one. */
function fenced<T extends object>(made: fc.Arbitrary<T>): fc.Arbitrary<T & Fenced> {
  const fence = fc.option(shape({ key: bytes({ maxLength: 20 }), token: positive }), { nil: undefined });
  return fc.tuple(made, fence).map(([one, fence]) => (fence === undefined ? one : { ...one, fence }));
}
const condition: fc.Arbitrary<Condition> = fc.oneof(
  shape({ kind: fc.constant("revision" as const), revision: count }),
  shape({ kind: fc.constant("value" as const), value: shortBytes }),
);
const conditional = fc.option(condition, { nil: undefined }).map((made) => (made ? { condition: made } : {}));
const relation = fc.constantFrom("=" as const, "!=" as const, "<" as const, ">" as const);

const compare: fc.Arbitrary<Compare> = fc.oneof(
  shape({ target: fc.constant("exists" as const), key: shortBytes, exists: fc.boolean() }),
  shape({ target: fc.constant("value" as const), key: shortBytes, relation, value: shortBytes }),
  shape({
    target: fc.constantFrom("version" as const, "create-revision" as const, "mod-revision" as const),
    key: shortBytes,
    relation,
    number: count,
  }),
);
const lived = fc.oneof(
  fc.constant({}),
  positive.map((ttlMs) => ({ lifetime: { kind: "ttl" as const, ttlMs } })),
  positive.map((leaseId) => ({ lifetime: { kind: "lease" as const, leaseId } })),
);
const step: fc.Arbitrary<TxnStep> = fc.oneof(
  fc
    .tuple(shortBytes, shortBytes, fc.boolean(), lived)
    .map(([key, value, previous, rest]): TxnStep => ({ kind: "put", key, value, previous, ...rest })),
  shape({ kind: fc.constant("delete" as const), key: shortBytes, previous: fc.boolean() }),
  shape({ kind: fc.constant("get" as const), key: shortBytes }),
  interval.map((within): TxnStep => ({ kind: "delete-range", ...within })),
);
const steps = fc.array(step, { maxLength: 4 });
const change: fc.Arbitrary<Change> = fc.oneof(
  shape({
    kind: fc.constantFrom(
      "incr" as const,
      "max" as const,
      "min" as const,
      "append" as const,
      "prepend" as const,
      "set-if-absent" as const,
      "json-merge" as const,
    ),
    argument: shortBytes,
  }),
  shape({ kind: fc.constant("cas" as const), expected: shortBytes, argument: shortBytes }),
);

export const operation: fc.Arbitrary<Operation> = fc.oneof(
  fenced(
    fc.oneof<fc.Arbitrary<Operation & Fenced>[]>(
      owned(
        fc
          .tuple(bytes({ maxLength: 1030 }), bytes({ maxLength: 1300 }), fc.boolean(), conditional, lived)
          .map(([key, value, previous, condition, lifetime]) => {
            return { kind: "put" as const, key, value, previous, ...condition, ...lifetime };
          }),
      ),
      fc
        .tuple(shortBytes, fc.boolean(), conditional)
        .map(([key, previous, rest]): Operation => ({ kind: "delete", key, previous, ...rest })),
      fc
        .tuple(interval, fc.constantFrom("up-to" as const, "exactly" as const), fc.nat(2 ** 31))
        .map(
          ([within, kind, keys]): Operation => ({ kind: "delete-range", ...within, extent: { kind, keys } }),
        ),
      owned(
        shape({
          kind: fc.constant("put-all" as const),
          entries: fc.array(
            fc.tuple(shortBytes, shortBytes, lived).map(([key, value, rest]) => ({ key, value, ...rest })),
            { maxLength: 5 },
          ),
        }),
      ),
      shape({
        kind: fc.constant("modify" as const),
        key: shortBytes,
        change,
        returnsValue: fc.boolean(),
        previous: fc.boolean(),
      }),
      owned(
        shape({
          kind: fc.constant("txn" as const),
          compares: fc.array(compare, { maxLength: 4 }),
          steps,
          otherwise: steps,
        }),
      ),
      shape({ kind: fc.constant("touch" as const), key: shortBytes, ttlMs: count }),
    ),
  ),
  owned(shape({ kind: fc.constant("lease-grant" as const), leaseId: count, ttlMs: count })),
  owned(
    shape({ kind: fc.constantFrom("lease-keep-alive" as const, "lease-revoke" as const), leaseId: count }),
  ),
  shape({ kind: fc.constant("compact" as const), revision: count }),
  shape({ kind: fc.constant("configure" as const), leaderLeaseMs: count }),
  shape({
    kind: fc.constant("principal-create" as const),
    id: name,
    role: fc.constantFrom(...ROLES),
    prefix: shortBytes,
    verifier: shortBytes,
  }),
  shape({
    kind: fc.constant("principal-rotate" as const),
    id: name,
    verifier: shortBytes,
    graceMs: count,
  }),
  shape({ kind: fc.constant("principal-revoke" as const), id: name }),
);
