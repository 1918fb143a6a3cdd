import { createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { type Dispatcher, EnvHttpProxyAgent, interceptors } from 'undici';

const stalledAfterMs = 30_000;

export interface Download {
  readonly url: string;
  readonly file: string;
  /** For the first answer, connecting and redirects included; the content may then take longer. */
  readonly answerWithinMs: number;
  readonly signal?: AbortSignal | undefined;
}

/** Gets a file over HTTP, through the proxy of HTTPS_PROXY where set; throws an Error that names the URL. */
export async function download({ url, file, answerWithinMs, signal }: Download): Promise<void> {
  const unanswered = new AbortController();
  const timer = setTimeout(() => unanswered.abort(), answerWithinMs);
  const agent = new EnvHttpProxyAgent({ connect: { timeout: answerWithinMs }, bodyTimeout: stalledAfterMs });
  const signals = [unanswered.signal, ...(signal ? [signal] : [])];
  try {
    const { statusCode, body } = await get(url, agent, AbortSignal.any(signals));
    clearTimeout(timer);
    if (statusCode !== 200) throw new Error(`HTTP ${statusCode}`);
    await pipeline(body, createWriteStream(file));
  } catch (cause) {
    const what = unanswered.signal.aborted ? `no answer in ${answerWithinMs / 1000} s` : toText(cause);
    throw new Error(`${url}: ${what}`, { cause });
  } finally {
    clearTimeout(timer);
    await agent.destroy();
  }
}

function get(url: string, agent: Dispatcher, signal: AbortSignal): Promise<Dispatcher.ResponseData> {
  const { origin, pathname, search } = new URL(url);
  const redirected = agent.compose(interceptors.redirect({ maxRedirections: 5 }));
  return redirected.request({ origin, path: pathname + search, method: 'GET', signal });
}

/** Node joins the failures of all addresses of a host in one error without a text of its own. */
function toText(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(toText).join(', ');
  return error instanceof Error ? error.message : String(error);
}
