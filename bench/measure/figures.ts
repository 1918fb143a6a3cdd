/** What one run of one system came to, by the figure's name. */
export type Figures = Readonly<Record<string, number>>;
