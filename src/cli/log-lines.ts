import { type Logger, pino } from "pino";
import type { Log, LogFields, LogLevel } from "../node/log.ts";

export const LOG_LEVELS = ["debug", "info", "warning", "error"] as const satisfies readonly LogLevel[];
export const LOG_FORMATS = ["text", "json"] as const;

/** As syslog and the journal count them: sd-daemon(3). */
const PRIORITIES: Readonly<Record<LogLevel, number>> = { debug: 7, info: 6, warning: 4, error: 3 };

export interface LogOptions {
  /** What is less important is dropped. */
  readonly least: LogLevel;
  readonly format: (typeof LOG_FORMATS)[number];
  /** Whether the journal reads it: it takes a line's priority from its beginning, and knows the time itself. */
  readonly isJournal: boolean;
  /** Writes a line with its end; it is out when this returns. */
  readonly write: (line: string) => void;
  readonly wallMs: () => number;
}

/** The log of a daemon: one line for each event, for people or as JSON for programs. */
export function openLog(options: LogOptions): Log {
  const { least, format, isJournal, write } = options;
  const prefixed = (level: LogLevel, line: string): void =>
    write(isJournal ? `<${PRIORITIES[level]}>${line}` : line);
  const put = format === "json" ? jsonLine(options, prefixed) : textLine(options, prefixed);
  const floor = LOG_LEVELS.indexOf(least);
  return (level, event, fields) => {
    if (LOG_LEVELS.indexOf(level) >= floor) put(level, event, fields);
  };
}

type Put = (level: LogLevel, line: string) => void;

/** Wall time, level, event and fields. A field's text is quoted when it has blanks in it, so that a line can be cut at them. */
function textLine({ isJournal, wallMs }: LogOptions, put: Put): Log {
  return (level, event, fields) => {
    const when = isJournal ? "" : `${new Date(wallMs()).toISOString()} ${level} `;
    put(level, `${when}${event}${formatFields(fields)}\n`);
  };
}

/** `{"priority":6,"time":"...","level":"info","event":"started", ...fields}` */
function jsonLine({ wallMs }: LogOptions, put: Put): Log {
  let current: LogLevel = "info";
  const logger: Logger<LogLevel> = pino<LogLevel>(
    {
      level: "debug",
      base: null,
      customLevels: { debug: 20, info: 30, warning: 40, error: 50 },
      useOnlyCustomLevels: true,
      formatters: { level: (label) => ({ level: label, priority: PRIORITIES[label as LogLevel] }) },
      timestamp: () => `,"time":"${new Date(wallMs()).toISOString()}"`,
    },
    { write: (line) => put(current, line) },
  );
  return (level, event, fields) => {
    current = level;
    logger[level]({ event, ...fields });
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
