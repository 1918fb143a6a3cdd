/** Decides whether a call comes from a known key: signature, date, nonce and security token. */
import { ApiError } from './api-error.ts';
import type { DecodedCall } from './decoded-call.ts';
import type { Nonces } from './nonces.ts';
import {
  type Authorization,
  canonicalRequest,
  mustBeSigned,
  parseAuthorization,
  sameSignature,
  sha256Hex,
  sign,
  signatureAlgorithm,
  stringToSign,
} from './signature.ts';

export interface AccessKey {
  readonly secret: string;
  /** Makes it a temporary key: each call must carry this token. */
  readonly securityToken?: string | undefined;
  /** When the token ends, as ISO time; absent is never. */
  readonly expiresAt?: string | undefined;
  readonly disabled?: boolean | undefined;
  /** Actions that RAM denies to this key; `*` is all. */
  readonly deny?: readonly string[] | undefined;
}

export interface Authenticator {
  readonly accessKeys: ReadonlyMap<string, AccessKey>;
  readonly nonces: Nonces;
  readonly nowMs: number;
}

const skewLimitMs = 15 * 60_000;
const dateForm = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/;

/**
 * Checks in the order of the API reference (15.2): key, signature, date, nonce, with the token next to the key. Only a
 * call with a right signature uses up its nonce.
 * @throws ApiError
 */
export function authenticate(call: DecodedCall, by: Authenticator): void {
  const authorization = readAuthorization(call);
  const dateMs = readDate(call);
  const key = findKey(authorization.accessKeyId, by.accessKeys);
  checkToken(call, key, by.nowMs);
  checkSignature(call, authorization, key.secret);
  if (Math.abs(by.nowMs - dateMs) > skewLimitMs) throw new ApiError('InvalidTimeStamp.Expired');
  if (!by.nonces.use(call.nonce, by.nowMs)) throw new ApiError('SignatureNonceUsed');
  checkPermission(call, key);
}

function readAuthorization(call: DecodedCall): Authorization {
  const authorization = parseAuthorization(call.headers.authorization ?? '');
  if (authorization === undefined) throw new ApiError('IncompleteSignature');
  if (authorization.algorithm !== signatureAlgorithm) throw new ApiError('InvalidSignatureMethod');
  const unsigned = Object.keys(call.headers).filter(
    (name) => mustBeSigned(name) && !authorization.signedHeaders.includes(name),
  );
  const required = ['x-acs-date', 'x-acs-signature-nonce', 'x-acs-content-sha256'];
  if (unsigned.length > 0 || required.some((name) => call.headers[name] === undefined)) {
    throw new ApiError('IncompleteSignature');
  }
  return authorization;
}

function readDate(call: DecodedCall): number {
  const date = String(call.headers['x-acs-date']);
  const dateMs = dateForm.test(date) ? Date.parse(date) : Number.NaN;
  if (Number.isNaN(dateMs)) throw new ApiError('InvalidTimeStamp.Format');
  return dateMs;
}

function findKey(accessKeyId: string, keys: ReadonlyMap<string, AccessKey>): AccessKey {
  const key = keys.get(accessKeyId);
  if (key === undefined) throw new ApiError('InvalidAccessKeyId.NotFound');
  if (key.disabled === true) throw new ApiError('InvalidAccessKeyId.Inactive');
  return key;
}

function checkToken(call: DecodedCall, key: AccessKey, nowMs: number): void {
  const token = call.headers['x-acs-security-token'];
  if (token === '') throw new ApiError('InvalidSecurityToken.Malformed');
  if (token === undefined && key.securityToken !== undefined) throw new ApiError('MissingSecurityToken');
  if (token !== key.securityToken) throw new ApiError('InvalidSecurityToken.MismatchWithAccessKey');
  if (key.expiresAt !== undefined && Date.parse(key.expiresAt) <= nowMs) {
    throw new ApiError('InvalidSecurityToken.Expired');
  }
}

/** The refusal repeats what the server signed, as the real gateway does: clients must not log it. */
function checkSignature(call: DecodedCall, authorization: Authorization, secret: string): void {
  const canonical = canonicalRequest(call, authorization.signedHeaders);
  const text = stringToSign(canonical);
  const bodyMatches = call.headers['x-acs-content-sha256'] === sha256Hex(call.body);
  if (bodyMatches && sameSignature(sign(text, secret), authorization.signature)) return;
  const message = new ApiError('SignatureDoesNotMatch').message;
  throw new ApiError('SignatureDoesNotMatch', {
    message: `${message} server StringToSign is [${text}] server CanonicalRequest is [${canonical}]`,
  });
}

function checkPermission(call: DecodedCall, key: AccessKey): void {
  if (!key.deny?.some((action) => action === '*' || action === call.action)) return;
  throw new ApiError('NoPermission', {
    members: {
      AccessDeniedDetail: {
        AuthAction: `esa:${call.action}`,
        AuthPrincipalType: 'SubUser',
        AuthPrincipalDisplayName: 'emulator-user',
        NoPermissionType: 'ImplicitDeny',
        PolicyType: 'AccountLevelIdentityBasedPolicy',
      },
    },
  });
}
