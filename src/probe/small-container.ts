/** The least that the API takes for a container (API reference 9.1). */
import type { WireContainer } from '../cloud/create-request.ts';

export function smallContainer(image: string, changes: Partial<WireContainer> = {}): WireContainer {
  return {
    Name: 'probe',
    Image: image,
    IsACRImage: false,
    Spec: '1C2G',
    Storage: '0.5G',
    ProbeType: 'tcpSocket',
    ProbeContent: { Port: 8080 },
    ...changes,
  };
}
