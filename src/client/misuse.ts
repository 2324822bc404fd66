import { failure, KvdError } from "../base/errors.ts";
import { nearestName } from "../base/nearest.ts";

/** All there are, by name: the compiler sees that none is left out. */
export type Names<Options> = Readonly<Record<keyof Options, true>>;

/**
 * What is not known would be ignored, and a condition or a time to live with it: throws a `bad_request` for it,
 * whatever it is: an option, or a part of something else.
 */
export function refuseUnknown(what: string, given: object, names: Readonly<Record<string, true>>): void {
  for (const name in given) {
    if (Object.hasOwn(names, name)) continue;
    const nearest = nearestName(name.slice(0, 60), Object.keys(names));
    throw misuse(`unknown ${what} ${name}${nearest === undefined ? "" : `; did you mean ${nearest}?`}`);
  }
}

/** A whole number from a caller; throws a `bad_request` for anything else. */
export function wholeNumber(value: number, name: string): number {
  if (Number.isSafeInteger(value) && value >= 0) return value;
  throw misuse(`${name} is ${value}, and not a whole number from 0`);
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

/** What the caller asks cannot be meant; nothing was sent. */
export function misuse(message: string): KvdError {
  return new KvdError(failure("bad_request", "not_applied", message));
}
