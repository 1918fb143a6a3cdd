/** How long a create may take until List shows it, in milliseconds, under either assumption about duplicate names. */
export const settleDelaysMs = { refused: 30_000, unproven: 20 * 60_000 } as const;
