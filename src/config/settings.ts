/** Every setting of the operator, one row each; the help of each command lists the same rows. */
import type { BlankRule } from '../kinds/edge-app-version/request/packing.ts';
import {
  anyText,
  matching,
  oneOf,
  parseBindAddress,
  parseEndpoint,
  type Settings,
  trueOrFalse,
  wholeNumber,
} from './setting.ts';

const isOptional = true;
const namespaceName = 'the name of a namespace: lower-case letters, digits and dashes';
const namespacePattern = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;
const blankRules: readonly [BlankRule, BlankRule] = ['refuse', 'quote'];

export const runSettings = {
  esaEndpoint: {
    flag: 'esa-endpoint',
    variable: 'EDGEAPP_ESA_ENDPOINT',
    placeholder: '<url>',
    about: 'where the ESA API answers, for example https://esa.cn-hangzhou.aliyuncs.com',
    expects: 'an https:// address without a path (http:// only to this machine: 127.0.0.1, [::1], localhost)',
    parse: parseEndpoint,
  },
  ownerId: {
    flag: 'owner-id',
    variable: 'EDGEAPP_OWNER_ID',
    placeholder: '<id>',
    about: 'names this cluster in the marker of every version; different for each cluster, never changed',
    expects: '1 to 63 lower-case letters, digits and dashes, for example prod-hangzhou',
    parse: matching(/^[a-z0-9-]{1,63}$/),
  },
  blanksInCommands: {
    flag: 'blanks-in-commands',
    variable: 'EDGEAPP_BLANKS_IN_COMMANDS',
    about: 'what happens to a part of command, args or exec.command with a blank; ESA documents no quoting',
    ...oneOf(blankRules),
  },
  blanksInHooks: {
    flag: 'blanks-in-hooks',
    variable: 'EDGEAPP_BLANKS_IN_HOOKS',
    about: "the same for postStart and preStop, where ESA's own sample uses double quotes",
    ...oneOf(blankRules),
    initial: 'quote',
  },
  kubeconfig: {
    flag: 'kubeconfig',
    placeholder: '<file>',
    about: "which API server, and as whom; else KUBECONFIG, the pod's ServiceAccount, ~/.kube/config",
    expects: 'the path of a file',
    isOptional,
    parse: anyText,
  },
  namespace: {
    flag: 'namespace',
    variable: 'EDGEAPP_NAMESPACE',
    placeholder: '<name>',
    about: 'works in this namespace only; without it, in all of them',
    expects: namespaceName,
    isOptional,
    parse: matching(namespacePattern),
  },
  concurrency: {
    flag: 'concurrency',
    variable: 'EDGEAPP_CONCURRENCY',
    about: 'how many objects are worked on at a time; each mostly waits for an answer',
    // At 0.2 s an answer and three calls an object that is some 30 objects a second.
    ...wholeNumber(1, 500, 20),
  },
  duplicateNames: {
    flag: 'duplicate-names',
    variable: 'EDGEAPP_DUPLICATE_NAMES',
    about:
      'refused: ESA takes no second version of one name, as documented; unproven: nobody knows, wait longer',
    ...oneOf(['refused', 'unproven']),
  },
  callTimeoutSeconds: {
    flag: 'call-timeout-seconds',
    variable: 'EDGEAPP_CALL_TIMEOUT_SECONDS',
    about: 'time limit of one call to ESA; a failover after a crash takes 10 seconds more than this',
    ...wholeNumber(5, 30, 10),
  },
  propagationMinutes: {
    flag: 'propagation-minutes',
    variable: 'EDGEAPP_PROPAGATION_MINUTES',
    about:
      'how long after a create its version may stay unseen in lists and reads before the status asks for a person',
    ...wholeNumber(1, 1440, 20),
  },
  verifyIntervalMinutes: {
    flag: 'verify-interval-minutes',
    variable: 'EDGEAPP_VERIFY_INTERVAL_MINUTES',
    about: 'how often a version at rest is looked up again, to report one that somebody deleted; 0: never',
    ...wholeNumber(0, 10_080, 0),
  },
  leaderElect: {
    flag: 'leader-elect',
    variable: 'EDGEAPP_LEADER_ELECT',
    about: 'several operators elect one that works, by a Lease; false: this one is alone',
    ...trueOrFalse(true),
  },
  leaseNamespace: {
    flag: 'lease-namespace',
    variable: 'EDGEAPP_LEASE_NAMESPACE',
    placeholder: '<name>',
    about: "where the Lease is; without it, in the pod's namespace, or the one that the kubeconfig names",
    expects: namespaceName,
    isOptional,
    parse: matching(namespacePattern),
  },
  credentialsDir: {
    flag: 'credentials-dir',
    variable: 'EDGEAPP_CREDENTIALS_DIR',
    placeholder: '<folder>',
    about: 'a mounted Secret, one file per ALIBABA_CLOUD_ variable; goes before the variables',
    expects: 'the path of a folder',
    isOptional,
    parse: anyText,
  },
  healthBindAddress: {
    flag: 'health-bind-address',
    variable: 'EDGEAPP_HEALTH_BIND_ADDRESS',
    placeholder: '<host:port>',
    about: 'where /healthz and /readyz answer; without a host: on all addresses; port 0: a free one',
    expects: 'host:port or :port, for example :8081',
    initial: ':8081',
    parse: parseBindAddress,
  },
  logLevel: {
    flag: 'log-level',
    variable: 'EDGEAPP_LOG_LEVEL',
    about: 'the least that is logged',
    ...oneOf(['debug', 'info', 'warn', 'error']),
    initial: 'info',
  },
} as const satisfies Settings;

const output = {
  flag: 'output',
  short: 'o',
  about: 'text for people, json for programs',
  ...oneOf(['text', 'json']),
};

/** The settings of `edgeapp plan`: those that decide on the request, and how it is shown. */
export const planSettings = {
  ownerId: { ...runSettings.ownerId, isOptional },
  namespace: {
    ...runSettings.namespace,
    variable: undefined,
    short: 'n',
    about: 'the namespace of a manifest that names none',
    initial: 'default',
    isOptional: false,
  },
  blanksInCommands: runSettings.blanksInCommands,
  blanksInHooks: runSettings.blanksInHooks,
  output,
} as const satisfies Settings;

const imageReference = 'the address of an image with a tag, without @ # % and blanks';
const imagePattern = /^[^@#%\s]{1,512}$/;

/** The settings of `edgeapp probe`: where and as whom as for the operator, and what its versions are made of. */
export const probeSettings = {
  esaEndpoint: runSettings.esaEndpoint,
  appId: {
    flag: 'app-id',
    placeholder: '<id>',
    about: 'the app in which versions are created and deleted again; best one that serves nobody',
    expects: 'app- and 16 to 60 digits',
    parse: matching(/^app-[0-9]{16,60}$/),
  },
  image: {
    flag: 'image',
    placeholder: '<image>',
    about: 'an image that the cloud can pull without a secret; no version is published, so it never runs',
    expects: imageReference,
    parse: matching(imagePattern),
  },
  failingImage: {
    flag: 'failing-image',
    placeholder: '<image>',
    about: 'an image that does not exist, to see what becomes of a version that fails; without it not asked',
    expects: imageReference,
    isOptional,
    parse: matching(imagePattern),
  },
  credentialsDir: runSettings.credentialsDir,
  output,
} as const satisfies Settings;
