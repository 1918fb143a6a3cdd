import type { Call } from '../call.ts';
import { operations } from '../operations.ts';
import { objectMember, textOf } from './read-members.ts';

export interface App {
  readonly appId: string;
  readonly status: string | undefined;
}

/** Reads an app: a success says that it exists, else the cloud's code says what is wrong. */
export function getApp(appId: string): Call<App> {
  return {
    operation: operations.getApp,
    about: appId,
    method: 'POST',
    query: { AppId: appId },
    toResult: (body) => {
      const app = objectMember(body, 'App');
      return { appId: textOf(app.AppId) || appId, status: textOf(app.Status) || undefined };
    },
  };
}
