/** Logs as JSON lines with the keys that Kubernetes tools look for: level, ts, logger, msg, error. */
import { type DestinationStream, destination, pino, stdSerializers } from 'pino';
import { cutText } from '../core/cut-text.ts';
import type { Logger } from '../ports.ts';

export interface LoggerOptions {
  readonly level: 'debug' | 'info' | 'warn' | 'error';
  /** Texts that no line may hold, for example the access key. */
  readonly secrets?: readonly string[];
  /** Standard error where absent, written at once, so that nothing is lost when the process ends. */
  readonly stream?: DestinationStream;
}

/** A line has constant words in `msg` and what varies in fields; name the part that logs in a child's field `logger`. */
export function createLogger(options: LoggerOptions): Logger {
  const redact = redactorOf(options.secrets ?? []);
  return pino(
    {
      level: options.level,
      base: null,
      formatters: { level: (label) => ({ level: label }) },
      timestamp: () => `,"ts":"${new Date().toISOString()}"`,
      serializers: { error: stdSerializers.errWithCause },
      hooks: { streamWrite: redact },
    },
    options.stream ?? destination({ fd: 2, sync: true }),
  );
}

const mark = '[redacted]';
/** A field of a name that only secrets have, whatever its text. */
const secretField = /"(\w*(?:secret|token|password|authorization))":"(?:[^"\\]|\\.)+"/gi;
/** What a token, and an Alibaba Cloud key id, looks like anywhere. Linear: a match that has begun cannot fail late. */
const secretShapes = /\bBearer [\w.~+/-]+=*|\beyJ[\w-]{8,}(?:\.[\w-]+)*|\b(?:LTAI|STS\.)[A-Za-z0-9]{8,}/g;

/** Works on the finished line, so that no path through an object or an error's text gets around it. */
function redactorOf(secrets: readonly string[]): (line: string) => string {
  const texts = secrets.filter(Boolean).map((secret) => JSON.stringify(secret).slice(1, -1));
  return (line) => {
    // Known texts first: cutting could leave half of one.
    const rest = texts.reduce((masked, text) => masked.replaceAll(text, mark), line);
    return shorten(rest).replace(secretField, `"$1":"${mark}"`).replace(secretShapes, mark);
  };
}

/** Container runtimes split lines of 16 KiB, and few readers put them together again. */
const maxLineLength = 16_000;
const maxTextLength = 2_000;

/** A line that is not too long, and still JSON: with texts cut, or else without its fields. */
function shorten(line: string): string {
  if (line.length <= maxLineLength) return line;
  const fields = JSON.parse(line) as Record<string, unknown>;
  const cut = (_: string, value: unknown): unknown =>
    typeof value === 'string' ? cutText(value, maxTextLength) : value;
  const shorter = JSON.stringify(fields, cut);
  if (shorter.length <= maxLineLength) return `${shorter}\n`;
  const { level, ts, logger, msg } = fields;
  return `${JSON.stringify({ level, ts, logger, msg: cutText(String(msg), maxTextLength), fields: '... [cut]' })}\n`;
}
