/** Whether an answer shows a command as it was meant: its parts, of which one holds blanks and went out in quotes. */

export type EchoedParts =
  /** The very text that was sent: nothing shows how it is split. */
  | 'as-sent'
  /** A list of the parts. */
  | 'kept'
  /** Something else: the quotes did not hold. */
  | 'changed'
  | 'not-shown';

/** @param echo a text, a list, or an object `{exec: {command}}`; the last two also as JSON in a text */
export function judgeEcho(parts: readonly string[], sent: string, echo: unknown): EchoedParts {
  if (echo === undefined || echo === null || echo === '') return 'not-shown';
  if (echo === sent) return 'as-sent';
  return JSON.stringify(toList(echo)) === JSON.stringify(parts) ? 'kept' : 'changed';
}

function toList(echo: unknown): unknown {
  const value = typeof echo === 'string' ? parseLoosely(echo) : echo;
  const { exec } = (value ?? {}) as { readonly exec?: { readonly command?: unknown } };
  return exec?.command ?? value;
}

/** What the JSON in `text` says, or the text itself. */
export function parseLoosely(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
