// The log on pino: sentences for a person at a terminal, JSON lines for a machine.

import { type Logger, pino } from 'pino';
import pretty from 'pino-pretty';
import { VedetteError } from '../../core/errors.ts';
import type { Log, LogFields } from '../../core/ports/log.ts';

export const logLevels = ['debug', 'info', 'warn', 'error', 'silent'] as const;
export type LogLevel = (typeof logLevels)[number];

/** Writes to standard error, so that what a command prints on standard output stays clean. */
export function pinoLog(options: { level: LogLevel; format: 'pretty' | 'json' }): Log {
  const level = { level: options.level, base: null };
  if (options.format === 'json') return wrap(pino(level, pino.destination({ fd: 2, sync: true })));
  const stream = pretty({
    destination: 2,
    sync: true,
    colorize: process.stderr.hasColors?.() ?? false,
    translateTime: 'SYS:HH:MM:ss',
    singleLine: true,
    hideObject: false,
  });
  return wrap(pino(level, stream));
}

function wrap(logger: Logger): Log {
  return {
    debug: (message, fields) => logger.debug(printable(fields), message),
    info: (message, fields) => logger.info(printable(fields), message),
    warn: (message, fields) => logger.warn(printable(fields), message),
    error: (message, fields) => logger.error(printable(fields), message),
    with: (fields) => wrap(logger.child(printable(fields))),
  };
}

// Errors become a code and a sentence with their causes; a stack only at debug level would help nobody but us.
function printable(fields: LogFields = {}): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [name, value instanceof Error ? explain(value) : value]),
  );
}

function explain(error: Error): string {
  const own =
    error instanceof VedetteError ? `${error.code}: ${error.detail}` : `${error.name}: ${error.message}`;
  return error.cause instanceof Error ? `${own} (because ${explain(error.cause)})` : own;
}
