import type { Json, JsonObject } from "../../node/trace-line.ts";

/** A field as short text: what is absent or no scalar is a question mark. */
export function fieldText(record: JsonObject, field: string): string {
  const value = record[field];
  return typeof value === "object" || value === undefined ? "?" : String(value);
}

/** The items of a list that are objects; none when the field is no list. */
export function items(record: JsonObject, field: string): readonly JsonObject[] {
  const value = record[field];
  return Array.isArray(value) ? value.filter(isObject) : [];
}

/** An object within a record; an empty one when there is none. */
export function part(record: JsonObject, field: string): JsonObject {
  const value = record[field];
  return value !== undefined && isObject(value) ? value : {};
}

function isObject(value: Json): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
