/** Runs an Argo CD health script as Argo CD runs those of argocd-cm: base and table library only. */
import { LuaFactory, LuaLibraries } from 'wasmoon';

export interface Health {
  readonly status: string;
  readonly message: string;
}

/** @throws when the script uses something that the two libraries do not have. */
export async function runHealthScript(script: string, object: object): Promise<Health> {
  const lua = await new LuaFactory().createEngine({
    openStandardLibs: false,
    injectObjects: false,
    enableProxy: false,
  });
  try {
    lua.global.loadLibrary(LuaLibraries.Base);
    lua.global.loadLibrary(LuaLibraries.Table);
    lua.global.set('obj', object);
    return await lua.doString(script);
  } finally {
    lua.global.close();
  }
}
