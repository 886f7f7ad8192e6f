import { goTool } from '../../../tools/cachedTools.ts';
import { freePort } from '../../../tools/freePort.ts';
import { startProgram } from './program.ts';

export interface FakeGcs {
  readonly url: string;
  /** Makes a bucket, or empties it. */
  emptyBucket(name: string): Promise<void>;
  stop(): Promise<void>;
}

/** Google Cloud Storage's JSON API as fake-gcs-server has it. */
export async function startFakeGcs(): Promise<FakeGcs> {
  const file = await goTool('github.com/fsouza/fake-gcs-server', 'v1.55.1');
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const program = await startProgram(
    file,
    [
      ...['-scheme', 'http', '-host', '127.0.0.1', '-port', String(port), '-backend', 'memory'],
      ...['-external-url', url, '-log-level', 'error'],
    ],
    async () => (await fetch(`${url}/storage/v1/b`)).ok,
  );
  return {
    url,
    emptyBucket: async name => {
      const objects = `${url}/storage/v1/b/${name}/o`;
      const listed = (await (await fetch(objects)).json()) as {
        readonly items?: readonly { readonly name: string }[];
      };
      for (const { name: object } of listed.items ?? [])
        await fetch(`${objects}/${encodeURIComponent(object)}`, { method: 'DELETE' });
      await fetch(`${url}/storage/v1/b`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ name }),
      });
    },
    stop: () => program.stop(),
  };
}
