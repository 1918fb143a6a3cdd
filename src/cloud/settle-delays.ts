/** How long a create may take until List shows it, in milliseconds, under either assumption about duplicate names. */
export const settleDelaysMs = { refused: 30_000, unproven: 20 * 60_000 } as const;

/** The settle delay where a call may take `callTimeoutMs`: a late create, a slow listing and its repetition fit into it. */
export function settleDelayMs(duplicateNames: keyof typeof settleDelaysMs, callTimeoutMs: number): number {
  return Math.max(settleDelaysMs[duplicateNames], 3 * callTimeoutMs);
}
