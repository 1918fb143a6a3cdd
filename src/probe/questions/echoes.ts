import { getVersion } from '../../cloud/operations/get-version.ts';
import { confirmed, fileAnIssue, noted, overturned, type Question, unknown } from '../question.ts';
import { firstContainer, membersOf, tryContainer } from './quoting.ts';

const limitMs = 2 * 60_000;

/** A line break, letters beyond ASCII, and as long as the user's remarks with the operator's mark can be. */
const longRemarks = `\nprüfen 试 [${'x'.repeat(700)} y=z]`;

export const remarks: Question = {
  id: 'remarks',
  asks: 'Do Remarks come back as they were sent: line break, brackets, letters beyond ASCII, over 700 characters?',
  assumes: 'As sent, up to white space: the operator knows its versions by what its remarks end with.',
  creates: 1,
  limitMs,
  async run({ versions, container, send, appId }) {
    const { versionId } = await versions.create({
      label: 'remarks',
      containers: [container()],
      remarks: longRemarks,
    });
    const { remarks: echo } = await send(getVersion(appId, versionId));
    if (echo.endsWith(longRemarks)) return confirmed(`as sent, ${echo.length} characters`);
    if (inOneLine(echo).endsWith(inOneLine(longRemarks))) return confirmed('as sent, up to white space');
    return overturned(
      `${echo.length} characters came back, and they end with ${JSON.stringify(echo.slice(-20))}`,
      `the operator would not find its versions again, do not run it: ${fileAnIssue}`,
    );
  },
};

function inOneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ').trim();
}

const plainVariables = 'ONE=a=b,TWO=c d';

export const environment: Question = {
  id: 'environment',
  asks: 'Are a `=` and a blank in the value of an environment variable kept, and what becomes of a quoted `,`?',
  assumes: 'Kept; a `,` in a value is refused by the operator, as no escape is documented.',
  creates: 2,
  limitMs,
  async run(context) {
    const plain = await tryContainer(context, 'variables', { EnvVariables: plainVariables });
    if (plain.kind === 'unclear') return unknown(plain.why);
    if (plain.kind === 'refused') return overturned(`refused with ${plain.code}`, fileAnIssue);
    const { EnvVariables: echo } = await firstContainer(context, plain.value);
    if (echo !== plainVariables) return overturned(`shown as ${JSON.stringify(echo)}`, fileAnIssue);
    const quoted = await tryContainer(context, 'comma', { EnvVariables: 'ONE="a,b"' });
    if (quoted.kind === 'unclear') return unknown(quoted.why);
    if (quoted.kind === 'refused')
      return confirmed(`shown as sent; a quoted comma is refused with ${quoted.code}`);
    const comma = (await firstContainer(context, quoted.value)).EnvVariables;
    return confirmed(`shown as sent; a quoted comma is taken and shown as ${JSON.stringify(comma)}`);
  },
};

const sentProbe = { Path: '/healthz', Port: 8080, Scheme: 'http', HttpHeaders: '[{"X-Probe":"1"}]' };

export const probeContent: Question = {
  id: 'probe-content',
  asks: 'Is ProbeContent shown as an object or as a text, HttpHeaders as a text, and are defaults filled in?',
  assumes: 'Either; compared only for adoptionPolicy IfIdentical.',
  creates: 1,
  limitMs,
  async run(context) {
    const outcome = await tryContainer(context, 'http-probe', {
      ProbeType: 'httpGet',
      ProbeContent: sentProbe,
    });
    if (outcome.kind === 'unclear') return unknown(outcome.why);
    if (outcome.kind === 'refused') return overturned(`refused with ${outcome.code}`, fileAnIssue);
    const { ProbeContent: echo } = await firstContainer(context, outcome.value);
    const { HttpHeaders, ...others } = membersOf(echo);
    const added = Object.keys(others).filter((name) => !(name in sentProbe));
    const filled = added.length > 0 ? `${added.join(', ')} filled in` : 'nothing filled in';
    return noted(`ProbeContent: ${formOf(echo)}, HttpHeaders: ${formOf(HttpHeaders)}, ${filled}`);
  },
};

function formOf(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'string' ? 'a text' : value === undefined ? 'not shown' : `an ${typeof value}`;
}

export const digestImage: Question = {
  id: 'digest-image',
  asks: 'Is an image by digest (`@sha256:`) refused?',
  assumes: 'Refused: the documentation calls `@` illegal.',
  creates: 1,
  limitMs,
  async run(context) {
    const Image = `${context.image.replace(/:[^:/]*$/, '')}@sha256:${'0'.repeat(64)}`;
    const outcome = await tryContainer(context, 'digest', { Image });
    if (outcome.kind === 'unclear') return unknown(outcome.why);
    if (outcome.kind === 'refused') return confirmed(`refused with ${outcome.code}`);
    return overturned(
      'taken',
      `the operator refuses what ESA takes; pin tags until then, and ${fileAnIssue}`,
    );
  },
};
