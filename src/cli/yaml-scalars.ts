/** Which plain words of YAML are numbers and texts, as kubectl reads them (sigs.k8s.io/yaml over go-yaml). */
import type { ScalarTag, Tags } from 'yaml';

const yaml = 'tag:yaml.org,2002:';
/** What the library's YAML 1.1 reads in other ways, or kubectl not at all: 12:30 and 2026-01-01 are texts. */
const replaced = /:(int|float|timestamp|binary|set|omap|pairs)$/;

/** For `customTags`: YAML 1.1 (`yes` is true, 0644 octal) but for the numbers, which Go reads, and the times. */
export function kubectlTags(tags: Tags): Tags {
  const kept = tags.filter(
    (tag) => typeof tag !== 'object' || !('tag' in tag) || !replaced.test(tag.tag ?? ''),
  );
  return [...kept, number, { ...number, tag: `${yaml}float` }, timestamp, binary];
}

const number: ScalarTag = {
  tag: `${yaml}int`,
  default: true,
  test: /^[-+.0-9]/,
  identify: (value) => typeof value === 'number',
  resolve(text, onError) {
    if (/^([-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN))$/.test(text))
      onError(`${text} is no number that JSON can hold`);
    return toNumber(text) ?? text;
  },
};

const timestamp: ScalarTag = { tag: `${yaml}timestamp`, resolve: (text) => text };
const binary: ScalarTag = {
  tag: `${yaml}binary`,
  resolve: (text) => Buffer.from(text, 'base64').toString(),
};

const float = /^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$/;
const bases: readonly (readonly [prefix: RegExp, digits: RegExp, base: string])[] = [
  [/^0[xX]/, /^[0-9a-fA-F]+$/, '0x'],
  [/^0[bB]/, /^[01]+$/, '0b'],
  [/^0[oO]?(?=[0-9])/, /^[0-7]+$/, '0o'],
];

/** Undefined for what is no number, or none that a float of 64 bits can hold. */
function toNumber(text: string): number | undefined {
  const plain = text.replaceAll('_', '');
  const unsigned = plain.replace(/^[-+]/, '');
  const based = bases.find(
    ([prefix, digits]) => digits.test(unsigned.replace(prefix, '')) && prefix.test(unsigned),
  );
  const value = based
    ? Number(based[2] + unsigned.replace(based[0], '')) * (plain.startsWith('-') ? -1 : 1)
    : float.test(plain)
      ? Number(plain)
      : Number.NaN;
  // JSON has no -0.
  return Number.isFinite(value) ? value + 0 : undefined;
}
