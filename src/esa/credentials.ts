/** Where the access key comes from: the environment, or a mounted Secret that may change while we run. */
import { readFile, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import type { Credential } from '../cloud/credential.ts';
import { EsaError } from '../core/errors/esa-error.ts';
import { fileProblem } from '../core/errors/file-problem.ts';
import { redactedCause } from './redact.ts';

export interface CredentialSource {
  /** @throws EsaError with code `InvalidCredentials`; its message names the setting or file, never a value. */
  load(): Promise<Credential>;
}

/** The variables of the official tools; a mounted Secret has files of the same names. */
const names = {
  accessKeyId: 'ALIBABA_CLOUD_ACCESS_KEY_ID',
  accessKeySecret: 'ALIBABA_CLOUD_ACCESS_KEY_SECRET',
  securityToken: 'ALIBABA_CLOUD_SECURITY_TOKEN',
} as const;

type Values = { readonly [field in keyof typeof names]?: string | undefined };

/** The source that a configuration names: a folder, or the values themselves. */
export function credentialsFrom(
  source: { readonly kind: 'folder'; readonly folder: string } | ({ readonly kind: 'values' } & Values),
): CredentialSource {
  return source.kind === 'folder' ? mountedCredentials(source.folder) : environmentCredentials(source);
}

/** A key that stays the same for the life of the process, as read from the environment. */
export function environmentCredentials(values: Values): CredentialSource {
  return {
    async load() {
      return toCredential(values, (name) => `the environment variable ${name}`);
    },
  };
}

/**
 * A key from a folder with one file per variable, white space around the values ignored. It is read at every `load`
 * (callers at the same moment share one reading), so that a rotated key is used without a restart.
 */
export function mountedCredentials(folder: string): CredentialSource {
  let reading: Promise<Credential> | undefined;
  return {
    load() {
      reading ??= readCredential(folder).finally(() => {
        reading = undefined;
      });
      return reading;
    },
  };
}

/** The kubelet swaps all files of a Secret at once by its link `..data`; reading across a swap would mix two keys. */
async function readCredential(folder: string): Promise<Credential> {
  const data = await dataFolder(folder);
  const values = await Promise.allSettled(Object.values(names).map((name) => readValue(join(data, name))));
  if ((await dataFolder(folder)) !== data) {
    return readCredential(folder);
  }
  const [accessKeyId, accessKeySecret, securityToken] = values.map((value, index) => {
    if (value.status === 'fulfilled') return value.value;
    throw unreadable(join(folder, Object.values(names)[index] ?? ''), value.reason);
  });
  return toCredential(
    { accessKeyId, accessKeySecret, securityToken },
    (name) => `the file ${join(folder, name)}`,
  );
}

async function dataFolder(folder: string): Promise<string> {
  return realpath(join(folder, '..data')).catch(() => folder);
}

async function readValue(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

function toCredential(values: Values, place: (name: string) => string): Credential {
  const required = (field: keyof typeof names): string => {
    const value = optional(field);
    if (value === undefined) {
      throw invalid(`${place(names[field])} is missing or empty: put the ${words[field]} there`);
    }
    return value;
  };
  const optional = (field: keyof typeof names): string | undefined => {
    const value = values[field]?.trim() || undefined;
    if (value !== undefined && !/^[\x21-\x7e]+$/.test(value)) {
      const what = 'a blank, a line break or a character outside ASCII';
      throw invalid(`${place(names[field])} holds ${what}: put only the ${words[field]} there`);
    }
    return value;
  };
  return {
    accessKeyId: required('accessKeyId'),
    accessKeySecret: required('accessKeySecret'),
    securityToken: optional('securityToken'),
  };
}

const words = {
  accessKeyId: 'AccessKey ID',
  accessKeySecret: 'AccessKey secret',
  securityToken: 'STS token',
} as const;

function unreadable(path: string, error: unknown): EsaError {
  const wanted =
    "--credentials-dir must name a folder with one file for each part of the key, readable by the operator's user";
  return invalid(`${path} ${fileProblem(error)}: ${wanted}`, error);
}

function invalid(message: string, error?: unknown): EsaError {
  return new EsaError({
    operation: 'LoadCredentials',
    code: 'InvalidCredentials',
    message,
    cause: error === undefined ? undefined : redactedCause(error, (text) => text),
  });
}
