/** The ports of an operator with a stop before and after each call. */

import { type Call, intercepted } from '../../src/cloud/call.ts';
import { operations } from '../../src/cloud/operations.ts';
import type { PortWraps } from '../../src/operator/run-operator.ts';
import { statusWriteOf } from '../support/status-writes.ts';
import type { OrderTaker } from './orders.ts';
import type { Step } from './steps.ts';

const stepOfWrite = { claim: 'claim', record: 'record', 'write status': 'write-status' } as const;

export function stoppedPorts(orders: OrderTaker): PortWraps {
  const stopAt = async <T>(step: Step, call: () => Promise<T>): Promise<T> => {
    orders.at(step, 'before');
    try {
      return await call();
    } finally {
      orders.at(step, 'after');
    }
  };
  return {
    objects: (client) => ({
      read: (key) => stopAt('read-object', () => client.read(key)),
      replaceStatus: (object, status) =>
        stopAt(stepOfWrite[statusWriteOf(object.status, status)], () => client.replaceStatus(object, status)),
      patchStatus: (key, operations) => stopAt('record', () => client.patchStatus(key, operations)),
      setFinalizers: (object, finalizers) =>
        stopAt('set-finalizers', () => client.setFinalizers(object, finalizers)),
    }),
    esa: (client) => ({
      ...client,
      credentialFor: (namespace) => stopAt('connect', () => client.credentialFor(namespace)),
      sendWith: (credential) =>
        intercepted(client.sendWith(credential), [(call, next) => stopAt(stepOf(call), () => next(call))]),
    }),
    lease: (client) => ({
      read: (signal) => stopAt('read-lease', () => client.read(signal)),
      create: (record, signal) => {
        orders.identity = record.holder || orders.identity;
        return stopAt('create-lease', () => client.create(record, signal));
      },
      replace: (lease, signal) => {
        orders.identity = lease.holder || orders.identity;
        return stopAt('replace-lease', () => client.replace(lease, signal));
      },
    }),
  };
}

const stepsOf: Readonly<Record<string, Step>> = {
  [operations.createVersion]: 'create-version',
  [operations.getVersion]: 'get-version',
  [operations.listVersions]: 'list-versions',
  [operations.deleteVersion]: 'delete-version',
  [operations.getApp]: 'get-app',
  [operations.getAppStatus]: 'versions-in-use',
};

function stepOf({ operation, query = {} }: Call<unknown>): Step {
  return 'SearchKey' in query ? 'search-versions' : (stepsOf[operation] as Step);
}
