import type { Operation } from "../kv/command.ts";
import { type Names, refuseUnknown } from "./misuse.ts";
import type {
  CampaignOptions,
  ChangeOptions,
  ClaimOptions,
  ClientOptions,
  CreatePrincipalOptions,
  DeleteRangeOptions,
  FencedOptions,
  GetOptions,
  GrantOptions,
  HistoryOptions,
  IntervalOptions,
  LeasesOptions,
  LifetimeOptions,
  LockOptions,
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

const REQUEST: Names<RequestOptions> = { timeoutMs: true, signal: true };
const CHANGE: Names<ChangeOptions> = { ...REQUEST, requestId: true, identity: true };
const FENCED: Names<FencedOptions> = { ...CHANGE, fence: true };
const WRITE: Names<WriteOptions> = {
  ...FENCED,
  previous: true,
  ifAbsent: true,
  ifRevision: true,
  ifValue: true,
};
const LIFETIME: Names<LifetimeOptions> = { ttlMs: true, leaseId: true };
const PUT: Names<PutOptions> = { ...WRITE, ...LIFETIME };
const INTERVAL: Names<IntervalOptions> = { prefix: true, start: true, end: true };
const GRANT: Names<GrantOptions> = { ...CHANGE, ttlMs: true, leaseId: true };
const MODIFY: Names<ModifyOptions> = { ...FENCED, previous: true, value: true };
const CREATE: Names<CreatePrincipalOptions> = { ...CHANGE, role: true, prefix: true, verifier: true };
const ROTATE: Names<RotatePrincipalOptions> = { ...CHANGE, verifier: true, graceMs: true };

const READ: Names<ReadOptions> = {
  ...REQUEST,
  consistency: true,
  maxStalenessMs: true,
  minRevision: true,
};
const GET: Names<GetOptions> = { ...READ, revision: true };
const RANGE: Names<RangeOptions> = {
  ...READ,
  ...INTERVAL,
  limit: true,
  bytesMax: true,
  keysOnly: true,
  revision: true,
};
const HISTORY: Names<HistoryOptions> = { ...READ, limit: true, before: true };
const LEASES: Names<LeasesOptions> = { ...READ, from: true, limit: true };
const PRINCIPALS: Names<PrincipalsOptions> = { ...READ, endpoint: true };
const LOCK: Names<LockOptions> = { ...REQUEST, ttlMs: true, value: true };
const CAMPAIGN: Names<CampaignOptions> = { ...REQUEST, ttlMs: true };
const CLAIM: Names<ClaimOptions> = { ...REQUEST, value: true, waitMs: true };
const OBSERVE: Names<Pick<ReadOptions, "signal">> = { signal: true };
const WATCH: Names<WatchOptions> = {
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
export const DELETE_RANGE_NAMES: Names<DeleteRangeOptions> = {
  ...FENCED,
  ...INTERVAL,
  expectedCount: true,
  limit: true,
};

export const LOCK_NAMES = {
  lock: LOCK,
  claim: CLAIM,
  campaign: CAMPAIGN,
  holder: READ,
  observe: OBSERVE,
} as const;

/** Of requests that are no more than asked and answered. */
export const REQUEST_NAMES = REQUEST;

export const CLIENT_NAMES: Names<ClientOptions> = { endpoints: true, timeoutMs: true, repeatableMs: true };

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
  configure: CHANGE,
  "lease-grant": GRANT,
  "lease-keep-alive": CHANGE,
  "lease-revoke": CHANGE,
  "principal-create": CREATE,
  "principal-rotate": ROTATE,
  "principal-revoke": CHANGE,
};

export function refuseUnknownChangeOptions(options: ChangeOptions, kind: Operation["kind"]): void {
  refuseUnknown("option", options, CHANGE_NAMES[kind]);
}
