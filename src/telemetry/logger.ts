/** Logs as JSON lines with the keys that Kubernetes tools look for: level, ts, logger, msg, error. */
import { type DestinationStream, destination, pino, stdSerializers } from 'pino';
import type { Logger } from '../core/logger.ts';
import { cutText } from '../core/text/cut-text.ts';
import { toPrintable } from '../core/text/printable.ts';
import { createRedactor, type Redact, redacted } from '../core/text/redact.ts';

export interface LoggerOptions {
  readonly level: 'debug' | 'info' | 'warn' | 'error';
  /** Takes out of a finished line what no line may hold, for example the access key. Absent: only what looks like one. */
  readonly redact?: Redact;
  /** Standard error where absent, written at once, so that nothing is lost when the process ends. */
  readonly stream?: DestinationStream;
}

/** A line has constant words in `msg` and what varies in fields; name the part that logs in a child's field `logger`. */
export function createLogger({ level, redact = createRedactor([]), stream }: LoggerOptions): Logger {
  return pino(
    {
      level,
      base: null,
      formatters: { level: (label) => ({ level: label }) },
      timestamp: () => `,"ts":"${new Date().toISOString()}"`,
      serializers: { error: stdSerializers.errWithCause },
      // On the finished line, so that no path through an object or an error's text gets around it; known texts before
      // it is cut, as that could leave half of one. JSON itself escapes of the control characters only some.
      hooks: {
        streamWrite: (line) => shorten(redact(bound(line))).replace(secretField, `"$1":"${redacted}"`),
      },
    },
    stream ?? destination({ fd: 2, sync: true }),
  );
}

/** A field of a name that only secrets have, whatever its text. */
const secretField = /"(\w*(?:secret|token|password|authorization))":"(?:[^"\\]|\\.)+"/gi;

/** Container runtimes split lines of 16 KiB, and few readers put them together again. */
const maxLineLength = 16_000;
const maxTextLength = 2_000;

/** What no pattern should have to go through. */
const excessiveLength = 500_000;

/** A line that is not excessive: such a one loses its fields, whatever they hold. */
function bound(line: string): string {
  return line.length <= excessiveLength ? line : withoutFields(JSON.parse(line));
}

/** A line that is not too long, and still JSON: with texts cut, or else without its fields. */
function shorten(line: string): string {
  const shown = toPrintable(line.trimEnd());
  if (shown.length <= maxLineLength) return `${shown}\n`;
  const fields = JSON.parse(line) as Record<string, unknown>;
  const cut = (_: string, value: unknown): unknown =>
    typeof value === 'string' ? cutText(value, maxTextLength) : value;
  const shorter = toPrintable(JSON.stringify(fields, cut));
  return shorter.length <= maxLineLength ? `${shorter}\n` : withoutFields(fields);
}

function withoutFields({ level, ts, logger, msg }: Record<string, unknown>): string {
  const fields = { level, ts, logger, msg: cutText(String(msg), maxTextLength), fields: '... [cut]' };
  return `${toPrintable(JSON.stringify(fields))}\n`;
}
