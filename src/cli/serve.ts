import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { BadInput } from '../core/failure.ts';
import { prepareServing, startServer } from '../serve/start.ts';
import { toCount } from './options.ts';
import type { Run } from './outcome.ts';
import { shortDigest } from './print.ts';

export function serveCommand(run: Run): Command {
  return new Command('serve')
    .description('Serve one version over HTTP (Open Inference Protocol) until stopped.')
    .argument('<model>', 'name, name@version or path')
    .option('--port <n>', 'port to listen on; 0 takes any free one', toCount, 8700)
    .option('--host <address>', 'address to listen on; anything but loopback lets other machines ask')
    .action(async (ref: string, { port, host }: { port: number; host?: string }) =>
      run(async session => {
        const { ref: model, entry, source } = await session.model(ref);
        const dir = await mkdtemp(join(tmpdir(), 'slipway-serve-'));
        const clean = (): Promise<void> => rm(dir, { recursive: true, force: true });
        try {
          const version = { digest: model.digest, file: source.file, name: model.version, weight: 1 };
          await prepareServing(dir, entry.name, [version]);
          const server = await startServer(
            {
              serverFile: join(session.distDir, 'server.js'),
              dir,
              port,
              signal: session.signal,
              ...(host === undefined ? {} : { host }),
            },
            line => session.log(line),
          );
          session.signal.addEventListener('abort', () => void server.stop(), { once: true });
          const until = server.ended.then(async code => {
            await clean();
            if (!session.signal.aborted)
              throw new BadInput('server-ended', `The server ended by itself (exit code ${String(code)}).`);
          });
          const url = `${server.url}/v2/models/${entry.name}`;
          return {
            document: { schema: 'slipway/serving@1', model, url, port: server.port, pid: server.pid },
            text: `${entry.name} ${model.version ?? shortDigest(model.digest)} answers on ${url}/infer until you press Ctrl+C.`,
            passed: true,
            until,
          };
        } catch (error) {
          await clean();
          throw error;
        }
      }),
    );
}
