import type { ErrorCode, Failure } from "../base/errors.ts";

/** What a program's exit status means; `help exit-codes` prints it. */
export const EXIT_CODES = {
  done: 0,
  negative: 1,
  usage: 2,
  notApplied: 3,
  unknown: 4,
  refused: 5,
  unhealthy: 7,
  unsafe: 8,
  local: 9,
  lost: 10,
  removed: 11,
  interrupted: 130,
} as const;

declare const brand: unique symbol;
/** The status of another program. */
type PassedOn = number & { readonly [brand]: "PassedOn" };

export type ExitCode = (typeof EXIT_CODES)[keyof typeof EXIT_CODES] | PassedOn;

/** The status that a program which ran another one ends with: the other's. */
export function passedOn(status: number): ExitCode {
  return status as PassedOn;
}

/** For `kvcli` and `kvadm`. */
export const CLIENT_EXIT_TABLE = `CODE  MEANING                                                          RETRY
0     done, yes
1     a negative answer: key or lease absent, a condition that does not
      hold, not the leader, no leader, a cluster that serves nobody,
      states that differ                                                no
2     usage error: the command line, an environment variable, or a
      request that is malformed or impossible                           no
3     not connected, no quorum, time is up: surely not applied          yes
4     outcome unknown: may have been applied; the message names the
      request id that makes repeating it safe                           with the id
5     refused by the cluster: too large, no space, bad value, a
      revision that is compacted                                        after a fix
7     a member is not well: health, is-healthy, doctor, check; a
      directory or file is damaged: inspect, recover, snapshot
8     unsafe: it may cost the cluster its majority, or writes           no
9     a local file, directory, socket or command                        after a fix
10    the lock or leadership was lost; its command was ended
130   interrupted (SIGINT)
143   terminated (SIGTERM)
      lock and elect pass on the status of the command that they ran
`;

/** For `kvlab`. */
export const LAB_EXIT_TABLE = `CODE  MEANING
0     done; nothing was broken
1     a rule was broken: the report says by which seed, and how to see it again
2     usage error: the command line or an environment variable
9     a local file or directory
130   interrupted (SIGINT); what was done until then is reported
143   terminated (SIGTERM)
`;

/** For `kvd`. A service manager should not restart it on 2, 7, 8 and 11. */
export const DAEMON_EXIT_TABLE = `CODE  MEANING                                                          RESTART
0     stopped as asked
2     configuration or usage error                                      no
7     the data directory is damaged, or its promises are lost           no
8     the data directory is another node's or cluster's, already in
      use, or of a newer format                                         no
9     the data directory is missing or unreadable, or the port is taken yes
11    this node was removed from its cluster                            no
137   stopped itself, by SIGKILL: a failed or full disk, or a broken
      invariant; the last lines of the log say which                    yes
`;

/** Answers to what was asked, rather than errors. */
const NEGATIVE_CODES: readonly ErrorCode[] = [
  "condition_failed",
  "fenced",
  "lease_not_found",
  "lease_exists",
  "principal_not_found",
  "principal_exists",
];

/** The exit status for a request that failed. */
export function exitCodeOf(failure: Failure): ExitCode {
  if (failure.outcome === "unknown") return EXIT_CODES.unknown;
  if (failure.code === "bad_request") return EXIT_CODES.usage;
  if (NEGATIVE_CODES.includes(failure.code)) return EXIT_CODES.negative;
  if (failure.code === "unsafe") return EXIT_CODES.unsafe;
  if (failure.code === "no_space") return EXIT_CODES.refused;
  return failure.retryable ? EXIT_CODES.notApplied : EXIT_CODES.refused;
}
