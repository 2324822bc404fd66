import type { KeyChange, WatchEvent } from "../client/replies.ts";
import type { KeyRecord } from "../kv/command.ts";
import type { OutputFormat, Run } from "./command.ts";
import { jsonBytes, showKey } from "./key-text.ts";
import { print, printJson } from "./session.ts";
import { jsonRecord } from "./verbs/data-options.ts";

/** Prints one event of a watch, on a line of its own. */
export function printEvent(run: Run, event: WatchEvent, format: OutputFormat): void {
  if (event.kind !== "progress") return printChange(run, event, { format, previous: event.previous });
  if (format === "json") printJson(run, "progress", { revision: event.revision });
  else if (format === "table") print(run, `progress  rev=${event.revision}\n`);
}

interface Form {
  readonly format: OutputFormat;
  readonly previous?: KeyRecord | undefined;
}

/** Prints a change of a key, on a line of its own; as `value` only puts have one. */
export function printChange(run: Run, change: KeyChange, { format, previous }: Form): void {
  switch (format) {
    case "json":
      return printJson(run, "change", {
        change: change.kind,
        ...jsonBytes("key", change.key),
        revision: change.revision,
        previous_revision: change.previousRevision,
        ...(change.kind === "put" ? jsonRecord(change.record) : {}),
        ...(previous === undefined ? {} : { previous: jsonRecord(previous) }),
      });
    case "table":
      return print(run, `${changeLine(change, previous)}\n`);
    case "value":
      if (change.kind === "delete") return;
      print(run, change.record.value);
      return print(run, "\n");
  }
}

function changeLine(change: KeyChange, previous: KeyRecord | undefined): string {
  const parts = [`${change.kind} ${showKey(change.key)}`, `rev=${change.revision}`];
  if (change.kind === "put")
    parts.push(`version=${change.record.version}`, `value=${showKey(change.record.value)}`);
  if (previous !== undefined) parts.push(`previous=${showKey(previous.value)}`);
  return parts.join("  ");
}
