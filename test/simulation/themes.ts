/** What goes wrong more often than usual in some schedules: for chains of events that plain chance seldom brings together. */
import type { Choices } from './choices.ts';

/** Probabilities by the kind of deviation, in the place of the usual ones. */
export type Theme = Readonly<Record<string, number>>;

export const themes = {
  plain: {},
  /** Answers reach a process that has slept, for an object that was lost or made again meanwhile. */
  'stale answers': {
    'pause during create': 0.6,
    'user: strikes during create': 0.5,
    'CreateEdgeContainerAppVersion refused': 0.5,
  },
  /** A leader that sleeps between its look and its claim, or until its claim is answered. */
  'leaders asleep': {
    'pause during list': 0.3,
    'pause during claim': 0.3,
    'ListEdgeContainerAppVersions refused': 0.3,
  },
  'deletes taken back': {
    'user: delete soon': 0.6,
    'user: strikes during delete': 0.7,
    'pause during get app status': 0.7,
    'watch broken': 0.1,
  },
  'rough network': {
    'create request lost': 0.3,
    'create answer lost': 0.3,
    'record answer lost': 0.3,
    'record request lost': 0.2,
    'CreateEdgeContainerAppVersion refused': 0.2,
  },
  /** Versions that are listed and read late or never, behind creates whose ends are unclear or that are refused later. */
  'late lists': {
    'listed and read late': 0.6,
    'create answer lost': 0.3,
    'CreateEdgeContainerAppVersion refused': 0.2,
    'user: strikes during create': 0.15,
  },
  /** The same, and statuses that are lost in between. */
  'lost and late': {
    'listed and read late': 0.7,
    'create answer lost': 0.4,
    'CreateEdgeContainerAppVersion refused': 0.4,
    'user: strikes during create': 0.6,
  },
  /** Deletions of versions that show late, and deletes that are accepted and not done. */
  'late deletes': {
    'listed and read late': 0.4,
    'list lag': 0.5,
    'create answer lost': 0.3,
    'user: delete soon': 0.6,
    'delete accepted and not done': 0.3,
  },
  'slow cloud': { 'list lag': 0.9, 'create done, then 500': 0.3, 'list with a wrong total': 0.2 },
} as const satisfies Readonly<Record<string, Theme>>;

export type ThemeName = keyof typeof themes;

const others = Object.keys(themes).filter((name) => name !== 'plain') as [ThemeName, ...ThemeName[]];

/** Plain for half of the schedules. */
export function drawTheme(choices: Pick<Choices, 'pick' | 'fraction'>): ThemeName {
  return choices.fraction() < 0.5 ? 'plain' : choices.pick(others);
}
