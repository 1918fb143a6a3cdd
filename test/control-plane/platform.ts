/** The machine in the words of Go and of Kubernetes releases, for example linux-amd64. */
export const platform = `${process.platform}-${process.arch === 'x64' ? 'amd64' : process.arch}`;
