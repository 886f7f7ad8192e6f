import { createHash } from 'node:crypto';
import { serving, type Serving } from '../../../serve/serving.ts';
import type { Machine } from './inspect.ts';
import type { Layout } from './layout.ts';
import type { RemoteHost } from './remoteHost.ts';
import type { RemoteServer } from './remoteServer.ts';

/** The host with what this target has on it, while it is being asked. */
export interface Scene {
  readonly host: RemoteHost;
  readonly layout: Layout;
  readonly server: RemoteServer;
  readonly machine: Machine;
}

/** What the release that is served says; null when none is. */
export async function currentOf({ host, layout }: Scene, signal: AbortSignal): Promise<Serving | null> {
  const text = await host.read(`${layout.current}/serving.json`, signal);
  return text === null ? null : serving.parse(JSON.parse(text));
}

/** By its own digest. */
export function releaseText(value: Serving): { readonly id: string; readonly text: string } {
  const text = `${JSON.stringify(value, null, 2)}\n`;
  return { id: createHash('sha256').update(text).digest('hex'), text };
}

/** Makes a release of it and what is served, in one act. */
export async function putCurrent(
  { host, layout }: Scene,
  value: Serving,
  signal: AbortSignal,
): Promise<void> {
  const { id, text } = releaseText(value);
  await host.makeFolder(layout.releases, signal);
  await host.makeFolder(layout.release(id), signal);
  await host.write(`${layout.release(id)}/serving.json`, text, signal);
  await host.link(layout.current, `releases/${id}`, signal);
}
