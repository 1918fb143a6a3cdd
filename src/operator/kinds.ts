/** The kinds that the operator reconciles, a line each. */
import { edgeAppVersionKind } from '../kinds/edge-app-version/kind.ts';
import { type ManagedKind, manageKind, type SharedParts } from './managed-kind.ts';

export const kinds: readonly ((parts: SharedParts) => ManagedKind)[] = [
  (parts) => manageKind(edgeAppVersionKind, parts),
];
