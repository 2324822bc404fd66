import type { Log, LogFields, LogLevel } from "../node/log.ts";

export const LOG_LEVELS = ["debug", "info", "warning", "error"] as const satisfies readonly LogLevel[];

/**
 * One line per event: wall time, level, event and fields. A field's text is quoted when it has blanks in
 * it, so that a line can be cut at them. Lines below `least` are dropped.
 */
export function lineLog(least: LogLevel, write: (line: string) => void, wallMs: () => number): Log {
  const floor = LOG_LEVELS.indexOf(least);
  return (level, event, fields) => {
    if (LOG_LEVELS.indexOf(level) < floor) return;
    const time = new Date(wallMs()).toISOString();
    write(`${time} ${level} ${event}${formatFields(fields)}\n`);
  };
}

function formatFields(fields: LogFields): string {
  return Object.entries(fields)
    .map(([name, value]) => ` ${name}=${formatValue(String(value))}`)
    .join("");
}

function formatValue(text: string): string {
  return /^[^\s"=]+$/.test(text) ? text : JSON.stringify(text);
}
