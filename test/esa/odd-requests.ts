/** Requests with whatever their fields could hold, to compare ways of sending them; the cloud would refuse most. */
import fc from 'fast-check';
import type { CreateVersionRequest } from '../../src/cloud/create-request.ts';

/** Any text that UTF-8 can carry, often with what percent-encoding, forms and JSON treat in a special way. */
export const oddText: fc.Arbitrary<string> = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 30 }),
  fc.string({ unit: 'binary', maxLength: 30 }),
  fc.string({ unit: fc.constantFrom(...' +&=%?#/\\"\'!()*~;:@,[]{}<>\n\t|'), maxLength: 30 }),
);

const container = fc.record(
  {
    Name: oddText,
    Image: oddText,
    IsACRImage: fc.boolean(),
    ACRImageInfo: fc.record(
      {
        Domain: oddText,
        InstanceId: oddText,
        IsEnterpriseRegistry: fc.boolean(),
        RegionId: oddText,
        RepoId: oddText,
        RepoName: oddText,
        RepoNamespace: oddText,
        Tag: oddText,
        TagUrl: oddText,
      },
      { requiredKeys: [] },
    ),
    Spec: fc.constantFrom('1C2G', '8C32G'),
    Storage: fc.constantFrom('0.5G', '30G'),
    Command: oddText,
    Args: oddText,
    EnvVariables: oddText,
    PostStart: oddText,
    PreStop: oddText,
    ProbeType: fc.constantFrom('exec', 'tcpSocket', 'httpGet'),
    ProbeContent: fc.record(
      {
        Command: oddText,
        Host: oddText,
        HttpHeaders: oddText,
        Path: oddText,
        Port: fc.integer({ min: 1, max: 65_535 }),
        Scheme: fc.constantFrom('http', 'https'),
        InitialDelaySeconds: fc.nat(3600),
        TimeoutSeconds: fc.nat(3600),
        PeriodSeconds: fc.nat(3600),
        SuccessThreshold: fc.nat(100),
        FailureThreshold: fc.nat(100),
      },
      { requiredKeys: [] },
    ),
  },
  { requiredKeys: ['Name', 'Image', 'IsACRImage', 'Spec', 'Storage', 'ProbeType', 'ProbeContent'] },
);

export const oddCreateRequest: fc.Arbitrary<CreateVersionRequest> = fc.record(
  {
    AppId: oddText,
    Name: oddText,
    Remarks: oddText,
    Containers: fc.array(container, { minLength: 1, maxLength: 4 }),
  },
  { requiredKeys: ['AppId', 'Name', 'Containers'] },
);
