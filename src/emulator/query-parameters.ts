/** Reads the parameters that several actions share. */
import { ApiError, missingParameter } from './api-error.ts';
import type { OrderKey } from './app-versions.ts';
import type { Parameters } from './decoded-call.ts';
import type { Switches } from './switches.ts';

/** `app-` and digits, 20 to 64 characters (API reference section 1). */
const appIdForm = /^app-\d{16,60}$/;

/** @throws ApiError `InvalidParameter.appid`, also for an absent one, unless the gateway is to refuse that. */
export function readAppId(parameters: Parameters, switches: Switches): string {
  const appId = requiredParameter(parameters, 'AppId', 'InvalidParameter.appid', switches);
  if (!isAppId(appId)) throw new ApiError('InvalidParameter.appid');
  return appId;
}

export function isAppId(text: string): boolean {
  return appIdForm.test(text);
}

/** @throws ApiError with `code`, or `Missing...` where the gateway is to refuse. */
export function requiredParameter(
  parameters: Parameters,
  name: string,
  code: string,
  switches: Switches,
): string {
  const value = parameters[name];
  if (value !== undefined && value !== '') return value;
  throw switches.absentParameter === 'gateway' ? missingParameter(name) : new ApiError(code);
}

/** A whole number between the bounds, `initial` if absent. @throws ApiError */
export function readInteger(
  parameters: Parameters,
  name: string,
  bounds: readonly [number, number],
  initial: number,
): number {
  const text = parameters[name];
  if (text === undefined || text === '') return initial;
  const value = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
  if (!(value >= bounds[0] && value <= bounds[1])) throw new ApiError('InvalidParameter');
  return value;
}

/** One of the allowed words, `initial` if absent. @throws ApiError */
export function readWord<T extends string>(
  parameters: Parameters,
  name: string,
  allowed: readonly T[],
  initial: T,
): T {
  const text = parameters[name];
  if (text === undefined || text === '') return initial;
  const value = allowed.find((word) => word === text);
  if (value === undefined) throw new ApiError('InvalidParameter');
  return value;
}

/** @throws ApiError */
export function checkLength(text: string, bounds: readonly [number, number], code: string): void {
  const length = [...text].length;
  if (length < bounds[0] || length > bounds[1]) throw new ApiError(code);
}

export interface PageRequest {
  readonly pageNumber: number;
  readonly pageSize: number;
  readonly offset: number;
}

export interface PageSizes {
  /** Of a list that names none. */
  readonly initial: number;
  /** More is refused. */
  readonly max: number;
  /** More is cut to this without a word; 0 is no cap. */
  readonly cap: number;
}

export function readPage(parameters: Parameters, { initial, max, cap }: PageSizes): PageRequest {
  const pageNumber = readInteger(parameters, 'PageNumber', [1, 65_535], 1);
  const asked = readInteger(parameters, 'PageSize', [1, max], initial);
  const pageSize = cap > 0 ? Math.min(asked, cap) : asked;
  return { pageNumber, pageSize, offset: (pageNumber - 1) * pageSize };
}

/** Both spellings that the documentation has had (API reference 9.3) are understood. */
export function readOrder(
  parameters: Parameters,
  switches: Switches,
): { readonly orderBy: OrderKey; readonly descending: boolean } {
  const key = readWord(parameters, 'OrderKey', ['', 'Name', 'CreateTime', 'UpdateTime', 'ModifyTime'], '');
  const type = readWord(parameters, 'OrderType', ['', 'ASC', 'DESC', 'Asc', 'Desc'], '').toUpperCase();
  const orderBy = key === 'ModifyTime' ? 'UpdateTime' : key || 'CreateTime';
  const initiallyDescending = key === '' && switches.listOrder === 'newest-first';
  return { orderBy, descending: type === '' ? initiallyDescending : type === 'DESC' };
}
