/** One event of the node's life, as one line: a name and its fields. Levels follow journald's priorities. */
export type LogLevel = "debug" | "info" | "warning" | "error";

export type LogFields = Readonly<Record<string, string | number | boolean>>;

export type Log = (level: LogLevel, event: string, fields: LogFields) => void;
