/** The rules for `metadata` that the API server keeps for every kind (apimachinery, ValidateObjectMeta). */
import { isRecord } from '../json/is-record.ts';
import type { Issue } from './issue.ts';

export interface NamedMetadata {
  readonly name?: string;
  readonly generateName?: string;
  readonly namespace?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
}

const texts = ['name', 'generateName', 'namespace', 'resourceVersion', 'uid'];
const maps = ['labels', 'annotations'];
/** Written by the API server and its controllers, so taken as they are. */
const others = [
  'creationTimestamp',
  'deletionGracePeriodSeconds',
  'deletionTimestamp',
  'finalizers',
  'generation',
  'managedFields',
  'ownerReferences',
  'selfLink',
];

const dnsLabel = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;
const qualifiedName = /^[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?$/;
const nameRule =
  'must be a DNS name: lower-case letters, digits, "-" and ".", beginning and ending with a letter or digit';

/** Where `metadata` cannot be read as ObjectMeta, or has fields that ObjectMeta does not have. */
export function unreadableMetadata(metadata: unknown): Issue[] {
  if (!isRecord(metadata)) return [{ path: 'metadata', message: 'must be an object' }];
  return Object.entries(metadata).flatMap(([name, value]) => {
    const path = `metadata.${name}`;
    if (texts.includes(name)) return textIssues(path, value);
    if (maps.includes(name)) return mapIssues(path, value);
    return others.includes(name) ? [] : [{ path, message: 'is no field of metadata; mind the spelling' }];
  });
}

function textIssues(path: string, value: unknown): Issue[] {
  if (typeof value === 'string' || value === null) return [];
  return [{ path, message: 'must be a string; put quotes around a number, true or false' }];
}

function mapIssues(path: string, value: unknown): Issue[] {
  if (value === null) return [];
  if (!isRecord(value)) return [{ path, message: 'must be a map of strings' }];
  return Object.entries(value).flatMap(([key, member]) => textIssues(`${path}[${key}]`, member));
}

/** The name that the object will have: the API server adds five characters to `generateName`. */
export function effectiveName({ name, generateName }: NamedMetadata): string | undefined {
  if (name) return name;
  return generateName ? `${generateName.slice(0, 58)}xxxxx` : undefined;
}

/** @param metadata in which `unreadableMetadata` finds nothing */
export function metadataIssues(metadata: NamedMetadata): Issue[] {
  const { generateName, namespace, labels, annotations } = metadata;
  const name = effectiveName(metadata);
  const findings: [field: string, isWrong: boolean, message: string][] = [
    ['name', name === undefined, 'must be set, or generateName instead'],
    ['name', name !== undefined && !isDnsName(name), nameRule],
    ['generateName', Boolean(generateName) && !isDnsName(`${generateName}`.replace(/-$/, 'a')), nameRule],
    ['namespace', Boolean(namespace) && !isDnsLabel(`${namespace}`), `${nameRule}, without "."`],
    [
      'labels',
      !Object.entries(labels ?? {}).every(isLabel),
      'must have keys and values as Kubernetes allows',
    ],
    [
      'annotations',
      !Object.keys(annotations ?? {}).every(isAnnotationKey),
      'must have keys as Kubernetes allows',
    ],
  ];
  return findings
    .filter(([, isWrong]) => isWrong)
    .map(([field, , message]) => ({ path: `metadata.${field}`, message }));
}

function isLabel([key, value]: [string, string]): boolean {
  return isKey(key) && (!value || (value.length <= 63 && qualifiedName.test(value)));
}

function isAnnotationKey(key: string): boolean {
  return isKey(key.toLowerCase());
}

/** An optional DNS name and a slash, then a name. */
function isKey(key: string): boolean {
  const [name = '', prefix, ...more] = key.split('/').reverse();
  if (more.length > 0 || (prefix !== undefined && !isDnsName(prefix))) return false;
  return name.length <= 63 && qualifiedName.test(name);
}

function isDnsName(text: string): boolean {
  return text.length <= 253 && text.split('.').every((part) => dnsLabel.test(part));
}

function isDnsLabel(text: string): boolean {
  return text.length <= 63 && dnsLabel.test(text);
}
