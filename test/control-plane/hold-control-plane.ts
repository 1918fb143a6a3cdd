/** Starts a control plane, prints where it is and waits to be killed: the subject of left-behind.test.ts. */
import { startControlPlane } from './control-plane.ts';

const controlPlane = await startControlPlane();
console.log(JSON.stringify({ folder: controlPlane.folder, ...controlPlane.processIds() }));
setInterval(() => undefined, 60_000);
