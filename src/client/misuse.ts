import { unreachable } from "../base/assert.ts";
import { failure, KvdError } from "../base/errors.ts";
import { nearestName } from "../base/nearest.ts";

/**
 * What something named may hold, when it is there at all: `flag` true or false, `patience` ms above 0, `wait` ms from
 * 0 on, `count` a whole number from 1, `signal` what ends a wait; `true` stands for what is checked where it is used.
 */
export type Rule = true | "flag" | "patience" | "wait" | "count" | "signal";

/** All there are, by name: the compiler sees that none is left out. */
export type Names<Options> = Readonly<Record<keyof Options, Rule>>;

/** Timers know no longer ones: 24 days. */
const MS_MAX = 2 ** 31 - 1;

/**
 * What is not known would be ignored, and a condition or a time to live with it: throws a `bad_request` for it,
 * whatever it is: an option, or a part of something else. So would a flag that is none; what is undefined is absent.
 */
export function refuseUnfit(what: string, given: unknown, names: Readonly<Record<string, Rule>>): void {
  const values = objectOf(given, `what each ${what} is named in`);
  for (const name in values) {
    if (!Object.hasOwn(names, name)) throw misuse(unknownText(what, name, names));
    const [rule, value] = [names[name], values[name]];
    if (rule === true || rule === undefined || value === undefined) continue;
    const lack = lackOf(value, rule);
    if (lack !== undefined) throw misuse(`${name} is ${shown(value)}, and not ${lack}`);
  }
}

function unknownText(what: string, name: string, names: object): string {
  const nearest = nearestName(name.slice(0, 60), Object.keys(names));
  return `unknown ${what} ${name}${nearest === undefined ? "" : `; did you mean ${nearest}?`}`;
}

/** What a value should be that breaks the rule. */
function lackOf(value: unknown, rule: Exclude<Rule, true>): string | undefined {
  switch (rule) {
    case "flag":
      return typeof value === "boolean" ? undefined : "true or false";
    case "patience":
      return isMs(value) && value > 0 ? undefined : `a number of ms above 0, ${MS_MAX} at most`;
    case "wait":
      return isMs(value) && value >= 0 ? undefined : `a number of ms from 0 to ${MS_MAX}`;
    case "count":
      return Number.isSafeInteger(value) && Number(value) > 0 ? undefined : "a whole number from 1";
    case "signal":
      return isSignal(value) ? undefined : "an AbortSignal";
    default:
      return unreachable(rule);
  }
}

function isMs(value: unknown): value is number {
  return typeof value === "number" && value <= MS_MAX;
}

/** Of whichever realm. */
function isSignal(value: unknown): boolean {
  return typeof value === "object" && value !== null && "aborted" in value && "addEventListener" in value;
}

/** An object of named values; throws a `bad_request`, which says what it should be, for anything else. */
export function objectOf(given: unknown, what: string): Readonly<Record<string, unknown>> {
  if (typeof given === "object" && given !== null && !Array.isArray(given))
    return given as Readonly<Record<string, unknown>>;
  throw misuse(`${what} is an object; this is ${shown(given)}`);
}

/** A list; throws a `bad_request` for anything else. */
export function listOf<Item>(given: readonly Item[], what: string): readonly Item[] {
  if (Array.isArray(given)) return given;
  throw misuse(`${what} is an array; this is ${shown(given)}`);
}

/** For a message. */
export function shown(value: unknown): string {
  if (typeof value === "string") return `the text '${value.slice(0, 60)}'`;
  if (Array.isArray(value)) return "an array";
  if (typeof value === "object" && value !== null) return "an object";
  return typeof value === "function" || typeof value === "symbol" ? `a ${typeof value}` : `${value}`;
}

/** A whole number from a caller; throws a `bad_request` for anything else. */
export function wholeNumber(value: number, name: string): number {
  if (Number.isSafeInteger(value) && value >= 0) return value;
  throw misuse(`${name} is ${shown(value)}, and not a whole number from 0`);
}

/** Revisions count from 1; throws a `bad_request` for anything else. */
export function positiveRevision(revision: number): number {
  if (wholeNumber(revision, "revision") > 0) return revision;
  throw misuse("revisions count from 1");
}

/** The revision of the past that a read asks for, if it does, as a property of its request. */
export function revisionOf({ revision }: { readonly revision?: number }): { readonly revision?: number } {
  return revision === undefined ? {} : { revision: positiveRevision(revision) };
}

/** What a principal's secret is checked by; throws a `bad_request` for what is no bytes. */
export function verifierOf(verifier: Uint8Array): Uint8Array {
  if (verifier instanceof Uint8Array) return verifier;
  throw misuse(`a verifier is a Uint8Array; this is ${shown(verifier)}`);
}

/** What the caller asks cannot be meant; nothing was sent. */
export function misuse(message: string): KvdError {
  return new KvdError(failure("bad_request", "not_applied", message));
}
