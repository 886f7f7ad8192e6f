import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { BadInput } from '../core/failure.ts';
import { tokenVariable } from '../serve/listening.ts';
import { prepareServing, startServer } from '../serve/start.ts';
import type { ModelEntry } from '../workspace/types.ts';
import { toCount, toPort } from './options.ts';
import type { Run } from './outcome.ts';
import { shortDigest } from './print.ts';
import type { Session } from './session.ts';

interface Options {
  readonly port: number;
  readonly host?: string;
  readonly workers: number;
  readonly explain?: boolean;
  readonly background?: string;
  readonly tlsCert?: string;
  readonly tlsKey?: string;
  readonly tlsClientCa?: string;
  readonly log: string;
  readonly logRequests?: boolean;
}

const backgroundFile = 'background.json';
const backgroundRows = 100;

export function serveCommand(run: Run): Command {
  return new Command('serve')
    .description('Serve one version over HTTP (Open Inference Protocol) until stopped.')
    .argument('<model>', 'name, name@version or path')
    .option('--port <n>', 'port to listen on; 0 takes any free one', toPort, 8700)
    .option('--host <address>', 'address to listen on; anything but loopback lets other machines ask')
    .option('--workers <n>', 'processes that answer requests; 0 is one a core', toCount, 1)
    .option('--explain', 'answer requests that say `explain` with exact attributions (trees, linear models)')
    .option('--background <file>', 'rows that explanations compare with (default: the background data)')
    .option('--tls-cert <file>', 'certificate to serve HTTPS with')
    .option('--tls-key <file>', 'its key')
    .option('--tls-client-ca <file>', 'take only clients with a certificate of this authority')
    .option('--log <form>', 'text, or json: one object a line', 'text')
    .option('--log-requests', 'log each request')
    .addHelpText(
      'after',
      `\nWith ${tokenVariable} in the environment, requests must carry it as a bearer token.`,
    )
    .action(async (ref: string, options: Options) =>
      run(async session => {
        const { port, host, workers } = options;
        const resolved = await session.model(ref);
        const { ref: model, entry, source } = resolved;
        const dir = await mkdtemp(join(tmpdir(), 'slipway-serve-'));
        const clean = (): Promise<void> => rm(dir, { recursive: true, force: true });
        try {
          const version = { digest: model.digest, file: source.file, name: model.version, weight: 1 };
          const explain = options.explain === true || options.background !== undefined;
          if (explain) {
            const file = options.background;
            const data = file === undefined ? backgroundOf(session, entry) : session.path(file);
            const { inputs } = await session.jobs.inputs(resolved, data, backgroundRows, session.jobOptions);
            await writeFile(join(dir, backgroundFile), JSON.stringify({ inputs }));
          }
          await prepareServing(dir, entry.name, [
            { ...version, ...(explain ? { explain: backgroundFile } : {}) },
          ]);
          const server = await startServer(
            {
              serverFile: join(session.distDir, 'server.js'),
              dir,
              port,
              workers,
              args: serverArgs(session, options),
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

/** @throws BadInput when the model has no background data */
function backgroundOf(session: Session, entry: ModelEntry): string {
  const source = entry.background ?? entry.reference;
  if (source === null)
    throw new BadInput(
      'no-background',
      `${entry.name} has no background or reference data. Give rows with \`--background\`.`,
    );
  return session.path(source.file);
}

/** Options that the server itself understands. */
function serverArgs(session: Session, options: Options): readonly string[] {
  const file = (name: string, value: string | undefined): readonly string[] =>
    value === undefined ? [] : [name, session.path(value)];
  return [
    ...file('--tls-cert', options.tlsCert),
    ...file('--tls-key', options.tlsKey),
    ...file('--tls-client-ca', options.tlsClientCa),
    ...['--log', options.log],
    ...(options.logRequests === true ? ['--log-requests'] : []),
  ];
}
