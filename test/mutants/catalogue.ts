import { CLIENT_MUTANTS } from "./client-mutants.ts";
import { HISTORY_MUTANTS } from "./history-mutants.ts";
import { LEADING_MUTANTS } from "./leading-mutants.ts";
import { LEARNING_MUTANTS } from "./learning-mutants.ts";
import { LIFETIME_MUTANTS } from "./lifetime-mutants.ts";
import { MACHINE_MUTANTS } from "./machine-mutants.ts";
import { MEMBERSHIP_MUTANTS } from "./membership-mutants.ts";
import type { Mutant } from "./mutant.ts";
import { NODE_MUTANTS } from "./node-mutants.ts";
import { OPERATION_MUTANTS } from "./operation-mutants.ts";
import { PAST_MUTANTS } from "./past-mutants.ts";
import { QUORUM_MUTANTS } from "./quorum-mutants.ts";
import { SNAPSHOT_MUTANTS } from "./snapshot-mutants.ts";
import { TRANSPORT_MUTANTS } from "./transport-mutants.ts";
import { WATCH_MUTANTS } from "./watch-mutants.ts";

/** All broken versions, by area. Names are unique. */
export const MUTANTS: readonly Mutant[] = [
  ...QUORUM_MUTANTS,
  ...MEMBERSHIP_MUTANTS,
  ...LEARNING_MUTANTS,
  ...LEADING_MUTANTS,
  ...MACHINE_MUTANTS,
  ...OPERATION_MUTANTS,
  ...LIFETIME_MUTANTS,
  ...HISTORY_MUTANTS,
  ...NODE_MUTANTS,
  ...SNAPSHOT_MUTANTS,
  ...CLIENT_MUTANTS,
  ...TRANSPORT_MUTANTS,
  ...WATCH_MUTANTS,
  ...PAST_MUTANTS,
];
