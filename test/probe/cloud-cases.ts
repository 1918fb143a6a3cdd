/** The questions about names, ids, lists and requests. */
import { answersCreate, createAction, type QuestionCase } from './question-case.ts';

export const cloudCases: readonly QuestionCase[] = [
  {
    id: 'unknown-version',
    cloud: 'refuses its form',
    kind: 'confirmed',
    says: /InvalidParameter\.VersionId \(HTTP 400/,
  },
  {
    ...{
      id: 'unknown-version',
      cloud: 'has a code for something else',
      kind: 'overturned',
      says: /Record\.Already/,
    },
    options: { missingVersionCode: 'Record.AlreadyExist' },
  },
  {
    ...{ id: 'unknown-version', cloud: 'fails', kind: 'unknown', says: /GetEdge.* ended with InternalError/ },
    options: { missingVersionCode: 'InternalError' },
  },
  {
    id: 'unknown-app',
    cloud: 'does not find it',
    kind: 'confirmed',
    says: /InvalidApp\.NotFound \(HTTP 404/,
  },
  {
    ...{ id: 'unknown-app', cloud: 'lists nothing', kind: 'overturned', says: /with a list/ },
    options: { autoCreateApps: true },
  },
  { id: 'visibility', cloud: 'lists at once', kind: 'confirmed', says: /0\.0 s by list .* of 3 versions/ },
  {
    ...{
      id: 'visibility',
      cloud: 'lists after 20 s',
      kind: 'confirmed',
      says: /0\.0 s by Get, 2\d\.\d s by search/,
    },
    options: { listDelayMs: 20_000 },
  },
  {
    ...{ id: 'visibility', cloud: 'lists after 40 s', kind: 'overturned', says: /4\d\.\d s by list/ },
    options: { listDelayMs: 40_000 },
  },
  {
    ...{
      id: 'visibility',
      cloud: 'lists after minutes',
      kind: 'overturned',
      says: /search and list did not show/,
    },
    options: { listDelayMs: 150_000 },
  },
  {
    ...{ id: 'build-time', cloud: 'builds for a minute', kind: 'noted', says: /^6\d\.\d s/ },
    options: { buildDelayMs: 60_000 },
  },
  {
    ...{ id: 'build-time', cloud: 'never ends', kind: 'unknown', says: /still creating after 10 minutes/ },
    options: { image: 'build-never-ends:1' },
  },
  {
    ...{
      id: 'build-time',
      cloud: 'cannot pull the image',
      kind: 'unknown',
      says: /ended as failed: give an --image/,
    },
    options: { image: 'build-fails:1' },
  },
  {
    ...{ id: 'duplicate-names', cloud: 'refuses them', kind: 'confirmed', flag: '--duplicate-names refused' },
    says: /NameAlreadyExists: right after the first, when the first was created, at the same time/,
  },
  {
    ...{
      id: 'duplicate-names',
      cloud: 'builds slowly',
      kind: 'confirmed',
      flag: '--duplicate-names refused',
    },
    ...{ options: { buildDelayMs: 60_000 }, says: /while the first was creating/ },
  },
  {
    ...{
      id: 'duplicate-names',
      cloud: 'has the other code',
      kind: 'confirmed',
      flag: '--duplicate-names refused',
    },
    ...{ options: { duplicateNameCode: 'ParameterAlreadyExist' }, says: /ParameterAlreadyExist/ },
  },
  {
    ...{ id: 'duplicate-names', cloud: 'takes them', kind: 'overturned', flag: '--duplicate-names unproven' },
    ...{ options: { duplicateNames: 'allowed' }, says: /accepted right after the first/ },
  },
  {
    ...{ id: 'duplicate-names', cloud: 'takes both of two at once', kind: 'overturned' },
    ...{ flag: '--duplicate-names unproven', says: /accepted at the same time/ },
    arrange: answersCreate('race-2', { kind: 'json', body: { VersionId: 'ver-000000000000000001' } }, 2),
  },
  {
    ...{ id: 'duplicate-names', cloud: 'refuses both of two at once', kind: 'unknown' },
    ...{ flag: '--duplicate-names unproven', says: /both of two at the same time were refused/ },
    arrange: answersCreate('race-2', { kind: 'error', code: 'NameAlreadyExists' }, 2),
  },
  {
    ...{ id: 'duplicate-names', cloud: 'has a code that may mean anything', kind: 'unknown' },
    ...{ options: { duplicateNameCode: 'InvalidParameter' } },
    ...{ flag: '--duplicate-names unproven', says: /refused with InvalidParameter, which may/ },
  },
  {
    ...{ id: 'duplicate-names', cloud: 'never builds', kind: 'unknown', flag: '--duplicate-names unproven' },
    ...{ options: { image: 'build-never-ends:1' }, says: /still creating/ },
  },
  {
    id: 'deleted-name',
    cloud: 'frees it',
    kind: 'noted',
    says: /^free 0\.0 s .* Delete: InvalidParameter\.VersionId/,
  },
  {
    ...{
      id: 'deleted-name',
      cloud: 'keeps it',
      kind: 'noted',
      says: /^still refused with NameAlreadyExists 62\.0 s/,
    },
    options: { deletedNameReserved: true },
  },
  {
    id: 'failed-name',
    cloud: 'keeps it',
    kind: 'noted',
    says: /^still taken: refused with NameAlreadyExists/,
  },
  {
    ...{ id: 'failed-name', cloud: 'frees it', kind: 'noted', says: /^free$/ },
    options: { failedNameReserved: false },
  },
  {
    ...{ id: 'failed-name', cloud: 'builds what must fail', kind: 'unknown', says: /ended as created/ },
    options: { failingImage: 'good:1' },
  },
  {
    ...{ id: 'failed-name', cloud: 'refuses the image', kind: 'noted', says: /refused already/ },
    options: { failingImage: 'a@b' },
  },
  { id: 'reused-nonce', cloud: 'refuses it', kind: 'confirmed', says: /SignatureNonceUsed/ },
  {
    ...{ id: 'reused-nonce', cloud: 'takes it', kind: 'overturned', says: /accepted/ },
    options: { verifySignatures: false },
  },
  { id: 'hang-up', cloud: 'goes on', kind: 'confirmed', says: /took effect and was listed after \d\.\d s/ },
  {
    ...{ id: 'hang-up', cloud: 'goes on after 40 s', kind: 'overturned', says: /only after \d\d\.\d s/ },
    arrange: (world) => {
      const where = { Name: world.nameOf('hang-up') };
      const { id } = world.emulator.setFault({ action: createAction, where, hold: 'before-commit' });
      world.clock.after(40_000, () => world.emulator.releaseFault(id));
    },
  },
  {
    ...{ id: 'hang-up', cloud: 'drops it', kind: 'noted', says: /did not show within 120\.0 s/ },
    arrange: answersCreate('hang-up', { kind: 'drop' }),
  },
  { id: 'total-count', cloud: 'counts right', kind: 'confirmed', says: /on 3 pages/ },
  {
    ...{ id: 'total-count', cloud: 'counts wrong', kind: 'overturned', says: /page 1 says 7 of 3/ },
    arrange: ({ emulator }) => {
      const answer = { kind: 'json', body: { Versions: [], TotalCount: 7 } } as const;
      emulator.setFault({
        action: 'ListEdgeContainerAppVersions',
        where: { PageSize: '1' },
        count: 3,
        answer,
      });
    },
  },
];
