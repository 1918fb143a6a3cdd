/** One function for each step of an EdgeAppVersion. */
import { done } from '../../../runtime/outcome.ts';
import { refuse } from '../fail.ts';
import type { VersionStep } from '../next-step.ts';
import type { VersionPass, VersionResult } from '../pass.ts';
import { suspended } from '../status/status.ts';
import { deleteVersion } from './delete-version.ts';
import { ensureVersion, reclaimVersion } from './ensure-version.ts';
import { followVersion, verifyVersion } from './follow-version.ts';

export function runStep(pass: VersionPass, step: VersionStep): Promise<VersionResult> | VersionResult {
  switch (step.kind) {
    case 'suspend':
      return { status: suspended(pass.object, pass.clock.wallMs()), outcome: done };
    case 'refuse':
      return refuse(pass, step.problem);
    case 'reclaim':
      return reclaimVersion(pass, step.problem);
    case 'delete':
      return deleteVersion(pass);
    case 'follow':
      return followVersion(pass);
    case 'verify':
      return verifyVersion(pass);
    case 'ensure':
      return ensureVersion(pass);
  }
}
