import { nearestName } from "../base/nearest.ts";
import type { Operation } from "../kv/command.ts";
import { misuse } from "./operations.ts";
import type {
  ChangeOptions,
  CreatePrincipalOptions,
  DeleteRangeOptions,
  FencedOptions,
  GetOptions,
  GrantOptions,
  HistoryOptions,
  IntervalOptions,
  LeasesOptions,
  LifetimeOptions,
  ModifyOptions,
  PrincipalsOptions,
  PutOptions,
  RangeOptions,
  ReadOptions,
  RequestOptions,
  RotatePrincipalOptions,
  WatchOptions,
  WriteOptions,
} from "./options.ts";

/** Every option that there is, by name: the compiler sees that none is left out. */
export type OptionNames<Options> = Readonly<Record<keyof Options, true>>;

const REQUEST: OptionNames<RequestOptions> = { timeoutMs: true, signal: true };
const CHANGE: OptionNames<ChangeOptions> = { ...REQUEST, requestId: true, identity: true };
const FENCED: OptionNames<FencedOptions> = { ...CHANGE, fence: true };
const WRITE: OptionNames<WriteOptions> = {
  ...FENCED,
  previous: true,
  ifAbsent: true,
  ifRevision: true,
  ifValue: true,
};
const LIFETIME: OptionNames<LifetimeOptions> = { ttlMs: true, leaseId: true };
const PUT: OptionNames<PutOptions> = { ...WRITE, ...LIFETIME };
const INTERVAL: OptionNames<IntervalOptions> = { prefix: true, start: true, end: true };
const GRANT: OptionNames<GrantOptions> = { ...CHANGE, ttlMs: true, leaseId: true };
const MODIFY: OptionNames<ModifyOptions> = { ...FENCED, previous: true, value: true };
const CREATE: OptionNames<CreatePrincipalOptions> = { ...CHANGE, role: true, prefix: true, verifier: true };
const ROTATE: OptionNames<RotatePrincipalOptions> = { ...CHANGE, verifier: true, graceMs: true };

const READ: OptionNames<ReadOptions> = {
  ...REQUEST,
  consistency: true,
  maxStalenessMs: true,
  minRevision: true,
};
const GET: OptionNames<GetOptions> = { ...READ, revision: true };
const RANGE: OptionNames<RangeOptions> = {
  ...READ,
  ...INTERVAL,
  limit: true,
  bytesMax: true,
  keysOnly: true,
  revision: true,
};
const HISTORY: OptionNames<HistoryOptions> = { ...READ, limit: true, before: true };
const LEASES: OptionNames<LeasesOptions> = { ...READ, from: true, limit: true };
const PRINCIPALS: OptionNames<PrincipalsOptions> = { ...READ, endpoint: true };
const WATCH: OptionNames<WatchOptions> = {
  ...INTERVAL,
  key: true,
  from: true,
  consistency: true,
  previous: true,
  progress: true,
  timeoutMs: true,
  signal: true,
};
/** Of the deletion of a range, whose steps are changes of their own. */
export const DELETE_RANGE_NAMES: OptionNames<DeleteRangeOptions> = {
  ...FENCED,
  ...INTERVAL,
  expectedCount: true,
  limit: true,
};

export const READ_NAMES = {
  get: GET,
  range: RANGE,
  history: HISTORY,
  leases: LEASES,
  principals: PRINCIPALS,
  watch: WATCH,
} as const;

/** By what is asked for. */
const CHANGE_NAMES: Readonly<Record<Operation["kind"], Readonly<Record<string, true>>>> = {
  put: PUT,
  delete: WRITE,
  "delete-range": FENCED,
  "put-all": FENCED,
  modify: MODIFY,
  txn: FENCED,
  touch: FENCED,
  compact: CHANGE,
  "lease-grant": GRANT,
  "lease-keep-alive": CHANGE,
  "lease-revoke": CHANGE,
  "principal-create": CREATE,
  "principal-rotate": ROTATE,
  "principal-revoke": CHANGE,
};

/** An option that is not known would be ignored, and a condition with it: throws a `bad_request` for one. */
export function refuseUnknownOptions(options: object, names: Readonly<Record<string, true>>): void {
  for (const name in options) {
    if (Object.hasOwn(names, name)) continue;
    const nearest = nearestName(name.slice(0, 60), Object.keys(names));
    throw misuse(`unknown option ${name}${nearest === undefined ? "" : `; did you mean ${nearest}?`}`);
  }
}

export function refuseUnknownChangeOptions(options: ChangeOptions, kind: Operation["kind"]): void {
  refuseUnknownOptions(options, CHANGE_NAMES[kind]);
}
