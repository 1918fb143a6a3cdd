/** The questions about what goes into a version and how it is shown. */
import type { ProbeWorld } from './probe-world.ts';
import { type QuestionCase, refuses } from './question-case.ts';

const showsRemarks = (change: (sent: string) => string) => (world: ProbeWorld) => {
  const Remarks = change(`[edgeapp-probe run=${world.probe.runId}]\nprüfen 试 [${'x'.repeat(700)} y=z]`);
  const Version = { Name: world.nameOf('remarks'), Remarks, Status: 'created', Containers: [] };
  const answer = { kind: 'json', body: { Version } } as const;
  world.emulator.setFault({ action: 'GetEdgeContainerAppVersion', answer });
};

export const contentCases: readonly QuestionCase[] = [
  { id: 'remarks', cloud: 'keeps them', kind: 'confirmed', says: /^as sent, 7\d\d characters/ },
  {
    ...{
      id: 'remarks',
      cloud: 'turns line breaks into blanks',
      kind: 'confirmed',
      says: /up to white space/,
    },
    arrange: showsRemarks((sent) => sent.replaceAll('\n', ' ')),
  },
  {
    ...{ id: 'remarks', cloud: 'cuts them', kind: 'overturned', says: /256 characters came back/ },
    arrange: showsRemarks((sent) => sent.slice(0, 256)),
  },
  {
    ...{ id: 'hooks', cloud: 'shows them as sent', kind: 'confirmed', flag: '--blanks-in-hooks quote' },
    says: /PostStart shown as sent, PreStop shown as sent/,
  },
  {
    ...{ id: 'hooks', cloud: 'keeps the part', kind: 'confirmed', flag: '--blanks-in-hooks quote' },
    ...{ options: { postStartEcho: 'exec-json-parts', commandEcho: 'parts' }, says: /the quoted one whole/ },
  },
  {
    ...{ id: 'hooks', cloud: 'tears the part', kind: 'overturned', flag: '--blanks-in-hooks refuse' },
    ...{ options: { postStartEcho: 'exec-json' }, says: /PostStart shown otherwise than meant/ },
  },
  {
    ...{ id: 'hooks', cloud: 'refuses quotes', kind: 'overturned', flag: '--blanks-in-hooks refuse' },
    ...{ arrange: refuses('hooks'), says: /quotes are refused with InvalidParameter/ },
  },
  {
    ...{ id: 'hooks', cloud: 'refuses any hook', kind: 'unknown', flag: '--blanks-in-hooks refuse' },
    says: /and perhaps without/,
    arrange: (world) => {
      refuses('hooks')(world);
      refuses('hooks-plain')(world);
    },
  },
  {
    ...{ id: 'commands', cloud: 'shows them as sent', kind: 'noted', flag: '--blanks-in-commands refuse' },
    says: /the exec probe shown as sent/,
  },
  {
    ...{ id: 'commands', cloud: 'keeps the part', kind: 'overturned', flag: '--blanks-in-commands quote' },
    ...{ options: { commandEcho: 'parts' }, says: /Args shown in parts, the quoted one whole/ },
  },
  {
    ...{ id: 'commands', cloud: 'tears the part', kind: 'confirmed', flag: '--blanks-in-commands refuse' },
    ...{ options: { commandEcho: 'words' }, says: /Command shown otherwise/ },
  },
  {
    ...{ id: 'commands', cloud: 'refuses quotes', kind: 'confirmed', flag: '--blanks-in-commands refuse' },
    ...{ arrange: refuses('commands'), says: /refused with InvalidParameter/ },
  },
  { id: 'environment', cloud: 'keeps it', kind: 'confirmed', says: /comma is taken and shown as "ONE=/ },
  {
    ...{ id: 'environment', cloud: 'refuses the comma', kind: 'confirmed', says: /comma is refused/ },
    arrange: refuses('comma'),
  },
  {
    ...{ id: 'environment', cloud: 'refuses it', kind: 'overturned', says: /refused with InvalidParameter/ },
    arrange: refuses('variables'),
  },
  { id: 'digest-image', cloud: 'refuses it', kind: 'confirmed', says: /InvalidParameter\.Image/ },
  {
    ...{ id: 'digest-image', cloud: 'takes it', kind: 'overturned', says: /taken/ },
    options: { imageCharacters: 'allowed' },
  },
  {
    id: 'probe-content',
    cloud: 'shows an object',
    kind: 'noted',
    says: /an object, HttpHeaders: a text, nothing/,
  },
  {
    ...{ id: 'probe-content', cloud: 'shows a text that is no JSON', kind: 'noted' },
    says: /ProbeContent: a text, HttpHeaders: not shown/,
    arrange: (world) => {
      const Version = { Name: world.nameOf('http-probe'), Containers: [{ ProbeContent: 'port 8080' }] };
      const answer = { kind: 'json', body: { Version } } as const;
      world.emulator.setFault({ action: 'GetEdgeContainerAppVersion', answer });
    },
  },
  {
    ...{ id: 'probe-content', cloud: 'shows texts and lists', kind: 'noted' },
    ...{ options: { probeContentEcho: 'string', httpHeadersEcho: 'array', probeDefaultsEcho: true } },
    says: /ProbeContent: a text, HttpHeaders: a list, InitialDelaySeconds, .* filled in/,
  },
  { id: 'max-containers', cloud: 'has no bound', kind: 'confirmed', says: /^21 are taken/ },
  {
    ...{
      id: 'max-containers',
      cloud: 'has our bound',
      kind: 'confirmed',
      says: /^20 are taken, 21 are refused/,
    },
    options: { maxContainers: 20 },
  },
  {
    ...{
      id: 'max-containers',
      cloud: 'takes ten',
      kind: 'overturned',
      says: /^10 are taken, 20 are refused/,
    },
    options: { maxContainers: 10 },
  },
];
