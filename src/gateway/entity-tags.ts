import type { WriteOptions } from "../client/options.ts";
import { badRequest, HttpError } from "./http-error.ts";
import type { Input } from "./route.ts";

/** The entity tag of a record: the revision of its last change. */
export function tagOf(revision: number): string {
  return `"${revision}"`;
}

/** What `If-Match` or `If-None-Match` names: anything at all, or records by their revisions. */
export type NamedTags =
  | { readonly kind: "any" }
  /** Tags that this interface never gives are left out: they match nothing. */
  | { readonly kind: "revisions"; readonly revisions: readonly number[] };

/** Reads a header of entity tags (RFC 9110); throws a 400 that names `where`. Weak ones count when `weak`. */
export function namedTags(text: string | undefined, where: string, weak: boolean): NamedTags | undefined {
  if (text === undefined) return undefined;
  if (text.trim() === "*") return { kind: "any" };
  const tags = text.match(/(?:W\/)?"[^"]*"/g) ?? [];
  const rest = text.replaceAll(/(?:W\/)?"[^"]*"/g, "").replaceAll(/[\s,]/g, "");
  if (tags.length === 0 || rest !== "")
    throw badRequest(`${where}: ${text.slice(0, 60)}: entity tags are needed, such as "42", or *`);
  const usable = weak ? tags.map((tag) => tag.replace(/^W\//, "")) : tags;
  const revisions = usable.filter((tag) => /^"\d{1,16}"$/.test(tag)).map((tag) => Number(tag.slice(1, -1)));
  return { kind: "revisions", revisions };
}

/** Under which condition a change is asked for by its headers. */
export type HeaderCondition =
  | { readonly kind: "none" }
  /** There has to be a record, whichever. */
  | { readonly kind: "present" }
  | { readonly kind: "options"; readonly options: Pick<WriteOptions, "ifAbsent" | "ifRevision"> };

/** The condition of a change; throws a 400 or, for a tag that no record has, a 412. */
export function changeCondition({ headers }: Input): HeaderCondition {
  const match = namedTags(headers["if-match"], "If-Match", false);
  const noneMatch = namedTags(headers["if-none-match"], "If-None-Match", true);
  if (match !== undefined && noneMatch !== undefined)
    throw badRequest("If-Match and If-None-Match exclude each other; name one");
  if (noneMatch !== undefined) {
    if (noneMatch.kind === "any") return { kind: "options", options: { ifAbsent: true } };
    throw badRequest("If-None-Match: a change takes * alone: only if there is no such key");
  }
  if (match === undefined) return { kind: "none" };
  if (match.kind === "any") return { kind: "present" };
  const [revision, ...others] = match.revisions;
  if (others.length > 0) throw badRequest("If-Match: a change takes one entity tag");
  if (revision === undefined || revision === 0) throw preconditionFailed("no record has this entity tag");
  return { kind: "options", options: { ifRevision: revision } };
}

export function preconditionFailed(message: string): HttpError {
  return new HttpError(412, "condition_failed", message);
}

/** Refuses a request whose headers name a condition that this method does not know. */
export function refuseConditions({ method, headers }: Input, instead: string): void {
  for (const name of ["if-match", "if-none-match"] as const) {
    if (headers[name] !== undefined) throw badRequest(`${method} takes no ${name} here; ${instead}`);
  }
}

/** Whether a read is answered by its headers alone: `unchanged` is a 304. Throws a 412. */
export function isUnchanged({ headers }: Input, revision: number): boolean {
  const match = namedTags(headers["if-match"], "If-Match", false);
  if (match?.kind === "revisions" && !match.revisions.includes(revision))
    throw preconditionFailed(`the record is of revision ${revision}`);
  const noneMatch = namedTags(headers["if-none-match"], "If-None-Match", true);
  if (noneMatch === undefined) return false;
  return noneMatch.kind === "any" || noneMatch.revisions.includes(revision);
}
