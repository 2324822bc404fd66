import { nearestName } from "../base/nearest.ts";
import type { Json, Member } from "../kv/json-text.ts";
import { parseJson, printJson } from "../kv/json-text.ts";
import { badRequest, HttpError } from "./http-error.ts";
import { base64Octets, textOctets } from "./octets.ts";
import type { Fields } from "./parameters.ts";
import { checkedDuration } from "./parameters.ts";

/** The JSON document that a body holds; a name that comes twice, and bytes that are no JSON, are a 400. */
export function jsonBody(body: Uint8Array): Json {
  if (body.length === 0) throw badRequest("the body is empty; a JSON document is needed");
  const json = parseJson(body, "refused");
  if (typeof json === "string") throw badRequest(`the body is not JSON: ${json}`);
  return json;
}

/**
 * The members of a JSON object, each of a name that is known. All methods throw a 400 that names the place
 * and its rule.
 */
export class JsonFields implements Fields {
  readonly #members: ReadonlyMap<string, Member>;
  /** Where the object stands, to be put before a member's name: `` or `compare[0].`. */
  readonly #where: string;

  /** `names` are all that there may be; one of bytes may also end in `_b64`. */
  constructor(json: Json, names: readonly string[], where = "") {
    if (json.kind !== "object") throw badRequest(`${where === "" ? "the body" : where} is not a JSON object`);
    this.#where = where === "" ? "" : `${where}.`;
    this.#members = json.members;
    for (const name of json.members.keys()) {
      if (names.includes(name.replace(/_b64$/, ""))) continue;
      const nearest = nearestName(name.slice(0, 60), names);
      const hint = nearest === undefined ? `there are ${names.join(", ")}` : `did you mean ${nearest}?`;
      throw badRequest(`'${this.#where}${name.slice(0, 60)}' is not known; ${hint}`);
    }
  }

  has(name: string): boolean {
    return this.#members.has(name);
  }

  /** What stands under the name, as it is; JSON null counts as absent. */
  json(name: string): Json | undefined {
    const value = this.#members.get(name)?.value;
    return value?.kind === "scalar" && value.text === "null" ? undefined : value;
  }

  /** A string as UTF-8, or the bytes of `NAME_b64`. */
  bytes(name: string): Uint8Array | undefined {
    const encoded = this.text(`${name}_b64`);
    const text = this.text(name);
    if (encoded !== undefined && text !== undefined)
      throw badRequest(`${this.#where}${name} and ${name}_b64 exclude each other; name one`);
    if (encoded !== undefined) return base64Octets(encoded, `${this.#where}${name}_b64`);
    return text === undefined ? undefined : textOctets(text, `${this.#where}${name}`);
  }

  /** As `bytes`; a number, an object or an array also stands for the text that it is written as. */
  document(name: string): Uint8Array | undefined {
    const value = this.json(name);
    return value === undefined || isString(value) ? this.bytes(name) : printJson(value);
  }

  text(name: string): string | undefined {
    const value = this.json(name);
    if (value === undefined) return undefined;
    if (isString(value)) return JSON.parse(value.text) as string;
    throw badRequest(`${this.#where}${name} is not a string`);
  }

  flag(name: string): boolean | undefined {
    const value = this.json(name);
    if (value === undefined) return undefined;
    if (value.kind === "scalar" && (value.text === "true" || value.text === "false"))
      return value.text === "true";
    throw badRequest(`${this.#where}${name} is neither true nor false`);
  }

  /** A whole number, written as one: `1e2` is none. */
  integer(name: string, min: number, max: number): number | undefined {
    const value = this.json(name);
    if (value === undefined) return undefined;
    const isWhole = value.kind === "scalar" && /^\d{1,16}$/.test(value.text);
    const number = isWhole ? Number(value.text) : Number.NaN;
    if (number >= min && number <= max) return number;
    throw badRequest(`${this.#where}${name} is not a whole number from ${min} to ${max}`);
  }

  duration(name: string, msMax: number, msMin = 1): number | undefined {
    const text = this.text(name);
    return text === undefined ? undefined : checkedDuration(text, `${this.#where}${name}`, msMax, msMin);
  }

  /** The items of an array. */
  items(name: string): readonly Json[] | undefined {
    const value = this.json(name);
    if (value === undefined) return undefined;
    if (value.kind === "array") return value.items;
    throw badRequest(`${this.#where}${name} is not an array`);
  }

  /** Refuses an object without this member. */
  need<Value>(value: Value | undefined, name: string): Value {
    if (value !== undefined) return value;
    throw badRequest(`${this.#where}${name} is missing`);
  }
}

export function isString(json: Json): json is Extract<Json, { kind: "scalar" }> {
  return json.kind === "scalar" && json.text.startsWith('"');
}

/** Media types whose body may be JSON; what `curl -d` says of everything is among them. */
const JSON_TYPES = /^(?:application\/(?:[\w.-]+\+)?json|application\/x-www-form-urlencoded)?$/;
export const FORM_TYPE = "application/x-www-form-urlencoded";

/** The media type without its parameters, lower case; empty when there is none. */
export function mediaType(contentType: string | undefined): string {
  return (contentType ?? "").split(";")[0]?.trim().toLowerCase() ?? "";
}

/**
 * Whether a body is a form: says so, and does not begin as a JSON document does. `curl -d '{...}'` calls JSON
 * a form, and a form escapes its braces. Throws a 415 for what is neither.
 */
export function isForm(type: string, body: Uint8Array): boolean {
  if (!JSON_TYPES.test(type))
    throw new HttpError(415, "unsupported_media_type", `'${type}' is not taken here; send application/json`);
  if (type !== FORM_TYPE) return false;
  const first = body.find((byte) => byte !== 0x20 && byte !== 0x09 && byte !== 0x0a && byte !== 0x0d);
  return first !== 0x7b && first !== 0x5b;
}
