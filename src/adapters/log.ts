/** The log: one JSON line an event, without names, identity numbers or tokens (callers pass codes and route patterns only). */
import pino from 'pino';

export interface Log {
  readonly info: (fields: Readonly<Record<string, unknown>>, message: string) => void;
  readonly error: (fields: Readonly<Record<string, unknown>>, message: string) => void;
}

export function openLog(level: 'silent' | 'error' | 'warn' | 'info' | 'debug'): Log {
  const log = pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime });
  return {
    info: (fields, message) => log.info(fields, message),
    error: (fields, message) => log.error(fields, message),
  };
}
