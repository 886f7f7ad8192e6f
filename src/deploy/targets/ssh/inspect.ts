import * as z from 'zod';
import { BadInput } from '../../../core/failure.ts';
import type { RemoteHost } from './remoteHost.ts';
import type { SshSettings } from './settings.ts';

/** What a host is: read by its own Node, so that it is what our server will meet. */
const machine = z.object({
  version: z.string(),
  /** Such as linux-x64. */
  platform: z.string(),
  /** Version of glibc; null: another libc, or none. */
  glibc: z.string().nullable(),
  home: z.string(),
  /** Free bytes where the target's folder is, or will be. */
  free: z.number(),
});
export type Machine = z.infer<typeof machine>;

const look = `
const fs = require('fs'), os = require('os');
const header = process.report.getReport().header;
let folder = require('path').resolve(os.homedir(), process.argv[1]);
while (!fs.existsSync(folder)) folder = require('path').dirname(folder);
const disk = fs.statfsSync(folder);
console.log(JSON.stringify({
  version: process.version,
  platform: process.platform + '-' + process.arch,
  glibc: header.glibcVersionRuntime ?? null,
  home: os.homedir(),
  free: disk.bavail * disk.bsize,
}));
`;

/**
 * @param folder of the target, relative to the home folder unless it begins with a slash
 * @throws BadInput `no-node` when the host has no Node that can run the server
 */
export async function inspectMachine(
  host: RemoteHost,
  { node }: SshSettings,
  folder: string,
  signal: AbortSignal,
): Promise<Machine> {
  const { code, stdout, stderr } = await host.run([node, '-e', look, folder], { signal });
  const parsed = code === 0 ? machine.safeParse(JSON.parse(stdout.trim().split('\n').at(-1) ?? '')) : null;
  if (parsed?.success !== true)
    throw new BadInput(
      'no-node',
      `${host.place} has no Node that runs as \`${node}\` (${stderr.trim().split('\n').at(-1) ?? ''}). Install Node 20 or newer there, or set \`node\` to its path.`,
    );
  const { version, platform, glibc } = parsed.data;
  if (Number(/^v(\d+)/.exec(version)?.[1]) < 20)
    throw new BadInput('no-node', `${host.place} runs Node ${version}; the server needs 20 or newer.`);
  if (platform.startsWith('linux-') && glibc === null)
    throw new BadInput('no-binaries', `${host.place} has no glibc, which ONNX Runtime needs.`);
  return parsed.data;
}

/** @returns null when the port can be listened on there; else why not */
export async function portTrouble(
  host: RemoteHost,
  { node, address, port }: SshSettings,
  signal: AbortSignal,
): Promise<string | null> {
  const script =
    "const s=require('net').createServer();s.once('error',e=>console.log(e.message));s.listen(+process.argv[2],process.argv[1],()=>s.close())";
  const { stdout } = await host.run([node, '-e', script, address, String(port)], { signal });
  return stdout.trim() === '' ? null : stdout.trim();
}
