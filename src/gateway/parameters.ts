import { durationMs } from "../base/duration.ts";
import { nearestName } from "../base/nearest.ts";
import { badRequest } from "./http-error.ts";
import { base64Octets, percentDecoded, utf8Text } from "./octets.ts";

/** What a query parameter holds. `bytes` stand as UTF-8 under the name, or as base64 under `NAME_b64`. */
export type ParameterKind =
  | { readonly kind: "bytes" | "text" | "flag" | "duration" }
  | { readonly kind: "integer"; readonly min: number; readonly max: number }
  | { readonly kind: "choice"; readonly values: readonly string[] };

/** A query parameter as a route declares it. */
export type Parameter = ParameterKind & { readonly name: string; readonly describe: string };

/** Named values of a request, whichever way they came. */
export interface Fields {
  /** Bytes that stand under `name`, or as base64 under `NAME_b64`. */
  bytes(name: string): Uint8Array | undefined;
  text(name: string): string | undefined;
}

/**
 * The parameters of a query or form, each once and none unknown. All methods throw a 400 that names the
 * parameter and its rule.
 */
export class Parameters implements Fields {
  readonly #values: ReadonlyMap<string, Uint8Array>;

  /** `encoded` without its question mark; `declared` are all that there may be. */
  constructor(encoded: string, declared: readonly Parameter[]) {
    const allowed = declared.flatMap(({ name, kind }) => (kind === "bytes" ? [name, `${name}_b64`] : [name]));
    const values = new Map<string, Uint8Array>();
    for (const [name, value] of pairsOf(encoded)) {
      if (!allowed.includes(name)) throw badRequest(unknownReason(name, allowed));
      if (values.has(name)) throw badRequest(`the parameter ${name} comes twice; it can have one value`);
      values.set(name, value);
    }
    this.#values = values;
  }

  get names(): readonly string[] {
    return [...this.#values.keys()];
  }

  bytes(name: string): Uint8Array | undefined {
    const encoded = this.text(`${name}_b64`);
    const plain = this.#values.get(name);
    if (encoded === undefined) {
      if (plain !== undefined && utf8Text(plain) === undefined)
        throw badRequest(`the parameter ${name} is not UTF-8; name other bytes as ${name}_b64, in base64`);
      return plain;
    }
    if (plain !== undefined) throw badRequest(`${name} and ${name}_b64 exclude each other; name one`);
    return base64Octets(encoded, `the parameter ${name}_b64`);
  }

  text(name: string): string | undefined {
    const bytes = this.#values.get(name);
    if (bytes === undefined) return undefined;
    const text = utf8Text(bytes);
    if (text === undefined) throw badRequest(`the parameter ${name} is not UTF-8`);
    return text;
  }

  /** Set by its name alone; `true`, `1`, `false` and `0` are understood. */
  flag(name: string): boolean {
    const text = this.text(name);
    if (text === undefined || text === "false" || text === "0") return false;
    if (text === "" || text === "true" || text === "1") return true;
    throw badRequest(`${name}=${text}: true or false is needed`);
  }

  integer(name: string, min: number, max: number): number | undefined {
    const text = this.text(name);
    if (text === undefined) return undefined;
    const number = /^\d{1,16}$/.test(text) ? Number(text) : Number.NaN;
    if (number >= min && number <= max) return number;
    throw badRequest(`${name}=${text}: a whole number from ${min} to ${max} is needed`);
  }

  /** Ms, from `msMin` to `msMax`. */
  duration(name: string, msMax: number, msMin = 1): number | undefined {
    const text = this.text(name);
    return text === undefined ? undefined : checkedDuration(text, name, msMax, msMin);
  }

  choice<Value extends string>(name: string, values: readonly Value[]): Value | undefined {
    const text = this.text(name);
    const value = values.find((candidate) => candidate === text);
    if (text !== undefined && value === undefined)
      throw badRequest(`${name}=${text}: one of ${values.join(", ")} is needed`);
    return value;
  }
}

/** Ms of `30s` and the like, within the bounds; throws a 400 that names `where`. */
export function checkedDuration(text: string, where: string, msMax: number, msMin: number): number {
  const ms = durationMs(text);
  if (ms !== undefined && ms >= msMin && ms <= msMax) return ms;
  const bounds = `from ${msMin}ms to ${msMax}ms`;
  throw badRequest(`${where}=${text}: a duration ${bounds} is needed, such as 250ms, 5s or 2m`);
}

/** The pairs of a query or form, in order; a name without `=` has the empty value. */
export function pairsOf(encoded: string): readonly (readonly [name: string, value: Uint8Array])[] {
  return encoded
    .split("&")
    .filter((part) => part !== "")
    .map((part) => {
      const equals = part.indexOf("=");
      const name = percentDecoded(equals === -1 ? part : part.slice(0, equals), " ");
      const value = percentDecoded(equals === -1 ? "" : part.slice(equals + 1), " ");
      if (name === undefined || value === undefined)
        throw badRequest(`'${part.slice(0, 60)}': a % has to be followed by two hexadecimal digits`);
      const text = utf8Text(name);
      if (text === undefined) throw badRequest("the name of a parameter is not UTF-8");
      return [text, value] as const;
    });
}

function unknownReason(name: string, allowed: readonly string[]): string {
  const shown = name.slice(0, 60);
  const nearest = nearestName(shown, allowed);
  const known = allowed.length === 0 ? "there are none here" : `there are ${allowed.join(", ")}`;
  return `'${shown}' is no parameter; ${nearest === undefined ? known : `did you mean ${nearest}?`}`;
}
