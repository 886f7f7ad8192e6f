import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { BlobServiceClient } from '@azure/storage-blob';
import { npmTool } from '../../../tools/cachedTools.ts';
import { freePort } from '../../../tools/freePort.ts';
import { startProgram } from './program.ts';

export interface Azurite {
  readonly account: string;
  /** Without the account. */
  readonly url: string;
  /** @param url in place of that of the server */
  connection(url?: string, key?: string): string;
  /** Makes a container, or empties it. */
  emptyContainer(name: string): Promise<void>;
  stop(): Promise<void>;
}

/** Azurite's own account, the same everywhere. */
const account = 'devstoreaccount1';
const accountKey = 'Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==';

/** Microsoft's emulator of Azure Blob Storage. */
export async function startAzurite(): Promise<Azurite> {
  const bin = await npmTool('azurite', '3.37.0');
  const dir = await mkdtemp(path.join(tmpdir(), 'slipway-azurite-'));
  const port = await freePort();
  const address = `http://127.0.0.1:${port}`;
  const server = `${address}/${account}`;
  const connection = (url = server, key = accountKey): string =>
    `DefaultEndpointsProtocol=http;AccountName=${account};AccountKey=${key};BlobEndpoint=${url};`;
  const program = await startProgram(
    path.join(bin, 'azurite-blob'),
    [
      '--blobHost',
      '127.0.0.1',
      '--blobPort',
      String(port),
      '--location',
      dir,
      '--silent',
      '--skipApiVersionCheck',
    ],
    // Whoever is nobody is refused, which is an answer.
    async () => (await fetch(server)).status > 0,
  );
  return {
    account,
    url: address,
    connection,
    emptyContainer: async name => {
      const container = BlobServiceClient.fromConnectionString(connection()).getContainerClient(name);
      await container.createIfNotExists();
      for await (const { name: blob } of container.listBlobsFlat()) await container.deleteBlob(blob);
    },
    stop: async () => {
      await program.stop();
      await rm(dir, { recursive: true, force: true });
    },
  };
}
