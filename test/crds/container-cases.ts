/** The rules and bounds of a container. Of the three containers the second has a TCP probe, the third runs a command. */
import { absent, type Case, flag, list, tcpSocket, text } from './case.ts';

const web = 'spec.containers[0]';
const headers = `${web}.probe.httpGet.httpHeaders`;
const whiteSpace = [' ', '\t', '\n', '\v', '\f', '\r'];
const exec = { exec: { command: ['ok'] } };
const httpGet = { httpGet: { path: '/', port: 80 } };
const port = { accepted: [1, 65535], refused: [0, 65536, -1, 80.5, '80', true] };
const seconds = { accepted: [0, 3600, absent], refused: [-1, 3601, '5', 0.5] };
const threshold = { accepted: [1, 100, absent], refused: [0, 101, '1'] };

/** A list of parts of a command. */
const parts = (at: string): Case[] => [
  {
    title: 'has 1 to 64 parts',
    at,
    accepted: [['a'], list(64, String)],
    refused: [[], list(65, String), 'a', {}],
  },
  {
    title: 'has parts of 1 to 1,024 characters',
    at: `${at}[0]`,
    accepted: ['a', text(1024), '\u{1f600}'.repeat(1024)],
    refused: ['', text(1025), '\u{1f600}'.repeat(1025), 1, null, [], false],
  },
  {
    title: 'has no tab, double quote or line break in a part',
    at: `${at}[1]`,
    accepted: ['a b', "it's", 'a\\b', '$HOME;|&', 'ä', '=,@#%'],
    refused: ['a"b', '"', 'a\tb', 'a\nb', 'a\r'],
  },
];

/** A text that may be absent. */
const optionalText = (at: string, longest: number): Case => ({
  title: `has 1 to ${longest} characters`,
  at,
  accepted: [text(1), text(longest), absent, null],
  refused: ['', text(longest + 1), 1],
});

export const containerCases: readonly Case[] = [
  {
    title: 'is a DNS label of 1 to 63 characters',
    at: `${web}.name`,
    accepted: ['a', text(63), '0', 'web-2', 'a--b'],
    refused: ['', text(64), absent, null, 1, 'Web', 'web_1', 'web.1', '-web', 'web-', 'ä', 'a b', 'web\n'],
  },
  {
    title: 'has 1 to 512 characters',
    at: `${web}.image`,
    accepted: ['a', text(512)],
    refused: ['', text(513), absent, null, 1],
  },
  {
    title: 'has no digest, illegal character or white space',
    at: `${web}.image`,
    accepted: ['r.example.com:5000/a/b_c-d.e:v1', 'web', 'web:1'],
    refused: ['web@sha256:0123', 'web#1', 'web%20', ...whiteSpace.map((blank) => `web${blank}1`)],
  },
  {
    title: 'is one of ESA’s sizes',
    at: `${web}.spec`,
    accepted: ['1C2G', '2C4G', '2C8G', '4C8G', '4C16G', '8C16G', '8C32G'],
    refused: ['1c2g', '1C1G', '', absent, null, 1],
  },
  {
    title: 'is one of ESA’s disk sizes, or absent',
    at: `${web}.storage`,
    accepted: ['0.5G', '10G', '20G', '30G', absent, null],
    refused: ['0.5g', '5G', '', 10],
  },
  ...['command', 'args', 'postStart', 'preStop'].flatMap((name) => [
    { title: 'may be absent', at: `${web}.${name}`, accepted: [absent, null], refused: [] },
    ...parts(`${web}.${name}`),
  ]),
  {
    title: 'has 1 to 64 variables',
    at: `${web}.env`,
    accepted: [
      ...[1, 64].map((count) => list(count, (index) => ({ name: `N${index}`, value: '' }))),
      absent,
      null,
    ],
    refused: [[], list(65, (index) => ({ name: `N${index}`, value: '' })), {}, 'A=1'],
  },
  {
    title: 'has each variable once',
    at: `${web}.env[1].name`,
    accepted: ['mode'],
    refused: ['MODE'],
    field: `${web}.env[1]`,
  },
  {
    title: 'has 1 to 128 characters',
    at: `${web}.env[0].name`,
    accepted: ['A', text(128)],
    refused: ['', text(129), absent, null, 1],
  },
  {
    title: 'has no =, comma or white space',
    at: `${web}.env[0].name`,
    accepted: ['A.b-c_d', 'Ä'],
    refused: ['A=B', 'A,B', ...whiteSpace.map((blank) => `A${blank}B`)],
  },
  {
    title: 'has at most 1,024 characters, without comma or line break',
    at: `${web}.env[0].value`,
    accepted: ['', text(1024), 'My App', 'a=b', '"quoted"\t'],
    refused: [text(1025), 'a,b', 'a\nb', 'a\rb', absent, null, 1, true],
  },
  {
    title: 'may be an empty object',
    at: `${web}.acrImageInfo`,
    accepted: [{}, absent, null],
    refused: ['x', []],
  },
  optionalText(`${web}.acrImageInfo.domain`, 253),
  optionalText(`${web}.acrImageInfo.instanceId`, 128),
  optionalText(`${web}.acrImageInfo.regionId`, 128),
  optionalText(`${web}.acrImageInfo.repoId`, 128),
  optionalText(`${web}.acrImageInfo.repoName`, 256),
  optionalText(`${web}.acrImageInfo.repoNamespace`, 256),
  optionalText(`${web}.acrImageInfo.tag`, 128),
  optionalText(`${web}.acrImageInfo.tagUrl`, 1024),
  { title: 'is true or false', at: `${web}.acrImageInfo.isEnterpriseRegistry`, ...flag },
  {
    title: 'has exactly one kind',
    at: `${web}.probe`,
    accepted: [exec, tcpSocket, httpGet, { ...exec, periodSeconds: 5 }],
    refused: [
      {},
      { periodSeconds: 5 },
      { ...exec, ...tcpSocket },
      { ...exec, ...httpGet },
      { ...tcpSocket, ...httpGet },
      { ...exec, ...tcpSocket, ...httpGet },
      absent,
      null,
      'exec',
    ],
  },
  { title: 'is there', at: 'spec.containers[2].probe.exec.command', accepted: [], refused: [absent, null] },
  ...parts('spec.containers[2].probe.exec.command'),
  { title: 'is a port', at: 'spec.containers[1].probe.tcpSocket.port', ...port },
  {
    title: 'is there',
    at: 'spec.containers[1].probe.tcpSocket.port',
    accepted: [80],
    refused: [absent, null],
  },
  optionalText('spec.containers[1].probe.tcpSocket.host', 253),
  {
    title: 'has 1 to 1,024 characters',
    at: `${web}.probe.httpGet.path`,
    accepted: ['/', text(1024)],
    refused: ['', text(1025), absent, null, 1],
  },
  { title: 'is a port', at: `${web}.probe.httpGet.port`, ...port },
  { title: 'is there', at: `${web}.probe.httpGet.port`, accepted: [80], refused: [absent, null] },
  {
    title: 'is HTTP, HTTPS or absent',
    at: `${web}.probe.httpGet.scheme`,
    accepted: ['HTTP', 'HTTPS', absent, null],
    refused: ['http', 'TCP', ''],
  },
  optionalText(`${web}.probe.httpGet.host`, 253),
  {
    title: 'has 1 to 16 headers, a name more than once if need be',
    at: headers,
    accepted: [...[1, 16].map((count) => list(count, () => ({ name: 'X', value: '' }))), absent, null],
    refused: [[], list(17, () => ({ name: 'X', value: '' })), {}, 'X: 1'],
  },
  {
    title: 'has 1 to 256 characters, without @ and #',
    at: `${headers}[0].name`,
    accepted: ['X', text(256)],
    refused: ['', text(257), 'X@', '#X', absent, null, 1],
  },
  {
    title: 'has at most 1,024 characters, without @ and #',
    at: `${headers}[0].value`,
    accepted: ['', text(1024), 'a, b=c'],
    refused: [text(1025), 'me@example.com', '#1', absent, null, 1],
  },
  { title: 'is 0 to 3600', at: `${web}.probe.initialDelaySeconds`, ...seconds },
  { title: 'is 0 to 3600', at: `${web}.probe.timeoutSeconds`, ...seconds },
  { title: 'is 0 to 3600', at: `${web}.probe.periodSeconds`, ...seconds },
  { title: 'is 1 to 100', at: `${web}.probe.successThreshold`, ...threshold },
  { title: 'is 1 to 100', at: `${web}.probe.failureThreshold`, ...threshold },
];
