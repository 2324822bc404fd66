import type { Operation } from "../kv/command.ts";
import { misuse, type Names, objectOf, type Rule, refuseUnfit, wholeNumber } from "./misuse.ts";
import type {
  CampaignOptions,
  ChangeOptions,
  ChosenIdentity,
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
import { CLIENT_BYTES } from "./request-id.ts";

const REQUEST: Names<RequestOptions> = { timeoutMs: "patience", signal: "signal" };
const IDENTITY: Names<ChosenIdentity> = { client: true, sequence: true, repeatableMs: "patience" };
const CHANGE: Names<ChangeOptions> = { ...REQUEST, requestId: true, identity: true };
const FENCED: Names<FencedOptions> = { ...CHANGE, fence: true };
const WRITE: Names<WriteOptions> = {
  ...FENCED,
  previous: "flag",
  ifAbsent: "flag",
  ifRevision: true,
  ifValue: true,
};
const LIFETIME: Names<LifetimeOptions> = { ttlMs: true, leaseId: true };
const PUT: Names<PutOptions> = { ...WRITE, ...LIFETIME };
const INTERVAL: Names<IntervalOptions> = { prefix: true, start: true, end: true };
const GRANT: Names<GrantOptions> = { ...CHANGE, ttlMs: true, leaseId: true };
const MODIFY: Names<ModifyOptions> = { ...FENCED, previous: "flag", value: "flag" };
const CREATE: Names<CreatePrincipalOptions> = { ...CHANGE, role: true, prefix: true, verifier: true };
const ROTATE: Names<RotatePrincipalOptions> = { ...CHANGE, verifier: true, graceMs: "wait" };

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
  limit: "count",
  bytesMax: "count",
  keysOnly: "flag",
  revision: true,
};
const HISTORY: Names<HistoryOptions> = { ...READ, limit: true, before: true };
const LEASES: Names<LeasesOptions> = { ...READ, from: true, limit: "count" };
const PRINCIPALS: Names<PrincipalsOptions> = { ...READ, endpoint: true };
const LOCK: Names<LockOptions> = { ...REQUEST, ttlMs: true, value: true };
const CAMPAIGN: Names<CampaignOptions> = { ...REQUEST, ttlMs: true };
const CLAIM: Names<ClaimOptions> = { ...REQUEST, value: true, waitMs: "wait" };
const OBSERVE: Names<Pick<ReadOptions, "signal">> = { signal: "signal" };
const WATCH: Names<WatchOptions> = {
  ...INTERVAL,
  key: true,
  from: true,
  consistency: true,
  ...REQUEST,
  previous: "flag",
  progress: "flag",
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

export const CLIENT_NAMES: Names<ClientOptions> = {
  endpoints: true,
  timeoutMs: "patience",
  repeatableMs: "patience",
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
const CHANGE_NAMES: Readonly<Record<Operation["kind"], Readonly<Record<string, Rule>>>> = {
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

export function refuseUnfitChangeOptions(options: ChangeOptions, kind: Operation["kind"]): void {
  refuseUnfit("option", options, CHANGE_NAMES[kind]);
  const { requestId, identity } = options;
  if (requestId !== undefined && identity !== undefined)
    throw misuse("requestId and identity exclude each other; name one");
  if (requestId !== undefined) {
    refuseNameless(requestId, "requestId");
    wholeNumber(requestId.deadlineMs, "requestId.deadlineMs");
  }
  if (identity !== undefined) {
    refuseNameless(identity, "identity");
    refuseUnfit("part of an identity", identity, IDENTITY);
  }
}

function refuseNameless(name: Pick<ChosenIdentity, "client" | "sequence">, what: string): void {
  objectOf(name, what);
  if (!(name.client instanceof Uint8Array) || name.client.length !== CLIENT_BYTES)
    throw misuse(`${what}.client is not a Uint8Array of ${CLIENT_BYTES} bytes`);
  if (wholeNumber(name.sequence, `${what}.sequence`) === 0) throw misuse(`${what}.sequence counts from 1`);
}
